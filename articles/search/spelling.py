"""Words one typing error away: one letter more, less, another, or two that changed places."""

import unicodedata
from functools import lru_cache

from django.db.models import Sum

from articles.models import SearchName, SearchWord

SHORTEST, LONGEST = 3, 24  # letters of a word that is corrected
MOST = 5  # candidates


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

    Two queries. That a word is there does not say that readers may know of it.
    """
    near = sorted(edits(word))
    if not near:
        return []
    found = SearchWord.objects.filter(word__in=near, stories__gt=0).order_by("-stories", "word")
    found = dict(found.values_list("word", "stories")[:MOST])
    facets = SearchName.objects.filter(word__in=near).values_list("word", "facet")[: 4 * MOST]
    named = {}
    for name, facet in facets:
        named.setdefault(name, []).append(facet)
    for name, of in named.items():
        count = SearchWord.objects.filter(word__in=of).aggregate(Sum("stories"))["stories__sum"]
        found[name] = found.get(name, 0) + (count or 0)
    return sorted(found, key=lambda each: (-found[each], each))[:MOST]
