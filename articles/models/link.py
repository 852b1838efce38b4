from django.db import models
from django.db.models import Q

from ..headlines import MAX_LENGTH


class InterestingLink(models.Model):
    """An Interesting line: one reference to another story, at one place of a body.

    Rows without an edition belong to the working copy and are written anew at each save; rows of
    an edition stand as long as it does. The line leads to a story, or to the latest one of a tag or
    of a section; a row with none of these and a headline waits for the story of that headline.
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
    target_tag = models.ForeignKey(
        "articles.Tag", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    target_section = models.ForeignKey(
        "articles.Section", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    headline = models.CharField(max_length=MAX_LENGTH)  # of the target when the line was written
    headline_key = models.CharField(max_length=MAX_LENGTH)  # empty where it leads to a latest one
    label = models.CharField(max_length=40, default="", db_default="")  # its own, if it has one
    is_pinned = models.BooleanField(default=False, db_default=False)  # shows ``headline`` itself
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.BY_HAND)
    reason = models.CharField(max_length=200, default="", db_default="")  # if not by hand

    class Meta:
        ordering = ["place"]
        verbose_name, verbose_name_plural = "line", "links report"  # what the desk lists of them
        constraints = [
            models.UniqueConstraint(
                fields=["source", "edition", "place"],
                name="line_at_place_once",
            ),
            models.CheckConstraint(
                condition=Q(target=None, target_tag=None)
                | Q(target=None, target_section=None)
                | Q(target_tag=None, target_section=None),
                name="line_leads_one_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["headline_key"], condition=Q(target=None), name="line_waiting_by_headline"
            ),
        ]

    def __str__(self):
        return self.headline
