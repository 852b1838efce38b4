from django.conf import settings
from django.db import models


class MovedLines(models.Model):
    """One act: all lines that pointed at one story were made to point at another."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="moved_lines"
    )
    to = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="+")
    # What they were: HTML, in lists by story (its id) or page-ID, and by version of its text.
    lines = models.JSONField()
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.article} → {self.to}"
