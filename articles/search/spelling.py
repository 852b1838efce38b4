"""Words one typing error away: one letter more, less, another, or two that changed places."""

import json
import unicodedata
from functools import lru_cache

from django.db import connection

SHORTEST, LONGEST = 3, 24  # letters of a word that is corrected
MOST = 5  # candidates
NAMES = 100  # rows of names that are counted

# An array that is made by the query is not looked at by PostgreSQL's planner, which takes 2 ms.
_ANY = "= ANY(ARRAY(SELECT unnest(%s::text[])))"
_AMONG = "IN (SELECT value FROM json_each(%s))"
_NEAR = (
    "SELECT word, sum(stories) FROM ("
    "SELECT word, stories FROM articles_searchword WHERE word {0} AND stories > 0 "
    "UNION ALL SELECT * FROM (SELECT name.word, coalesce(of.stories, 0) "
    "FROM articles_searchname AS name LEFT JOIN articles_searchword AS of ON of.word = name.facet "
    "WHERE name.word {0} LIMIT %s) AS named) AS near GROUP BY word"
)


@lru_cache(maxsize=64)
def _alphabet(first):
    """The letters that stand beside a letter in its script, in the spelling of ``words``."""
    if first.isascii():
        return "abcdefghijklmnopqrstuvwxyz" if first.isalpha() else "0123456789"
    block = 0x600 if 0x600 <= ord(first) < 0x780 else ord(first) & ~0x7F
    letters = map(chr, range(block, block + (0x100 if block == 0x600 else 0x80)))
    return "".join(c for c in letters if unicodedata.category(c) in ("Ll", "Lo"))


def edits(word: str) -> set[str]:
    """All that one error makes of ``word``: some 450 words for one of eight Latin letters."""
    if not SHORTEST <= len(word) <= LONGEST:
        return set()
    letters = _alphabet(word[0])
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in parts if right),
        *(left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1),
        *(left + letter + right[1:] for left, right in parts if right for letter in letters),
        *(left + letter + right for left, right in parts for letter in letters),
    } - {word, ""}


def candidates(word: str) -> list[str]:
    """Words of stories and of names that ``word`` may be meant to be, the most used first.

    One query. That a word is there does not say that readers may know of it.
    """
    near = sorted(edits(word))
    if not near:
        return []
    is_postgresql = connection.vendor == "postgresql"
    asked = near if is_postgresql else json.dumps(near)
    with connection.cursor() as cursor:
        # As one value: 450 of them take longer to be put into a query than to be looked up.
        cursor.execute(_NEAR.format(_ANY if is_postgresql else _AMONG), [asked, asked, NAMES])
        found = cursor.fetchall()
    return [other for other, _ in sorted(found, key=lambda row: (-row[1], row[0]))[:MOST]]
