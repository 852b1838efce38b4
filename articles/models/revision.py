from django.conf import settings
from django.db import models


class Revision(models.Model):
    """A snapshot of an article's content, one for each save. Never changed afterwards."""

    class Reason(models.TextChoices):
        SAVE = "save", "Saved"
        AUTOSAVE = "autosave", "Saved by itself"
        IMPORT = "import", "Imported"
        RESTORE = "restore", "Restored"

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    version = models.PositiveIntegerField()
    content = models.JSONField()  # the fields of publishing.Content
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.SAVE)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["article", "version"], name="revision_version_once"),
        ]

    def __str__(self):
        return f"{self.article_id} v{self.version}"
