"""Invented stories: the same archive and number always give the same one. Knows no model.

All chance comes from ``Random.random``, which Python promises to keep the same for ever; the other
methods of ``Random`` it may change.
"""

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from html import escape
from itertools import accumulate, islice
from random import Random

from .words import (
    ACTS,
    AUTHORS,
    CLOSES,
    DAYS,
    FEW,
    FIRST,
    HEADLINES,
    LAST,
    LATER,
    LEDES,
    MONTHS,
    NEWS,
    PLACES,
    QUOTATIONS,
    RIDERS,
    SAID,
    SECTIONS,
    SENTENCES,
    STANDFIRSTS,
    STREETS,
    SUBHEADS,
    TAGS,
    WEIGHTS,
)

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=3652)  # ten years
_JITTER = timedelta(days=4)  # how far stories stand out of their order
# Zipf's law with Mandelbrot's offset, by which the first tag stands on some 9 % of all stories.
_TAG_SHARES = tuple(accumulate(1 / (rank + 7) for rank in range(1, len(TAGS) + 1)))
_SECTION_WORDS = tuple(
    (tuple(actors.split(", ")), tuple(matters.split(", "))) for actors, matters in SECTIONS.values()
)
_SECTION_SHARES = tuple(accumulate(WEIGHTS))


@dataclass(frozen=True)
class Archive:
    articles: int
    seed: int
    until: datetime = UNTIL

    def __str__(self):
        return self.name

    @cached_property
    def name(self):
        return f"archive:{self.seed}:{self.articles}:{self.until.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of a story: the body is ``opening``, the line if there is one, and ``rest``."""

    at: datetime
    headline: str
    standfirst: str
    opening: str
    rest: str


@dataclass(frozen=True, slots=True)
class Story:
    section: int  # places in SECTIONS, AUTHORS, TAGS
    authors: tuple[int, ...]
    tags: tuple[int, ...]
    line_to: int | None  # the number of an earlier story
    drafts: tuple[Draft, ...]


def headline(archive: Archive, number: int) -> str:
    """What story ``number`` was first published under."""
    return _premise(archive, number)[2]


def story(archive: Archive, number: int) -> Story:
    random, facts, first_headline, section = _premise(archive, number)
    opening, rest = _body(random, facts)
    drafts = [
        Draft(
            _first_moment(archive, number, random()),
            first_headline,
            _one_of(STANDFIRSTS, random) % facts,
            opening,
            rest,
        )
    ]
    if number % 10 == 9:
        drafts += _later(archive, drafts[0], facts, random)
    return Story(
        section=section,
        authors=_several(len(AUTHORS), 1 + (random() < 0.35) + (random() < 0.05), random),
        tags=_tags(3 + int(random() * 3), random),
        line_to=_line(number, random),
        drafts=tuple(drafts),
    )


def _premise(archive, number):
    """What a story is about. Headline and text share it, and the headline is drawn first."""
    random = Random(f"{archive.name}:{number}").random
    section = bisect(_SECTION_SHARES, random() * _SECTION_SHARES[-1])
    actors, matters = _SECTION_WORDS[section]
    last = _one_of(LAST, random)
    facts = {
        "place": _one_of(PLACES, random),
        "other": _one_of(PLACES, random),
        "actor": _one_of(actors, random),
        "matter": _one_of(matters, random),
        "act": _one_of(ACTS, random),
        "said": _one_of(SAID, random),
        "name": f"{_one_of(FIRST, random)} {last}",
        "last": last,
    }
    facts["rider"] = _one_of(RIDERS, random) % facts
    return random, facts, _one_of(HEADLINES, random) % facts, section


def _body(random, facts):
    """Two halves of a text of 250 to 500 words; between them there is room for a line."""
    noes = 3 + int(random() * 9)
    facts |= {
        "second": f"{_one_of(FIRST, random)} {_one_of(LAST, random)}",
        "street": _one_of(STREETS, random),
        "day": _one_of(DAYS, random),
        "month": _one_of(MONTHS, random),
        "few": _one_of(FEW, random),
        "pages": str(40 + int(random() * 300)),
        "crowd": f"{400 + int(random() * 9000):,}",
        "money": f"{20 + int(random() * 900)},000",
        "noes": str(noes),
        "ayes": str(noes + 1 + int(random() * 9)),
    }
    sentences = iter(_several(len(SENTENCES), 29, random))
    blocks = [f"<p>{_one_of(LEDES, random)}</p>"]
    count = 6 + int(random() * 3)
    quoted = int(random() * 8) if random() < 0.4 else -1
    headed = int(random() * 8) if random() < 0.3 else -1
    for place in range(count):
        if place == headed:
            blocks.append(f"<h2>{_one_of(SUBHEADS, random)}</h2>")
        length = 3 + (random() < 0.4) if place < 5 else 2 + (random() < 0.5)
        blocks.append(f"<p>{' '.join(SENTENCES[n] for n in islice(sentences, length))}</p>")
        if place == quoted:
            blocks.append(f"<blockquote><p>“{_one_of(QUOTATIONS, random)}”</p></blockquote>")
    blocks.append(f"<p>{_one_of(CLOSES, random)}</p>")
    safe = {name: escape(words, quote=False) for name, words in facts.items()}
    return "".join(blocks[:3]) % safe, "".join(blocks[3:]) % safe


def _first_moment(archive, number, chance):
    """A whole minute, mostly later than those of lower numbers, and always before ``until``."""
    moment = archive.until - SPAN * (1 - number / archive.articles) + _JITTER * (chance - 1)
    return moment.replace(second=0, microsecond=0)


def _later(archive, first, facts, random):
    """The second and the third version: news at the end, then at the top, with a new headline."""
    safe = {name: escape(words, quote=False) for name, words in facts.items()}
    end, top = (f"<p>{NEWS[n] % safe}</p>" for n in _several(len(NEWS), 2, random))
    left = min(archive.until - first.at, timedelta(days=30))
    second, third = sorted((0.02 + 0.4 * random(), 0.5 + 0.4 * random()))
    rest = first.rest + end
    return (
        Draft(first.at + left * second, first.headline, first.standfirst, first.opening, rest),
        Draft(
            first.at + left * third,
            _one_of(LATER, random) % facts,
            first.standfirst,
            top + first.opening,
            rest,
        ),
    )


def _line(number, random):
    """Three stories of five point at an earlier one, at a recent one more often."""
    if number and random() < 0.6:
        return min(number - 1, int(number * (1 - random() ** 2)))
    return None


def _tags(count, random):
    """So many different tags, drawn by their shares, in the order of drawing."""
    drawn = {}
    while len(drawn) < count:
        drawn[bisect(_TAG_SHARES, random() * _TAG_SHARES[-1])] = None
    return tuple(drawn)


def _several(size, count, random):
    """So many different numbers below ``size``."""
    drawn = {}
    while len(drawn) < count:
        drawn[int(random() * size)] = None
    return tuple(drawn)


def _one_of(words, random):
    return words[int(random() * len(words))]
