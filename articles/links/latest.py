"""The newest live stories of tags and sections that lines lead to, and when there will be more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Value

from articles.models import FOREVER, Edition, EditionTag, Section
from articles.prepared import prepared
from articles.walks import any_of

from .resolve import COLUMNS, Story

MOST_LISTS = 64  # that the bodies of one page may ask for; a line to any other is not shown
DEEPEST = 64  # how far down a list is looked for a story that the page does not show yet
_TAG, _SECTION, _BEGINNING = 1, 2, 0
_KINDS = {_TAG: "tag", _SECTION: "section"}

List = tuple[str, int]  # "tag" or "section", and its id


@dataclass
class Newest:
    """``stories`` of each list, the newest first, and its name; lists without a story have neither.

    ``begins`` is when the next story of any of the lists does.
    """

    stories: dict[List, list[Story]] = field(default_factory=dict)
    names: dict[List, str] = field(default_factory=dict)
    begins: datetime = FOREVER


def newest_of(lists: Mapping[List, int], *, at: datetime) -> Newest:
    """The newest of each of ``lists``, as many as its value says. One query, none without lists.

    As in lists of stories, the newest is the one that was first published last.
    """
    lists = dict(list(lists.items())[:MOST_LISTS])
    newest = Newest()
    if not lists:
        return newest
    asked = {kind: _padded([pk for k, pk in lists if k == kind]) for kind in _KINDS.values()}
    depth = min(_next_power(max(lists.values())), DEEPEST)
    values = {f"{kind}_{n}": pk for kind, pks in asked.items() for n, pk in enumerate(pks)}
    values |= {kind: pks for kind, pks in asked.items() if pks}
    rows = _rows(len(asked["tag"]), len(asked["section"]), depth, at=at, **values)
    dated = []
    for kind, pk, name, published_at, *row in rows:
        story = Story.of(row)
        if kind == _BEGINNING:
            newest.begins = min(newest.begins, story.live_from)
        else:
            dated.append((published_at, story.article, (_KINDS[kind], pk), name, story))
    for _, _, where, name, story in sorted(dated, key=lambda row: row[:2], reverse=True):
        newest.stories.setdefault(where, []).append(story)
        newest.names[where] = name
    return newest


def list_of(tag: int | None, section: int | None) -> List | None:
    """The list that a line of these targets (ids) leads to the latest of, if it does."""
    if tag:
        return "tag", tag
    return ("section", section) if section else None


def with_nothing_to_show(
    lines: Iterable[tuple[List, int | None]], *, at: datetime
) -> set[tuple[List, int | None]]:
    """Those of ``lines``, each a list and the story (id) it stands in, that no live story is for:
    the list has none, or none but that one. A query for every MOST_LISTS lists.
    """
    lines, stories = set(lines), {}
    for some in batched(sorted({asked for asked, _ in lines}), MOST_LISTS):
        stories |= newest_of(dict.fromkeys(some, 2), at=at).stories
    return {
        (asked, source)
        for asked, source in lines
        if all(story.article == source for story in stories.get(asked, ()))
    }


@prepared
def _rows(tags: int, sections: int, depth: int, *, at, **asked) -> QuerySet:
    """Kind, id and name of a list, date of a story and its COLUMNS: ``depth`` for each list.

    Each list is a short walk along its index, whatever its length. Last comes the next to begin.
    """
    live = Edition.objects.live(at=at).newest_first()
    parts, begins = [], []
    if tags:
        walks = [live.tagged(asked[f"tag_{n}"]).newest_first()[:depth] for n in range(tags)]
        walks = [walk.values("tag_rows__pk") for walk in walks]
        rows = EditionTag.objects.filter(pk__in=any_of(walks)).order_by()
        parts.append(_columns(rows, _TAG, "tag_id", "tag__name", "edition__"))
        bears = EditionTag.objects.filter(edition=OuterRef("pk"), tag__in=asked["tag"])
        begins.append(Exists(bears))
    if sections:
        walks = [live.in_section(asked[f"section_{n}"])[:depth] for n in range(sections)]
        rows = Edition.objects.filter(pk__in=any_of([walk.values("pk") for walk in walks]))
        parts.append(_columns(rows.order_by(), _SECTION, "section_id", "section__name"))
        # Asked of the section, or SQLite reads all of it in place of the few that are to come.
        stands = Section.objects.filter(pk=OuterRef("section"), pk__in=asked["section"])
        begins.append(Exists(stands))
    where = begins[0] | begins[1] if len(begins) > 1 else begins[0]
    following = Edition.objects.upcoming(at=at).filter(where).order_by("live_from")[:1]
    following = Edition.objects.filter(pk__in=any_of([following.values("pk")])).order_by()
    parts.append(_columns(following, _BEGINNING, "section_id", "headline"))
    return parts[0].union(*parts[1:], all=True).order_by()


def _columns(rows, kind, pk, name, edition=""):
    kind = Value(kind, output_field=IntegerField())
    columns = [F(f"{edition}{column}") for column in ("published_at", *COLUMNS)]
    return rows.annotate(kind=kind).values_list("kind", pk, name, *columns)


def _padded(pks):
    """The same ids, some twice, so that their number is a power of two: one statement for many."""
    return pks + pks[:1] * (_next_power(len(pks)) - len(pks)) if pks else pks


def _next_power(number):
    return 1 << (number - 1).bit_length()
