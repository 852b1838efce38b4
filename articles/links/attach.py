"""A line that names a story nobody has written yet waits for it, and finds it when it comes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import batched

from django.db import models

from articles import cache
from articles.body import fill_in_targets, find_references, lead_elsewhere
from articles.headlines import headline_key
from articles.models import Article, Edition, FormerTag, InterestingLink, StandingPage, Tag

from .text_links import refer_to_own

TOGETHER = 200  # bodies held at once


def identify(html: str, *, source: Article | None = None) -> str:
    """``html`` with each waiting line pointing at the article of that headline, if there is one,
    and each link to an address of ours at the story that has it.

    What the line found on an earlier occasion comes first, for a headline may have changed since;
    then a live article, then the newest. A line to the latest of a tag that was merged leads to its
    heir. Two queries at most for waiting lines, one for lines to tags, one for addresses.
    ``source`` is None for a text that is no story's.
    """
    html = refer_to_own(html)
    lines = find_references(html).lines
    html = _with_heirs(html, {line.tag for line in lines if line.tag})
    waiting = {line.place: headline_key(line.headline) for line in lines if line.is_waiting}
    if not waiting:
        return html
    articles = Article.objects.filter(headline_key__in=set(waiting.values()))
    if source and source.pk:
        articles = articles.exclude(pk=source.pk)
    candidates = articles.with_state().values_list("headline_key", "pk", "live_version")
    found = {  # the last one stays: live before not live, then the newest
        key: pk for key, pk, _ in sorted(candidates, key=lambda c: (c[2] is not None, c[1]))
    }
    if source and source.pk:
        found |= dict(
            source.lines_out.filter(target__isnull=False, headline_key__in=set(waiting.values()))
            .order_by("pk")
            .values_list("headline_key", "target_id")
        )
    targets = {place: found[key] for place, key in waiting.items() if key in found}
    return fill_in_targets(html, targets)


def _with_heirs(html, tags):
    if not tags:
        return html
    heirs = FormerTag.objects.filter(was__in=tags).values_list("was", "tag_id")
    return lead_elsewhere(html, {f"tag-{was}": f"tag-{heir}" for was, heir in heirs})


def attach(article: Article) -> set[str]:
    """Let every line that waits for ``article``'s headline point at it, wherever it stands.

    Working copies, editions and pages of the desk alike; their versions do not change, for their
    authors changed nothing. Returns the keys of what shows such a line. Called on publishing.
    """
    waiting = InterestingLink.objects.filter(
        target=None, target_tag=None, target_section=None, headline_key=article.headline_key
    )
    rows = list(waiting.exclude(source=article))
    places = defaultdict(dict)
    for row in rows:
        places[_holder(row)][row.place] = article.pk
    keys = {cache.article_key(row.source_id) for row in rows}
    for page in StandingPage.objects.filter(body__contains="data-interesting="):  # without rows
        for line in find_references(page.body).lines:
            if headline_key(line.headline) == article.headline_key and _waits(line, article):
                places[StandingPage, page.pk][line.place] = article.pk
                keys.add(cache.key_of(page))
    _rewrite(places, lambda holder, html: fill_in_targets(html, places[holder]))
    InterestingLink.objects.filter(pk__in=[row.pk for row in rows]).update(target=article)
    return keys


def _waits(line, article):
    """Whether ``line`` of a page leads nowhere: also because its story was deleted. One query if it
    names another story.
    """
    if line.is_waiting or line.latest_of or line.target == article.pk:
        return line.is_waiting
    return not Article.objects.filter(pk=line.target).exists()


def lead_to_heir(tag: Tag, heir: Tag) -> None:
    """Let every line to the latest of ``tag`` lead to that of ``heir``, wherever it stands.

    As in ``attach``, no version changes. Called before ``tag`` is deleted.
    """
    targets = {f"tag-{tag.pk}": f"tag-{heir.pk}"}
    rows = InterestingLink.objects.filter(target_tag=tag)
    holders = {_holder(row) for row in rows.only("edition_id", "source_id")}
    for page in StandingPage.objects.filter(body__contains=f'"tag-{tag.pk}"'):  # they have no rows
        holders.add((StandingPage, page.pk))
    _rewrite(holders, lambda holder, html: lead_elsewhere(html, targets))
    rows.update(target_tag=heir)


def _holder(row: InterestingLink) -> tuple[type[models.Model], int]:
    return (Edition, row.edition_id) if row.edition_id else (Article, row.source_id)


def _rewrite(holders: Iterable[tuple], change: Callable[[tuple, str], str]):
    """Give each of ``holders`` (a model and a key) the body that ``change`` makes of its own."""
    holders = list(holders)
    for model in (Article, Edition, StandingPage):
        keys = [pk for kind, pk in holders if kind is model]
        for some in batched(keys, TOGETHER):
            held = model.objects.select_for_update(of=("self",), no_key=True)
            found = list(held.only("pk", "body").filter(pk__in=some).order_by("pk"))
            for thing in found:
                thing.body = change((model, thing.pk), thing.body)
            model.objects.bulk_update(found, ["body"])
