"""The index in FTS5. It walks its rows in the order of their places, so the newest come first."""

from collections.abc import Iterable

from django.db import connection

from .documents import Document, counted
from .expression import AnyOf, Expression, Match

# Of the columns of the table: headline, standfirst, body, facets.
WEIGHTS = "10.0, 4.0, 1.0, 5.0"


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
    expression: Expression, *, most: int, after: int, until: int, ranked: bool = True
) -> list[Match]:
    """At most so many matches whose places lie in ``after`` < place <= ``until``, newest first."""
    rank = f"-bm25(articles_searchtext, {WEIGHTS})" if ranked else "0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid, {rank} FROM articles_searchtext WHERE articles_searchtext MATCH %s "  # noqa: S608
            "AND rowid > %s AND rowid <= %s ORDER BY rowid DESC LIMIT %s",
            [_written(expression), after, until, most],
        )
        ranks = dict(cursor.fetchall())
    return _of_editions(ranks)


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
        ranks = dict(cursor.fetchall())
    return _of_editions(ranks)


def _of_editions(ranks):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, edition_id FROM articles_searchrow WHERE place IN "  # noqa: S608
            f"({', '.join(['%s'] * len(ranks))})",
            list(ranks),
        )
        editions = dict(cursor.fetchall())
    return [Match(p, editions[p], rank) for p, rank in ranks.items() if p in editions]


def _written(expression):
    wanted = " AND ".join(map(_any, expression.wanted))
    if not expression.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_any, expression.unwanted))})"


def _any(alternatives: AnyOf):
    phrases = (f'"{" ".join(phrase.words)}"' for phrase in alternatives.phrases)
    return f"({' OR '.join(phrases)})"
