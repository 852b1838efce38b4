"""Lines that nobody typed: older stories lead to a new one, and a story without lines gets some.

What changes by it is a line, and readers are told of nothing else: the story keeps its date, its
place in lists and feeds, and its date in sitemaps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles import cache
from articles.body import BodyRefused, find_references
from articles.body.placement import free_places, insert_line, without_lines_to
from articles.links.suggest import Proposal, Story, inbound, place_in
from articles.models import AcceptedLine, AcceptedLines, Article, InterestingLink, RefusedLine

from .editions import NotLive, hold, locked, rewrite
from .revisions import save

Origin = InterestingLink.Origin


class NothingFits(ValueError):
    """None of the chosen stories can have the line any more."""


def proposals(article: Article) -> list[Proposal]:
    """The older stories that could lead to ``article``, as readers see all of them now.

    Raises NotLive: no line leads to what readers cannot open.
    """
    now = timezone.now()
    live = article.editions.live(at=now).first()
    if live is None:
        raise NotLive(f"“{article.headline}” is not live, so no line can lead to it.")
    return inbound(_story_read(live), older_than=live.published_at, at=now)


def _story_read(edition):
    """``edition``'s story as suggestions know it. Two queries."""
    return Story(
        headline=edition.headline,
        standfirst=edition.standfirst,
        body=edition.body,
        tags=tuple(edition.tags.values_list("name", flat=True)),
        section=edition.section_id,
        language=edition.language,
        article=edition.article_id,
        original=edition.original_id,
    )


@dataclass(frozen=True)
class Accepted:
    act: AcceptedLines
    skipped: tuple[str, ...]  # why, of each chosen story that has no such place any more


@transaction.atomic
def accept(article: Article, *, chosen: Mapping[int, str], by=None) -> Accepted:
    """Put a line to ``article`` into live stories, as one act.

    ``chosen`` has for the id of each story the paragraph that its line shall follow, as proposed.
    Each gets an edition that repeats what readers see now, with the line; nothing unpublished comes
    with it. Its working copy gets the line as well, after the same paragraph or where there is
    room. What is planned for later stays as planned. A story that has changed meanwhile is skipped.
    Raises NotLive, or NothingFits when all are.
    """
    now = timezone.now()
    live = article.editions.live(at=now).first()
    if live is None:
        raise NotLive(f"“{article.headline}” is not live, so no line can lead to it.")
    story = _story_read(live)
    offered = {p.source: p for p in inbound(story, older_than=live.published_at, at=now)}
    list(hold(chosen))
    act = AcceptedLines.objects.create(target=article, accepted_at=now, accepted_by=by)
    skipped = []
    for pk in sorted(chosen):
        proposal = offered.get(pk)
        if proposal is None:
            skipped.append(_headline(pk))
            continue
        edition = _put_in(pk, story, proposal, paragraph=chosen[pk], now=now, by=by)
        if edition is None:
            skipped.append(proposal.headline)
        else:
            AcceptedLine.objects.create(act=act, source_id=pk, edition=edition)
    if len(skipped) == len(chosen):
        raise NothingFits("These stories have changed meanwhile; look at them again.")
    return Accepted(act, tuple(skipped))


def _headline(pk):
    return Article.objects.filter(pk=pk).values_list("headline", flat=True).first() or f"No. {pk}"


def _put_in(pk, story, proposal, *, paragraph, now, by):
    """The edition of the story ``pk`` that has the line, or None if it cannot have it there."""
    source = locked(Article(pk=pk))
    live = source.editions.live(at=now).first()
    if live is None or place_in(live.body, story) is None:
        return None
    place = next((p for p in free_places(live.body) if p.before == paragraph), None)
    if place is None:
        return None
    line = {
        "target": story.article,
        "headline": story.headline,
        "origin": Origin.SUGGESTION,
        "reason": proposal.reason.why(),
    }
    html = insert_line(live.body, place, **line)

    def with_line(draft):
        there = place_in(draft, story)
        for free in free_places(draft) if there else ():
            if free.before == paragraph:
                there = free
        return insert_line(draft, there, **line) if there else draft

    return _rewritten(source, live, html, with_line, now=now, by=by)


def _rewritten(source, live, html, change, *, now, by):
    """A quiet edition of ``html`` in place of ``live``, and the working copy changed likewise.

    Where readers had what was last saved, they have it again; what was unpublished stays so.
    """
    before = source.version
    try:
        save(source, base_version=before, by=by, body=change(source.body))
    except (BodyRefused, ValidationError):
        source.refresh_from_db()  # a text of older rules; its next editor will be told
    version = source.version if live.version == before else live.version
    with cache.spoiling(source, at=now):
        return rewrite(source, live, at=now, by=by, body=html, version=version)


@transaction.atomic
def take_back(act: AcceptedLines, *, by=None) -> int:
    """Remove the lines of ``act`` again, all of them; how many stories readers see without it.

    What else has changed in those stories since stays. Done once more it does nothing.
    """
    now, changed = timezone.now(), 0
    open_acts = AcceptedLines.objects.filter(pk=act.pk, taken_back_at=None)
    if not open_acts.update(taken_back_at=now, taken_back_by=by):
        return 0
    target = act.target_id

    def without(html):
        return without_lines_to(html, target, origin=Origin.SUGGESTION)

    for source in hold(act.lines.values("source")):
        live = source.editions.live(at=now).first()
        if live and (html := without(live.body)) != live.body:
            _rewritten(source, live, html, without, now=now, by=by)
            changed += 1
        elif (body := without(source.body)) != source.body:
            save(source, base_version=source.version, by=by, body=body)
    act.refresh_from_db()
    return changed


@transaction.atomic
def refuse_lines(article: Article, *, targets: Iterable[int], by=None) -> int:
    """Let no automatic line of ``article`` lead to these stories (ids), now and for ever.

    Those that readers see go, quietly. How many of them there were.
    """
    now = timezone.now()
    article = locked(article)
    targets = Article.objects.filter(pk__in=set(targets)).values_list("pk", flat=True)
    rows = [RefusedLine(source=article, target_id=pk, refused_by=by) for pk in sorted(targets)]
    RefusedLine.objects.bulk_create(rows, ignore_conflicts=True)
    live = article.editions.live(at=now).first()
    if live is None:
        return 0
    html = live.body
    for row in rows:
        html = without_lines_to(html, row.target_id, origin=Origin.AUTOMATIC)
    if html == live.body:
        return 0
    removed = len(find_references(live.body).lines) - len(find_references(html).lines)
    with cache.spoiling(article, at=now):
        rewrite(article, live, at=now, by=by, body=html, version=live.version)
    return removed
