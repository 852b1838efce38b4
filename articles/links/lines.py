"""The lines of bodies at one moment: which are shown, and to which story each leads."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from articles import cache
from articles.body import Figure, FoundReferences, Target, is_told_by_headline
from articles.models import FOREVER, Image

from .follow_ups import may_show
from .labels import Labels
from .latest import Newest, newest_of
from .resolve import Stories, Story, find


@dataclass(frozen=True)
class Told:
    """What the references of one body lead to: its ``lines`` by place, linked stories by id.

    ``keys`` are those of all that is shown, or would be if it were live. At ``ends_at`` this is no
    longer true; at ``gone_at`` something that is shown may not be seen any more.
    """

    lines: dict[int, Target]
    articles: dict[int, Target]
    keys: set[str]
    ends_at: datetime
    gone_at: datetime


@dataclass(frozen=True)
class Body:
    article: int | None  # whose body it is; None for a page of the desk
    language: str
    found: FoundReferences


def tell(
    bodies: Iterable[Body],
    *,
    at: datetime,
    labels: Labels,
    figure_of: Callable[[Image], Figure] | None,
) -> list[Told]:
    """What the references of each of ``bodies`` lead to. One query, one more for latest stories.

    ``figure_of`` makes the pictures that stand beside lines; None where no pictures do.
    """
    bodies = list(bodies)
    lines = {line.target for body in bodies for line in body.found.lines if line.target}
    linked = {pk for body in bodies for pk in body.found.articles}
    stories = find(linked, lines=lines, at=at)
    newest = newest_of(_depths(bodies), at=at)
    return [_told(body, stories, newest, labels, figure_of) for body in bodies]


def _depths(bodies):
    """How many of each list are needed: all above may be shown already, or be the story itself."""
    depths = {}
    for body in bodies:
        for line in body.found.lines:
            if line.latest_of:
                needed = line.place + 1 + bool(body.article)
                depths[line.latest_of] = max(needed, depths.get(line.latest_of, 0))
    return depths


def _told(body, stories, newest, labels, figure_of):
    keys = {cache.address_key(pk) for pk in body.found.articles}
    ends_at = stories.ends_at(body.found.articles)
    linked = {pk: stories.live[pk] for pk in body.found.articles if pk in stories.live}
    gone_at = min((story.live_until for story in linked.values()), default=FOREVER)
    lines, shown = {}, set()
    if body.article:
        shown.add(body.article)
    for line in body.found.lines:
        if line.latest_of:
            story, label, more, ends = _latest(line, shown, newest, labels, body.language)
        else:
            story, more, ends = followed(line.target, body.article, stories)
            label = None
        keys |= more
        ends_at = min(ends_at, ends)
        if story is None or story.article in shown:
            continue
        shown.add(story.article)
        if not line.is_pinned:
            keys.add(cache.article_key(story.article))
        elif is_told_by_headline(line.headline, story.target, body.language):
            keys.add(cache.called_key(story.article, line.headline))
        gone_at = min(gone_at, story.live_until)
        figure = None
        if figure_of and story.image:
            figure = figure_of(story.image)
            keys.add(f"image-{story.image.pk}")
        lines[line.place] = replace(story.target, figure=figure, label=label)
    linked = {pk: story.target for pk, story in linked.items()}
    return Told(lines, linked, keys, ends_at, gone_at)


def followed(
    target: int | None, source: int | None, stories: Stories
) -> tuple[Story | None, set[str], datetime]:
    """What a line to ``target`` shows: of that story and all that follow it the last that is live.

    A story that follows the target itself is led to what came before it, not to itself.
    """
    if not target:
        return None, set(), FOREVER
    stands = may_show(target, source, stories.later)
    live = [place for place, pk in enumerate(stands) if pk in stories.live]
    may_be = stands[live[-1] :] if live else stands  # those before it make no difference
    keys = {cache.lines_key(target), *map(cache.address_key, may_be)}
    return stories.live[may_be[0]] if live else None, keys, stories.ends_at(may_be)


def shown_by(lines: Collection[tuple[int | None, int]], *, at: datetime) -> set[int]:
    """The stories (ids) that ``lines`` show, pairs of a source and a target. One query at most."""
    targets = {target for _, target in lines}
    stories = find(targets, lines=targets, at=at)
    found = (followed(target, source, stories)[0] for source, target in lines)
    return {story.article for story in found if story}


def _latest(line, shown, newest: Newest, labels, language):
    """The newest of a list that the story does not show yet, and what says which list that is."""
    kind, pk = line.latest_of
    keys = {f"{kind}-{pk}-list"}
    stories = newest.stories.get(line.latest_of, ())
    story = next((story for story in stories if story.article not in shown), None)
    if story is None:
        return None, None, keys, newest.begins
    keys.add(cache.address_key(story.article))
    label = None
    if not line.label:
        label = labels.latest(language, newest.names[line.latest_of])
        keys.add(f"{kind}-{pk}")
    return story, label, keys, min(newest.begins, story.live_until)
