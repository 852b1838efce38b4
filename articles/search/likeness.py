"""Stories whose text is like another, by the words that tell most about it."""

from collections import Counter
from datetime import datetime
from math import log

from articles.models import SearchWord
from articles.prepared import prepared

from .engine import engine
from .indexing import place_of
from .liveness import live_among
from .words import FACET, words

LOOKED_AT = 2_000  # words of the text
TELLING = 8  # of them are asked for
ROWS = 600  # with one of them, all together: on PostgreSQL each is a page of the table
TOO_COMMON = 400  # newest matches of a word count
LEAST_LENGTH = 3  # of a word that may tell something, unless it is not in Latin letters


def similar(text: str, *, at: datetime, most: int = 50) -> dict[int, float]:
    """Articles live at ``at`` whose words are like those of ``text``, best first, with a score.

    The score is 1 for a story that has all of the telling words of ``text``: the eight that are
    rare among all stories and frequent here. Words that only one story has tell nothing. Three
    queries, of which none reads more than ROWS rows however large the archive is.
    """
    weights = _telling(text)
    if not weights:
        return {}
    whole = sum(weights.values())
    until = place_of(at) + 4096  # the rest of this second too; ``live`` decides
    # Of the best some may not be live any more, or not yet.
    found = engine().weighed(weights, most=3 * most // 2, each=TOO_COMMON, until=until)
    live = live_among(found, at=at).values()
    return {article: min(1.0, rank / whole) for article, rank in list(live)[:most]}


def _telling(text):
    """The words that tell most about ``text``, with their weights. One query."""
    here = Counter(
        word for word in words(text)[:LOOKED_AT] if len(word) >= LEAST_LENGTH or not word.isascii()
    )
    here = dict(here.most_common(300))
    stories = dict(_counted(words=[FACET, *here]))
    whole = stories.pop(FACET, 0)
    weights = {
        word: log(whole / count) * (1 + log(here[word]))
        for word, count in stories.items()
        if 2 <= count <= max(whole / 2, 3)
    }
    best, left = {}, ROWS
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        if len(best) < TELLING and stories[word] <= left and weights[word] > 0:
            best[word] = weights[word]
            left -= stories[word]
    return best


@prepared
def _counted(*, words):
    rows = SearchWord.objects.filter(word__in=words, stories__gt=0)
    return rows.values_list("word", "stories")
