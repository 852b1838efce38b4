"""What the references of bodies are at one moment: which stories readers can open, and where."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import CharField, DateTimeField, F, FloatField, IntegerField, Value

from articles.body import Target
from articles.languages import direction_of
from articles.models import FOREVER, Edition, FollowUp, Image
from articles.prepared import prepared

# Of a story's picture, all that a rendition is made of.
PICTURE = ("digest", "width_px", "height_px", "focal_x", "focal_y", "frames", "colour", "alt")
COLUMNS = ("article_id", "path", "headline", "language", "live_from", "live_until", "lead_image_id")
COLUMNS += tuple(f"lead_image__{name}" for name in PICTURE)


@dataclass(frozen=True)
class Story:
    """An edition that is live, as whoever leads to it must know it."""

    article: int
    path: str
    headline: str
    language: str
    live_from: datetime
    live_until: datetime
    image: Image | None  # its picture, unsaved and with what renditions need

    @classmethod
    def of(cls, row: tuple) -> "Story":
        """From the values of COLUMNS."""
        columns, (image, *picture) = row[:6], row[6:]
        picture = Image(pk=image, **dict(zip(PICTURE, picture, strict=True))) if image else None
        return cls(*columns, picture)

    @property
    def target(self) -> Target:
        return Target(
            article=self.article,
            path=self.path,
            headline=self.headline,
            language=self.language,
            direction=direction_of(self.language),
        )


@dataclass(frozen=True)
class Stories:
    """``live`` by article id; ``begins`` says when one begins, ``later`` are the follow-ups of a
    story in their order, live or not."""

    live: dict[int, Story] = field(default_factory=dict)
    begins: dict[int, datetime] = field(default_factory=dict)
    later: dict[int, list[int]] = field(default_factory=dict)

    def ends_at(self, articles: Iterable[int]) -> datetime:
        """When the answer about these stories is no longer true."""
        ends_at = FOREVER
        for pk in articles:
            if pk in self.live:
                ends_at = min(ends_at, self.live[pk].live_until)
            else:
                ends_at = min(ends_at, self.begins.get(pk, FOREVER))
        return ends_at


@dataclass(frozen=True)
class Resolved:
    """``targets`` by article id, and the moment when this answer is no longer true."""

    targets: dict[int, Target]
    ends_at: datetime


def resolve(articles: Iterable[int], *, at: datetime) -> Resolved:
    """Which of these articles (ids) readers can open at ``at``, and where. One query at most."""
    articles = set(articles)
    stories = find(articles, at=at)
    targets = {pk: story.target for pk, story in stories.live.items()}
    return Resolved(targets, stories.ends_at(articles))


def find(articles: Iterable[int], *, lines: Iterable[int] = (), at: datetime) -> Stories:
    """These ``articles`` (ids) at the moment ``at``, and what follows those that ``lines`` name.

    One query at most.
    """
    articles, lines, found, steps = set(articles), set(lines), Stories(), defaultdict(dict)
    rows = ()
    if lines:
        rows = _not_ended_and_later(at=at, articles=articles | lines, lines=lines)
    elif articles:
        rows = _not_ended(at=at, articles=articles)
    for story, distance, *row in rows:
        article, live_from = row[0], row[4]
        if distance:
            steps[story][distance] = article
        if live_from is None:  # a follow-up, with whatever editions it may have in other rows
            continue
        if live_from <= at:
            found.live[article] = Story.of(row)
        else:
            found.begins[article] = min(live_from, found.begins.get(article, FOREVER))
    for story, later in steps.items():
        found.later[story] = [later[distance] for distance in sorted(later)]
    return found


@prepared
def _not_ended(*, at, articles):
    return _rows(at, articles)


@prepared
def _not_ended_and_later(*, at, articles, lines):
    later = FollowUp.objects.filter(story__in=lines).order_by()
    nothing = {
        "path": CharField(), "headline": CharField(), "language": CharField(),
        "live_from": DateTimeField(), "live_until": DateTimeField(), "lead_image": IntegerField(),
        "digest": CharField(), "width_px": IntegerField(), "height_px": IntegerField(),
        "focal_x": FloatField(), "focal_y": FloatField(), "frames": IntegerField(),
        "colour": CharField(), "alt": CharField(),
    }  # fmt: skip
    nothing = {f"no_{name}": Value(None, output_field=kind) for name, kind in nothing.items()}
    editions = Edition.objects.not_ended(at=at).filter(article__follows__story__in=lines)
    of_later = editions.order_by().values_list(
        F("article__follows__story_id"), F("article__follows__distance"), *COLUMNS
    )
    itself = later.annotate(**nothing).values_list("story_id", "distance", "follow_up_id", *nothing)
    return _rows(at, articles).union(of_later, itself, all=True)


def _rows(at, articles):
    editions = Edition.objects.not_ended(at=at).filter(article__in=articles).order_by()
    none = Value(0, output_field=IntegerField())
    return editions.annotate(distance=none).values_list("article_id", "distance", *COLUMNS)
