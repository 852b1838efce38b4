"""The places of an edition in lists: under its tags and under its authors."""

from django.db import models

from .author import Author
from .edition import Edition
from .tag import Tag


class Listed(models.Model):
    """An edition's place in a list; the date stands here so that the list is one index scan."""

    position = models.PositiveSmallIntegerField()  # among its kind, as the edition shows them
    published_at = models.DateTimeField()
    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["position"]


class EditionTag(Listed):
    """A tag as an edition bears it."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="tag_rows", db_index=False
    )
    tag = models.ForeignKey(
        Tag, on_delete=models.CASCADE, related_name="edition_rows", db_index=False
    )

    class Meta(Listed.Meta):
        constraints = [
            models.UniqueConstraint(fields=["edition", "tag"], name="edition_has_tag_once"),
        ]
        indexes = [
            models.Index(
                fields=["tag", "published_at", "article", "edition"], name="edition_by_tag"
            ),
        ]

    def __str__(self):
        return str(self.tag)


class EditionAuthor(Listed):
    """An author's place in an edition's byline."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="author_rows", db_index=False
    )
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="edition_rows", db_index=False
    )

    class Meta(Listed.Meta):
        constraints = [
            models.UniqueConstraint(fields=["edition", "author"], name="edition_has_author_once"),
        ]
        indexes = [
            models.Index(
                fields=["author", "published_at", "article", "edition"], name="edition_by_author"
            ),
        ]

    def __str__(self):
        return str(self.author)
