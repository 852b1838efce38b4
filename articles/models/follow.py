from django.db import models


class _FollowsOfDay(models.Model):
    """How many readers followed lines to one story on one day.

    A number and nothing else: who they were is not known here, nor anywhere after that day.
    """

    target = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()  # of UTC
    count = models.PositiveIntegerField()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["target", "day"], name="%(class)s_by_target"),
            models.Index(fields=["day"], name="%(class)s_by_day"),
        ]


class Follow(_FollowsOfDay):
    """Of lines in another story."""

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta(_FollowsOfDay.Meta):
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "day"], name="follows_of_day_once"),
        ]

    def __str__(self):
        return f"{self.source} → {self.target}: {self.count} on {self.day}"


class PageFollow(_FollowsOfDay):
    """Of lines on a page of the desk (About, Contact)."""

    page = models.ForeignKey(
        "articles.StandingPage", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta(_FollowsOfDay.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["page", "target", "day"], name="page_follows_of_day_once"
            ),
        ]

    def __str__(self):
        return f"{self.page} → {self.target}: {self.count} on {self.day}"
