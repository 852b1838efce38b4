"""What standing pages (About, Contact) lead to: they are a handful, so their texts are read where
stories have rows.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from articles.body import FoundLine, FoundReferences, find_references
from articles.models import Article, Correction, FollowUp, PageFollow, Section, StandingPage, Tag

from .latest import List, with_nothing_to_show
from .lines import shown_by
from .web import GRAVE, follow_ups, sum_of_follows


@dataclass
class LineOnPage:
    """A line on a page that readers can open. ``to`` comes from ``with_state``; None where the line
    waits for its story or leads to the latest of something, which ``latest`` is."""

    page: StandingPage
    line: FoundLine
    to: Article | None = None
    latest: Tag | Section | None = None

    @property
    def headline(self) -> str:
        return self.line.headline

    @property
    def target_id(self) -> int | None:
        return self.to and self.to.pk


@dataclass(frozen=True)
class PageIn:
    """A page that points at a story, on the site or not."""

    page: StandingPage
    is_line: bool
    is_link: bool
    is_through: bool  # its lines are all to what the story follows up
    follows: int  # of them, in web.FOLLOWS_DAYS


def pages_in(article: Article) -> list[PageIn]:
    """Pages with a line or link to ``article``, or a line to what it follows up. Three queries."""
    followed = FollowUp.objects.filter(follow_up=article).values_list("story", flat=True)
    pointed = {article.pk, *followed}
    rows = PageFollow.objects.filter(target=article)
    found, follows = [], sum_of_follows(rows, "page", timezone.now())
    for page, references in _read(StandingPage.objects.all()):
        lines = {line.target for line in references.lines} & pointed
        is_link = article.pk in references.articles
        if lines or is_link:
            is_through = bool(lines) and article.pk not in lines
            found.append(PageIn(page, bool(lines), is_link, is_through, follows.get(page.pk, 0)))
    return found


def waiting() -> list[LineOnPage]:
    """Lines that wait for a headline that no story has, or no story any more. Two queries."""
    return [row for row in _lines() if row.to is None and not row.line.latest_of]


def hidden(*, at: datetime) -> list[LineOnPage]:
    """Lines to a story that is not live, nor is one that follows it up; or to the latest of what
    was deleted or has no live story. Six queries at most.
    """
    lines = _lines(at)
    dark = {row.to.pk for row in lines if row.to and row.to.live_path is None}
    if dark:
        dark -= follow_ups(dark, at=at).keys()
    lists = {row.line.latest_of for row in lines} - {None}
    empty = {asked for asked, _ in with_nothing_to_show(((each, None) for each in lists), at=at)}
    there = _there(empty)
    for row in lines:
        row.latest = there.get(row.line.latest_of)
    return [row for row in lines if row.target_id in dark or row.line.latest_of in empty]


def corrected(*, at: datetime) -> list[LineOnPage]:
    """Lines to stories that were corrected or retracted since the page was saved. Three queries."""
    lines = [row for row in _lines(at) if row.to]
    rows = Correction.objects.filter(
        article__in={row.target_id for row in lines}, kind__in=GRAVE, corrected_at__lte=at
    )
    last = {}
    for article, moment in rows.order_by("corrected_at").values_list("article", "corrected_at"):
        last[article] = moment
    return [
        row for row in lines if row.target_id in last and last[row.target_id] > row.page.updated_at
    ]


def led_to(*, at: datetime) -> set[int]:
    """The articles (ids) that pages lead to by a link, or by a line that shows them. Two queries
    at most.
    """
    found = [references for _, references in _live()]
    lines = {(None, line.target) for refs in found for line in refs.lines if line.target}
    linked = {pk for references in found for pk in references.articles}
    return linked | shown_by(lines, at=at)


def count_of_lines() -> Counter[int]:
    """On how many pages stands a line to each article (id). One query."""
    return Counter(
        pk
        for _, references in _live()
        for pk in {line.target for line in references.lines if line.target}
    )


def _live() -> list[tuple[StandingPage, FoundReferences]]:
    return _read(StandingPage.objects.filter(is_live=True))


def _read(pages):
    return [(page, find_references(page.body)) for page in pages]


def _lines(at: datetime | None = None) -> list[LineOnPage]:
    rows = [LineOnPage(page, line) for page, found in _live() for line in found.lines]
    ids = {row.line.target for row in rows} - {None}
    articles = Article.objects.with_state(at=at).defer("body").in_bulk(ids) if ids else {}
    for row in rows:
        row.to = articles.get(row.line.target)
    return rows


def _there(lists: Iterable[List]) -> dict[List, Tag | Section]:
    """The tags and sections of these lists, if they were not deleted."""
    there = {}
    for kind, model in (("tag", Tag), ("section", Section)):
        if pks := {pk for name, pk in lists if name == kind}:
            there |= {(kind, pk): thing for pk, thing in model.objects.in_bulk(pks).items()}
    return there
