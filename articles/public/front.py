"""The front page: what editors put there, and what fills itself behind them.

One story leads, two stand beside it, four below; then come the newest of all others, and a block
for each section with the newest that stand nowhere above.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F
from django.views.decorators.http import require_safe

from articles import cache, links
from articles.body import Target
from articles.models import SLOTS, Author, BreakingNews, Edition, FrontSlot, Section
from articles.prepared import prepared
from articles.walks import any_of

from . import lists, metadata
from .page import Page, stored

LEAD, BESIDE, BELOW = range(1), range(1, 3), range(3, SLOTS)
PER_BLOCK = 3


@dataclass(frozen=True)
class Front:
    lead: Edition | None
    beside: list[Edition]
    below: list[Edition]
    latest: list[Edition]
    blocks: list[tuple[Section, list[Edition]]]  # in the order of the navigation
    older: str  # the ``before`` of the stories that come after ``latest``, or empty
    is_first: bool = True


@dataclass(frozen=True)
class Strip:
    text: str
    target: Target | None = None


@stored("before")
@require_safe
def front(request):
    page, before = Page(request), request.GET.get("before", "")
    if before:
        stories = lists.listing(page, lists.front_stream(), before=before)
        context = {"listing": stories, "meta": metadata.of_list(page, None, stories)}
        return page.render("older.html", context | {"feed_address": ("front_feed",)})
    context = {"front": arranged(page), "strip": _strip(page), "feed_address": ("front_feed",)}
    return page.render("front.html", context | {"meta": metadata.of_front(page)})


def arranged(page: Page) -> Front:
    """All stories of the front page, each once, noted on ``page``.

    Five queries: the slots, what stands in them with the newest, the bylines, the blocks, and the
    next to begin.
    """
    stream = lists.front_stream()
    page.shows(cache.SLOTS, stream.key)
    placed, newest = _placed_and_newest(page)
    older, newest = lists.older_than(page, newest)
    slots = _filled(placed, newest)
    standing = {edition.article_id for edition in slots.values()}
    latest = [edition for edition in newest if edition.article_id not in standing]
    _sign(slots.values())
    for edition in slots.values():
        page.shows_edition(edition)
    for edition in latest:
        _shows_line(page, edition)
    standing |= {edition.article_id for edition in latest}
    blocks = _blocks(page, standing)
    lists.hold_until_the_next(page, stream)
    return Front(
        lead=slots.get(0),
        beside=[slots[position] for position in BESIDE if position in slots],
        below=[slots[position] for position in BELOW if position in slots],
        latest=latest,
        blocks=blocks,
        older=older,
    )


def _placed_and_newest(page):
    """What editors put into slots and readers may see, by position; and the newest of all.

    Both by one query for their keys' sake: SQLite would begin a join from slots to editions with
    all editions there are.
    """
    held = {slot.article_id: slot for slot in _held(at=page.at)}
    rows, placed = _stories(at=page.at, **({"held": set(held)} if held else {})), {}
    for edition in rows:
        if slot := held.get(edition.article_id):
            placed[slot.position] = edition
            page.holds_until(slot.ends_at)
    return placed, rows[: lists.PER_PAGE + 1]


@prepared
def _held(*, at):
    return FrontSlot.objects.held(at=at)


@prepared
def _stories(*, at, held=None):
    keys = Edition.objects.live(at=at).newest_first().values("pk")
    parts = [keys[: lists.PER_PAGE + 1]]
    if held:
        parts.append(keys.filter(article__in=held))
    return Edition.objects.filter(pk__in=any_of(parts)).newest_first().for_front()


def _sign(editions):
    """Give ``editions`` their ``byline``."""
    signed = defaultdict(list)
    for author in _signatures(editions={edition.pk for edition in editions}):
        signed[author.signed].append(author)
    for edition in editions:
        edition.byline = signed[edition.pk]


@prepared
def _signatures(*, editions):
    authors = Author.objects.filter(edition_rows__edition__in=editions)
    authors = authors.annotate(signed=F("edition_rows__edition"))
    return authors.order_by("signed", "edition_rows__position")


def _filled(placed, newest):
    """``placed``, and the newest stories in the empty slots: beside and below those with pictures.

    The row below is whole or, where no editor began it, not there at all.
    """
    slots = dict(placed)
    taken = {edition.article_id for edition in placed.values()}
    free = [edition for edition in newest if edition.article_id not in taken]
    if 0 not in slots and free:
        slots[0] = free.pop(0)
    pictured = [edition for edition in free if edition.lead_image_id]
    worded = [edition for edition in free if not edition.lead_image_id]
    for row in (BESIDE, BELOW):
        empty = [position for position in row if position not in slots]
        is_begun = len(empty) < len(row)
        fit = pictured + worded if is_begun else pictured
        if row is BELOW and not is_begun and len(fit) < len(empty):
            continue
        for position, edition in zip(empty, list(fit), strict=False):
            slots[position] = edition
            (pictured if edition.lead_image_id else worded).remove(edition)
    return slots


def _blocks(page, standing):
    """The newest of each section that stand nowhere above. One query, whatever the archive."""
    sections = [section for section in page.sections if section.is_on_front]
    page.shows(*map(cache.list_key, sections))
    if not sections or not standing:
        return []
    keys = {f"section_{n}": section.pk for n, section in enumerate(sections)}
    found = {section.pk: [] for section in sections}
    for edition in _newest_of_each(at=page.at, standing=standing, **keys):
        found[edition.section_id].append(edition)
        _shows_line(page, edition)
    for editions in found.values():  # only the first is shown with its picture
        if editions and editions[0].lead_image_id:
            page.shows(f"image-{editions[0].lead_image_id}")
    return [(section, found[section.pk]) for section in sections if found[section.pk]]


@prepared
def _newest_of_each(*, at, standing, **sections):
    above = Edition.objects.live(at=at).exclude(article__in=standing).newest_first().values("pk")
    parts = [above.in_section(section)[:PER_BLOCK] for section in sections.values()]
    return Edition.objects.filter(pk__in=any_of(parts)).newest_first().for_front()


def _shows_line(page, edition):
    page.shows(cache.article_key(edition.article_id))
    page.holds_until(edition.live_until, is_end=True)


def _strip(page):
    """What the strip of breaking news says, or None. One query, two if it leads to a story.

    It stands on the front page alone: news break while most readers are here, and a strip on every
    page would throw all of them away twice, in the busiest minutes of the day.
    """
    page.shows(cache.BREAKING)
    news = next(iter(_breaking(at=page.at)), None)
    if news is None:
        return None
    page.holds_until(news.ends_at, is_end=True)
    if not news.article_id:
        return Strip(news.text)
    page.shows(cache.address_key(news.article_id))
    resolved = links.resolve([news.article_id], at=page.at)
    page.holds_until(resolved.ends_at, is_end=True)
    return Strip(news.text, resolved.targets.get(news.article_id))


@prepared
def _breaking(*, at):
    return BreakingNews.objects.on(at=at).order_by("-pk")[:1]
