"""What each sign that two stories belong together is worth. Numbers in, numbers out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import log

SIGNALS = ("rarity", "tags", "text", "section", "language", "age", "lift")

TAG = 0.7  # what the rarest shared tag is worth; a second adds to what is left
TEXT, SECTION, LIFT = 0.5, 0.05, 0.05
OTHER_LANGUAGE = 0.3  # of its worth is left to a story that few of the readers can read
HALF_LIFE_DAYS = 365
LASTING = 0.75  # of its worth never ages: background is old
YOUNG = 50  # stories: what all of fewer have in common may be rare all the same
FEW = 3  # lines to a story, from which on it needs no lift

EVEN = 0.5  # the rarity of all tags where it is left out
ALIKE = 0.3  # text that is said to be similar
SAME_TEXT = 0.95
SAME_HEADLINE, SAME_HEADLINE_OF_SAME_TEXT = 0.8, 0.5  # share of the words of both


@dataclass(frozen=True)
class Signals:
    tags: float  # 0 to 1
    text: float  # 0 to 1
    section: bool
    language: bool
    days: int  # since it was published
    lines_in: int


def rarity(documents: Mapping[int, float], total: int) -> dict[int, float]:
    """Inverse document frequency from 0 (every story has the tag) to 1 (one story of very many).

    ``documents`` says how many stories bear each tag, ``total`` how many there are.
    """
    total = max(total, YOUNG)
    return {
        tag: min(log(max(total / max(count, 1), 1)) / log(total), 1)
        for tag, count in documents.items()
    }


def tag_weights(
    tags: Mapping[int, Collection[int]], rarity: Mapping[int, float]
) -> dict[int, float]:
    """What the shared tags of each edition are worth together, from 0 to 1."""
    known, weights = {}, {}
    for edition, shared in tags.items():
        weight = known.get(shared := tuple(shared))
        if weight is None:
            left = 1.0
            for tag in shared:
                left *= 1 - TAG * rarity[tag]
            weight = known[shared] = 1 - left
        weights[edition] = weight
    return weights


def age(days: int) -> float:
    """What is left of a story's worth after so many days, never less than LASTING."""
    return LASTING + (1 - LASTING) * 0.5 ** (days / HALF_LIFE_DAYS)


def score(signals: Signals, *, without: str = "") -> float:
    worth = 0 if without == "tags" else signals.tags
    if without != "text":
        worth += TEXT * signals.text
    if not worth:
        return 0  # the same section and date make no relation
    if signals.section and without != "section":
        worth += SECTION
    if without != "age":
        worth *= age(signals.days)
    if not signals.language and without != "language":
        worth *= OTHER_LANGUAGE
    if without != "lift":
        worth *= 1 + LIFT * max(FEW - signals.lines_in, 0) / FEW
    return worth


def same_language(one: str, other: str) -> bool:
    """Whether who reads the one reads the other: en and en-GB are one language."""
    return one.partition("-")[0].casefold() == other.partition("-")[0].casefold()


def is_same(one: str, other: str, text: float = 0) -> bool:
    """Whether two headlines (their keys) head one story, told twice.

    Where the ``text`` is as alike as can be, fewer of their words need be the same.
    """
    if one == other:
        return bool(one)
    one, other = set(one.split()), set(other.split())
    share = SAME_HEADLINE_OF_SAME_TEXT if text >= SAME_TEXT else SAME_HEADLINE
    return len(one & other) > share * len(one | other)
