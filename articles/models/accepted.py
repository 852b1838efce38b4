from django.conf import settings
from django.db import models


class AcceptedLines(models.Model):
    """One act: lines to ``target`` put into older stories, to be taken back together."""

    target = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="accepted_lines"
    )
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"lines to {self.target_id}, {self.accepted_at:%Y-%m-%d %H:%M}"


class AcceptedLine(models.Model):
    """The line that one story got by an act, in the edition that was made for it."""

    act = models.ForeignKey(AcceptedLines, on_delete=models.CASCADE, related_name="lines")
    source = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    edition = models.ForeignKey("articles.Edition", on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["act", "source"], name="accepted_line_once"),
        ]

    def __str__(self):
        return str(self.source_id)


class RefusedLine(models.Model):
    """A story that no line of ``source`` may lead to by itself, ever again."""

    source = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="refused_lines", db_index=False
    )
    target = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    refused_at = models.DateTimeField(auto_now_add=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="line_refused_once"),
        ]

    def __str__(self):
        return f"{self.source_id} never to {self.target_id}"
