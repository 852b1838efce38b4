from dataclasses import dataclass, field
from datetime import datetime

from articles.body import find_references
from articles.headlines import headline_key

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


def suggest(story: Story, *, at: datetime, most: int = 8) -> list[Suggestion]:
    """The ``most`` best stories that are live at ``at`` and that ``story`` does not lead to yet.

    Three queries (one more for tags that were merged away) and what the search index asks.
    """
    found = find_references(story.body)
    linked = found.articles | {line.target for line in found.lines if line.target}
    return [
        suggestion for suggestion in candidates(story, at=at) if suggestion.article_id not in linked
    ][:most]


def candidates(story: Story, *, at: datetime, without: str = "") -> list[Suggestion]:
    """All that could be meant, the best first, linked already or not.

    ``without`` leaves out one signal by its name (``weigh.SIGNALS``), to see what it is worth.
    """
    tags, total = walk.tags_of(story.tags)
    rows = walk.newest_tagged(tags, at=at)
    rarity = weigh.rarity(rows.documents, total)
    if without == "rarity":
        rarity = dict.fromkeys(rarity, weigh.EVEN)
    alike = {} if without == "text" else walk.alike(story, at=at)
    weights = weigh.tag_weights(rows.tags_by_edition, rarity)
    shortlist = walk.shortlist(rows, weights, alike, today=walk.day_of(at))
    shortlist.discard(story.article)
    own_key, group = headline_key(story.headline), story.original or story.article
    suggestions = []
    for row in walk.details(shortlist, at=at):
        text = alike.get(row.article, 0)
        is_it = group in (row.article, row.original) and group is not None
        if is_it or weigh.is_same(own_key, headline_key(row.headline), text):
            continue
        shared = rows.tags_by_edition.get(row.edition, ())
        signals = weigh.Signals(
            tags=weights.get(row.edition, 0),
            text=text,
            section=story.section == row.section,
            language=weigh.same_language(story.language, row.language),
            days=max((at - row.published_at).days, 0),
            lines_in=row.lines_in,
        )
        score = weigh.score(signals, without=without)
        if score <= 0:
            continue
        names = sorted(shared, key=lambda tag: -rarity[tag])
        reason = Reason(
            tags=tuple(tags[tag] for tag in names),
            rarest=max((rarity[tag] for tag in shared), default=0),
            is_alike=signals.text >= weigh.ALIKE,
            published_at=row.published_at,
            lines_in=row.lines_in,
        )
        suggestions.append(
            Suggestion(
                row.article, row.edition, row.headline, row.path, row.language, score, reason
            )
        )
    suggestions.sort(key=lambda s: (-s.score, -s.article_id))
    return suggestions
