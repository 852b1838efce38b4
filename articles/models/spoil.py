from django.db import models


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
