"""The index in FTS5. It walks its rows in the order of their places, so the newest come first."""

from collections.abc import Iterable

from django.db import connection

from .documents import Document, counted
from .expression import AnyOf, Expression, Match, Ranking

RANKED = 2_000  # newest matches that are compared; 1 µs for each and each of its words
# With weights of the columns of the table: headline, standfirst, body, facets.
BM25 = "-bm25(articles_searchtext, 10.0, 4.0, 1.0, 5.0)"
HEADLINE = 1.5  # how much more it is worth that the headline has all that is wanted


def columns(document: Document) -> dict[str, str]:
    """What its SearchRow holds of a document: nothing, all stands beside it."""
    return {}


def write(rows: Iterable[tuple[int, Document]]) -> None:
    """Put documents at places that have a SearchRow; what stood at one before is forgotten."""
    rows = list(rows)
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM articles_searchtext WHERE rowid = %s", [[place] for place, _ in rows]
        )
        cursor.executemany(
            "INSERT INTO articles_searchtext (rowid, headline, standfirst, body, facets) "
            "VALUES (%s, %s, %s, %s, %s)",
            [
                [
                    place,
                    *(" ".join(field) for field in (d.headline, d.standfirst, d.body, d.facets)),
                ]
                for place, d in rows
            ],
        )


def erase(places: list[int]) -> list[set[str]]:
    """Forget what stands at these places; what the vocabulary had counted of each."""
    held = []
    with connection.cursor() as cursor:
        for place in places:
            cursor.execute(
                "SELECT headline || ' ' || standfirst || ' ' || body || ' ' || facets "
                "FROM articles_searchtext WHERE rowid = %s",
                [place],
            )
            held += (counted(set(text.split())) for (text,) in cursor.fetchall())
        cursor.executemany(
            "DELETE FROM articles_searchtext WHERE rowid = %s", [[place] for place in places]
        )
    return held


def erase_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_searchtext")


def count(changes: dict[str, int]) -> None:
    """Add to the numbers of the vocabulary."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO articles_searchword (word, stories) VALUES (%s, %s) ON CONFLICT (word) "
            "DO UPDATE SET stories = max(0, stories + excluded.stories)",
            list(changes.items()),
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

    ``rarest`` rows have the rarest of the words.
    """
    places = list(_matching(expression, most, after, until))
    if not places or not ranking:
        return [Match(place) for place in places]
    # bm25 counts the rows of each of its words, however few are wanted of it: 3 ms for a word that
    # 100,000 have, which then weighs nothing.
    within = (2 * most, places[-1] - 1, places[0])
    ranks = _matching(ranking.telling, *within, BM25) if ranking.telling else {}
    in_headline = _matching(ranking.headline, *within) if ranking.headline else {}
    return [
        Match(place, (1 + ranks.get(place, 0.0)) * (HEADLINE if place in in_headline else 1))
        for place in places
    ]


def _matching(expression, most, after, until, rank="0"):
    """Places and ranks of the newest matches."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {rank} FROM articles_searchtext WHERE articles_searchtext MATCH %s "  # noqa: S608
            "AND rowid > %s AND rowid <= %s ORDER BY rowid DESC LIMIT %s",
            [_written(expression), after, until, most],
        )
        return dict(cursor.fetchall())


def weighed(weights: dict[str, float], *, most: int, each: int, until: int) -> list[Match]:
    """The rows with the greatest sum of the weights of the words that they hold.

    Of each word the newest ``each`` matches count.
    """
    one = (
        "SELECT * FROM (SELECT rowid AS place, CAST(%s AS REAL) AS weight FROM articles_searchtext "
        "WHERE articles_searchtext MATCH %s AND rowid <= %s ORDER BY rowid DESC LIMIT %s)"
    )
    params = [
        param for word, weight in weights.items() for param in (weight, f'"{word}"', until, each)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT place, sum(weight) AS sum FROM ({' UNION ALL '.join([one] * len(weights))}) "  # noqa: S608
            "GROUP BY place ORDER BY sum DESC, place DESC LIMIT %s",
            [*params, most],
        )
        return [Match(*row) for row in cursor.fetchall()]


def beginning(word: str) -> dict[str, str]:
    """A filter for the words of a table that begin so, which walks its index."""
    return {"word__gte": word, "word__lt": word + "\U0010ffff"}


def _written(expression):
    wanted = " AND ".join(map(_any, expression.wanted))
    if not expression.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_any, expression.unwanted))})"


def _any(alternatives: AnyOf):
    phrases = (f'"{" ".join(phrase.words)}"' for phrase in alternatives.phrases)
    return f"({' OR '.join(phrases)})"
