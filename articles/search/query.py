"""What a reader typed, taken apart: words, "phrases", and what is unwanted after a minus."""

import re
from dataclasses import dataclass, replace

from articles.body import legible

from .words import words

LONGEST = 200  # characters that are looked at
MOST_WORDS = 12  # of them that are searched, those of phrases included

_QUOTES = re.compile("[“”„‟«»＂]")
_TERM = re.compile(
    r'(?<!\S)(?P<minus>[-−–])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))|"(?P<rest>[^"]*)"?'
)


@dataclass(frozen=True)
class Term:
    """Words that follow one another, as ``search.words`` writes them; ``typed`` is for people.

    What is written without a space, as in twenty-one, is a phrase too.
    """

    words: tuple[str, ...]
    typed: str
    is_unwanted: bool = False

    def meaning(self, words: tuple[str, ...]) -> "Term":
        return replace(self, words=words)


@dataclass(frozen=True)
class Query:
    terms: tuple[Term, ...] = ()
    was_cut: bool = False  # it was longer, and the rest is not searched

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_unwanted)

    @property
    def unwanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_unwanted)


def parse(text: str) -> Query:
    """What ``text`` asks for. Any text has a meaning; most signs have none."""
    text = _QUOTES.sub('"', " ".join(legible(text).split()))
    was_cut = len(text) > LONGEST
    terms, left = [], MOST_WORDS
    for found in _TERM.finditer(text[:LONGEST]):
        typed = found["phrase"] or found["rest"] or found["word"] or ""
        term = tuple(words(typed))
        if not term:
            continue
        if len(term) > left:
            term, was_cut = term[:left], True
        if term:
            terms.append(Term(term, typed, bool(found["minus"])))
        left -= len(term)
    return Query(tuple(dict.fromkeys(terms)), was_cut)
