from django.db import models
from django.db.models import Q

from ..headlines import MAX_LENGTH


class InterestingLink(models.Model):
    """An Interesting line: one reference to another story, at one place of a body.

    Rows without an edition belong to the working copy and are written anew at each save; rows of
    an edition stand as long as it does. A row without a target waits for that headline.
    """

    class Origin(models.TextChoices):
        BY_HAND = "by_hand", "By hand"
        SUGGESTION = "suggestion", "Accepted suggestion"
        AUTOMATIC = "automatic", "Automatic"

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="lines_out", db_index=False
    )
    edition = models.ForeignKey(
        "articles.Edition", null=True, on_delete=models.CASCADE, related_name="lines"
    )
    place = models.PositiveSmallIntegerField()  # 0 for the first line of the body
    target = models.ForeignKey(
        "articles.Article", null=True, on_delete=models.SET_NULL, related_name="lines_in"
    )
    headline = models.CharField(max_length=MAX_LENGTH)  # of the target when the line was written
    headline_key = models.CharField(max_length=MAX_LENGTH)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.BY_HAND)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "edition", "place"],
                name="line_at_place_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["headline_key"], condition=Q(target=None), name="line_waiting_by_headline"
            ),
        ]

    def __str__(self):
        return self.headline
