"""What of an edition is searched: its words by field, and what it belongs to."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from articles.body import plain_text
from articles.models import Edition

from .words import FACET, IN_HEADLINE, facet, words

MOST_WORDS = 15_000  # of a body; PostgreSQL keeps no places beyond 16,383
MOST_BYTES = 700_000  # of these words; it keeps no more than a megabyte of them and their places


@dataclass(frozen=True)
class Document:
    """The words of an edition. ``facets`` are marked by their signs and are no words."""

    edition: Edition
    headline: list[str]
    standfirst: list[str]
    body: list[str]
    facets: list[str]

    @classmethod
    def of(cls, edition: Edition) -> "Document":
        """Of an edition with its body, ``tag_rows`` and ``author_rows`` prefetched."""
        headline = words(edition.headline)
        return cls(
            edition=edition,
            headline=headline,
            standfirst=words(edition.standfirst),
            body=list(_first(words(plain_text(edition.body)))),
            facets=[
                facet("section", edition.section_id),
                facet("language", edition.language),
                *(facet("tag", row.tag_id) for row in edition.tag_rows.all()),
                *(facet("author", row.author_id) for row in edition.author_rows.all()),
                *(IN_HEADLINE + word for word in dict.fromkeys(headline)),
            ],
        )

    @cached_property
    def counted(self) -> set[str]:
        """What the vocabulary counts: every word and facet once, and ``FACET`` for the row."""
        return counted({*self.headline, *self.standfirst, *self.body, *self.facets})


def _first(body):
    left = MOST_BYTES
    for word in body[:MOST_WORDS]:
        left -= len(word.encode())
        if left < 0:
            return
        yield word


def counted(found: set[str]) -> set[str]:
    return {word for word in found if not word.startswith(IN_HEADLINE)} | {FACET}


def tally(documents) -> Counter:
    """How many of the rows have each word."""
    return Counter(word for each in documents for word in each)
