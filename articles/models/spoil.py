from django.db import connection, models


class Spoil(models.Model):
    """A key whose pages are out of date, written in the transaction that made them so.

    The table is an outbox: whoever keeps copies of pages reads it in the order of ``pk`` and
    remembers how far it has come.
    """

    key = models.CharField(max_length=100)
    spoiled_at = models.DateTimeField()
    is_final = models.BooleanField(default=False)  # no page with it may be seen again, even if old

    def __str__(self):
        return self.key


def in_turn() -> None:
    """Wait until no other transaction is about to publish, and hold that until commit.

    Who reads the outbox in the order of ids must not miss a row that commits late, and two who
    index one edition, or count one word, must not meet. SQLite has one writer at a time anyway.

    Whoever has the turn waits for no row that another may hold who waits for the turn: stories are
    held before it (``publishing.holding``).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles_spoil'))")
