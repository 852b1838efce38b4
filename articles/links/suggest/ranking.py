from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from articles.body import find_references
from articles.headlines import headline_key
from articles.links.follow_ups import follow_ups_of
from articles.models import Edition

from . import walk, weigh
from .reasons import Reason


@dataclass(frozen=True)
class Story:
    """What is known of the story that looks for others; nothing of it need be saved."""

    headline: str = ""
    standfirst: str = ""
    body: str = ""  # as ``body.clean`` leaves it
    tags: tuple[str, ...] = ()  # names
    section: int | None = None  # ids
    language: str = "en"
    article: int | None = None
    original: int | None = None  # the story that it is a translation of

    @classmethod
    def of(cls, edition: Edition) -> "Story":
        """The story as readers know it. One query."""
        return cls(
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
class Suggestion:
    """A live story. ``score`` is from 0 to about 1 and means the same in every archive."""

    article_id: int
    edition_id: int
    headline: str
    path: str
    language: str
    score: float
    reason: Reason = field(repr=False)


def suggest(story: Story, *, at: datetime, most: int | None = 8) -> list[Suggestion]:
    """The ``most`` best stories that are live at ``at`` and that ``story`` does not lead to yet.

    A line shows the last live follow-up of its story, so that one is suggested in its place, and
    none that a line shows already. ``most`` None means all that were worth a closer look.
    Four queries (one more for tags that were merged away) and what the search index asks.
    """
    met = _met(story, at=at)
    references = find_references(story.body)
    lines = references.targets
    follow_ups = follow_ups_of(met.shortlist | lines, at=at)
    shown = {pk: follow_ups.shown(pk, source=story.article) for pk in met.shortlist | lines}
    taken, found = {*references.articles, *(shown[pk] for pk in lines)}, []
    for suggestion in _weighed(story, met, {pk: shown[pk] for pk in met.shortlist}, at=at):
        if suggestion.article_id not in taken:
            taken.add(suggestion.article_id)
            found.append(suggestion)
    return found[:most]


def replacements(story: Story, *, at: datetime, is_going: bool, most: int = 8) -> list[Suggestion]:
    """The ``most`` best stories to which lines could lead in place of ``story``, linked or not.

    Each is what such a line would show: the last live follow-up of what was met, and not
    ``story`` itself, which follows nothing any more if it ``is_going`` off the site.
    """
    met = _met(story, at=at)
    follow_ups = follow_ups_of(met.shortlist, at=at)
    gone = story.article if is_going else None
    shown = {pk: follow_ups.shown(pk, source=None, gone=gone) for pk in met.shortlist}
    found = {}
    for suggestion in _weighed(story, met, shown, at=at):
        if suggestion.article_id != story.article:
            found.setdefault(suggestion.article_id, suggestion)
    return list(found.values())[:most]


def candidates(story: Story, *, at: datetime, without: str = "") -> list[Suggestion]:
    """All that could be meant, the best first, linked already or not, followed by others or not.

    ``without`` leaves out one signal by its name (``weigh.SIGNALS``), to see what it is worth.
    """
    met = _met(story, at=at, without=without)
    return _weighed(story, met, {pk: pk for pk in met.shortlist}, at=at, without=without)


@dataclass(frozen=True)
class _Met:
    """What the walks of one story met, and which of it is worth a closer look."""

    tags: Mapping[int, str]  # names
    tags_by_edition: Mapping[int, Iterable[int]]
    rarity: Mapping[int, float]  # of tags
    weights: Mapping[int, float]  # of editions, by their tags
    alike: Mapping[int, float]  # by article
    shortlist: set[int]  # articles


def _met(story, *, at, without=""):
    tags, total = walk.tags_of(story.tags)
    rows = walk.newest_tagged(tags, at=at)
    rarity = weigh.rarity(rows.documents, total)
    if without == "rarity":
        rarity = dict.fromkeys(rarity, weigh.EVEN)
    alike = {} if without == "text" else walk.alike(story, at=at)
    weights = weigh.tag_weights(rows.tags_by_edition, rarity)
    shortlist = walk.shortlist(rows, weights, alike)
    shortlist.discard(story.article)
    return _Met(tags, rows.tags_by_edition, rarity, weights, alike, shortlist)


def _weighed(story, met, shown, *, at, without=""):
    """A suggestion for each story of the shortlist, the best first: of what ``shown`` says that a
    line to it shows, for what it has itself in common with ``story``."""
    rows = {row.article: row for row in walk.details({*shown, *shown.values()}, at=at)}
    lines_in = Counter()  # whatever they name, they show that story
    for pk, row in rows.items():
        lines_in[shown.get(pk, pk)] += row.lines_in
    own_key, group = headline_key(story.headline), story.original or story.article

    def is_told_again(row):
        is_it = group in (row.article, row.original) and group is not None
        return is_it or weigh.is_same(
            own_key, headline_key(row.headline), met.alike.get(row.article, 0)
        )

    suggestions = []
    for pk, to in shown.items():
        met_row, row = rows.get(pk), rows.get(to)
        if met_row is None or is_told_again(met_row) or (row is not met_row and is_told_again(row)):
            continue
        shared = met.tags_by_edition.get(met_row.edition, ())
        signals = weigh.Signals(
            tags=met.weights.get(met_row.edition, 0),
            text=met.alike.get(pk, 0),
            section=story.section == row.section,
            language=weigh.same_language(story.language, row.language),
            days=max((at - row.published_at).days, 0),
            lines_in=lines_in[to],
        )
        score = weigh.score(signals, without=without)
        if score <= 0:
            continue
        names = sorted(shared, key=lambda tag: -met.rarity[tag])
        reason = Reason(
            tags=tuple(met.tags[tag] for tag in names),
            rarest=max((met.rarity[tag] for tag in shared), default=0),
            is_alike=signals.text >= weigh.ALIKE,
            published_at=row.published_at,
            lines_in=lines_in[to],
        )
        suggestions.append(
            Suggestion(
                row.article, row.edition, row.headline, row.path, row.language, score, reason
            )
        )
    suggestions.sort(key=lambda s: (-s.score, -s.article_id))
    return suggestions
