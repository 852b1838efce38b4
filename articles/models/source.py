from django.db import models


class Source(models.Model):
    """Where an imported article came from, so that importing it again changes nothing."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="source"
    )
    location = models.CharField(max_length=500, db_index=True)  # a file's path, or an archive's id
    digest = models.CharField(max_length=64)  # SHA-256 of what was imported last
    version = models.PositiveIntegerField()  # the article's version when it was

    def __str__(self):
        return self.location
