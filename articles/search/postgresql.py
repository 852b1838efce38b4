"""The index in a column of tsvectors, whose words are ours and not those of a dictionary.

A GIN index finds all matches at once and in no order, so a word that stands in most rows would have
them all fetched. Such are found by walking the newest rows instead.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from .documents import Document, counted
from .expression import AnyOf, Expression, Match, Ranking

RANKED = 1_000  # newest matches that are compared, 10 µs each
WEIGHTS = "{0.1, 0.1, 0.4, 1.0}"  # of the labels D (body), C, B (standfirst, facets), A (headline)
SCALE = 50  # of ts_rank, so that its best are worth ten
HEADLINE = 1.5  # how much more it is worth that the headline has all that is wanted
GAP = 10  # places between two fields, so that no phrase reaches from one into the next
LAST = 16_383  # the highest place that a tsvector keeps

COMMON = 3_000  # rows with a word: their newest are walked to
WALKED, ENOUGH = 5_000, 200  # rows looked through, and matches that make it worth it
EVERYWHERE = 10_000  # rows with the words of a phrase are too many to look for it in each
_WALK = (
    "SELECT place, {rank} FROM ("
    "SELECT place, vector FROM articles_searchrow WHERE place > %(after)s "
    "AND place <= %(until)s ORDER BY place DESC LIMIT %(walked)s) AS newest "
    "WHERE vector @@ %(query)s::tsquery ORDER BY place DESC LIMIT %(most)s"
)
_LOOK_UP = (  # matches are found apart, so that the index is used whatever the planner believes
    "WITH found AS MATERIALIZED (SELECT place FROM articles_searchrow "
    "WHERE vector @@ %(query)s::tsquery AND place > %(after)s AND place <= %(until)s) "
    "SELECT place, {rank} FROM articles_searchrow WHERE place IN "
    "(SELECT place FROM found ORDER BY place DESC LIMIT %(most)s) ORDER BY place DESC"
)


def columns(document: Document) -> dict[str, str]:
    """What its SearchRow holds of a document."""
    return {"vector": vector(document)}


def write(rows: Iterable[tuple[int, Document]]) -> None:
    """Nothing is kept beside the rows."""


def vector(document: Document) -> str:
    """The text of a tsvector. Words hold no quotes and no backslashes."""
    found, place = defaultdict(list), 1
    fields = (document.headline, "A"), (document.standfirst, "B"), (document.body, "")
    for words, label in fields:
        for word in words:
            if place < LAST:
                found[word].append(f"{place}{label}")
            place += 1
        place += GAP
    for facet in document.facets:
        found[facet].append(f"{LAST}B")
    return " ".join(
        f"'{word}':{','.join(places[:200])}" for word, places in found.items() if places
    )


def erase(places: list[int]) -> list[set[str]]:
    """Forget what stands at these places; what the vocabulary had counted of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(vector) FROM articles_searchrow "
            "WHERE place = ANY(%s) AND vector IS NOT NULL",
            [places],
        )
        return [counted(set(words)) for (words,) in cursor.fetchall()]


def erase_all() -> None:
    """Nothing is kept beside the rows."""


def count(changes: dict[str, int]) -> None:
    """Add to the numbers of the vocabulary."""
    words = sorted(changes)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_searchword AS kept (word, stories) "
            "SELECT * FROM unnest(%s::text[], %s::int[]) ON CONFLICT (word) "
            "DO UPDATE SET stories = greatest(0, kept.stories + excluded.stories)",
            [words, [changes[word] for word in words]],
        )


def newest(
    expression: Expression,
    *,
    most: int,
    after: int,
    until: int,
    rarest: int = 0,
    ranking: Ranking | None = None,
) -> list[Match]:
    """At most so many matches whose places lie in ``after`` < place <= ``until``, newest first.

    ``rarest`` rows have the rarest of the words. If that is many, the newest ``WALKED`` rows are
    looked through first; where few of them match, few of all do, and the index finds those.
    """
    limits = {"after": after, "until": until, "most": most, "walked": WALKED}
    if rarest > COMMON:
        found = _asked(_WALK, expression, ranking, limits)
        if len(found) >= min(most, ENOUGH) or (rarest > EVERYWHERE and _has_phrase(expression)):
            return found
    return _asked(_LOOK_UP, expression, ranking, limits)


def _asked(sql, expression, ranking, limits):
    params, rank = limits | {"query": _written(expression)}, "0::float"
    if ranking:
        rank = "1::float"
        if ranking.telling:
            rank = f"1 + {SCALE} * ts_rank('{WEIGHTS}', vector, %(telling)s::tsquery, 1)"
            params["telling"] = _written(ranking.telling)
        if ranking.headline:
            rank = f"({rank}) * CASE WHEN vector @@ %(head)s::tsquery THEN {HEADLINE} ELSE 1 END"
            params["head"] = _written(ranking.headline)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(rank=rank), params)
        return [Match(*row) for row in cursor.fetchall()]


def _has_phrase(expression):
    return any(len(phrase.words) > 1 for each in expression.wanted for phrase in each.phrases)


def weighed(weights: dict[str, float], *, most: int, each: int, until: int) -> list[Match]:
    """The rows with the greatest sum of the weights of the words that they hold.

    Of each word the newest ``each`` matches count.
    """
    one = (  # found apart here too: OFFSET 0 keeps the planner from walking all rows in order
        "(SELECT place, %s::float AS weight FROM (SELECT place FROM articles_searchrow "
        "WHERE vector @@ %s::tsquery AND place <= %s OFFSET 0) AS found "
        "ORDER BY place DESC LIMIT %s)"
    )
    params = [
        param for word, weight in weights.items() for param in (weight, f"'{word}'", until, each)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, sum(weight) AS sum FROM "  # noqa: S608
            f"({' UNION ALL '.join([one] * len(weights))}) AS each "
            "GROUP BY place ORDER BY sum DESC, place DESC LIMIT %s",
            [*params, most],
        )
        return [Match(*row) for row in cursor.fetchall()]


def beginning(word: str) -> dict[str, str]:
    """A filter for the words of a table that begin so, which walks its index by pattern.

    Not a range: what lies between two words is for the collation to say, and some pass over the
    sign that facets begin with.
    """
    return {"word__startswith": word}


def _written(expression):
    written = " & ".join(map(_any, expression.wanted))
    for alternatives in expression.unwanted:
        written += f" & !{_any(alternatives)}"
    return written


def _any(alternatives: AnyOf):
    phrases = ("<->".join(f"'{word}'" for word in phrase.words) for phrase in alternatives.phrases)
    return f"({' | '.join(phrases)})"
