"""Stories are written by one at a time, and held until that is done."""

from django.db import connection

from articles.models import Article


def one_writer() -> None:
    """Wait until nobody else writes stories, and hold that until commit, as SQLite does anyway.

    Stories lead to each other: publishing one fills in the lines of others that waited for its
    headline, while these are published themselves; and a story that is published was saved in the
    same transaction before. So there is no order in which all could hold the rows they need.
    Whoever writes stories asks for this before any row is held, and before ``in_turn``.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles_article'))")


def hold(articles):
    """The articles of these ids, in their order; once asked for they are held until commit.

    What is read of any story from here on is what everybody left, for it is the turn of nobody
    else (``one_writer``); the moment of an act is looked up after it too, so that it is later than
    all that others did. Lines may be drawn to a story that is held.
    """
    one_writer()
    held = Article.objects.select_for_update(of=("self",), no_key=True)
    return held.filter(pk__in=articles).order_by("pk")


def locked(article):
    """The article as it is stored, held until commit."""
    return hold([article.pk]).select_related("section").get()
