from django.db import models


class Follow(models.Model):
    """How many readers followed the lines from one story to another on one day.

    A number and nothing else: who they were is not known here, nor anywhere after that day.
    """

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()  # of UTC
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "day"], name="follows_of_day_once"),
        ]
        indexes = [
            models.Index(fields=["target", "day"], name="follow_by_target"),
            models.Index(fields=["day"], name="follow_by_day"),
        ]

    def __str__(self):
        return f"{self.source} → {self.target}: {self.count} on {self.day}"


class PageFollow(models.Model):
    """The same of lines on a page of the desk (About, Contact)."""

    page = models.ForeignKey(
        "articles.StandingPage", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    target = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()  # of UTC
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "target", "day"], name="page_follows_of_day_once"
            ),
        ]
        indexes = [
            models.Index(fields=["target", "day"], name="page_follow_by_target"),
            models.Index(fields=["day"], name="page_follow_by_day"),
        ]

    def __str__(self):
        return f"{self.page} → {self.target}: {self.count} on {self.day}"
