from django.db import models
from taggit.models import ItemBase, TagBase

from ..addresses import address
from ..slugs import slug_for


class Tag(TagBase):
    """What a story is about. Stories that share tags are what the desk suggests to each other."""

    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]

    def get_absolute_url(self):
        return address("tag", self.slug)

    def slugify(self, tag, i=None):
        """Called by taggit; ``i`` counts the slugs already found taken."""
        return slug_for(tag) if i is None else f"{slug_for(tag)}-{i + 1}"


class FormerTag(models.Model):
    """The name and address of a tag that was merged into another, where both still lead there."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.CharField(max_length=130, unique=True)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="former")
    was = models.BigIntegerField(null=True, unique=True)  # its id, which old texts may still hold

    def __str__(self):
        return self.name


class TaggedArticle(ItemBase):
    """A tag on an article's working copy."""

    content_object = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="tagged", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged")

    natural_key_fields = ["content_object", "tag"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="article_has_tag_once"),
        ]
