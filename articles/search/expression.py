"""What is asked of an index, before it is put into words of either database.

Every word has been through ``words``, so it holds letters, digits and marks only, or is a facet
made there: nothing in an expression can be taken for syntax.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """Words that follow one another; one word is the shortest phrase."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these phrases."""

    phrases: tuple[Phrase, ...]

    @classmethod
    def words(cls, *words: str) -> "AnyOf":
        return cls(tuple(Phrase((word,)) for word in words))


@dataclass(frozen=True)
class Expression:
    """All of ``wanted`` and none of ``unwanted``; ``wanted`` is not empty."""

    wanted: tuple[AnyOf, ...]
    unwanted: tuple[AnyOf, ...] = ()


@dataclass(frozen=True)
class Ranking:
    """By what matches are compared: the words that are not in every other story, which all have
    ``telling``, and whether the ``headline`` has what is wanted."""

    telling: Expression | None = None
    headline: Expression | None = None


@dataclass(frozen=True)
class Match:
    """A row of the index that an expression found."""

    place: int
    rank: float = 0.0  # more is better; comparable within one answer only
