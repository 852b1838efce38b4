from django.conf import settings
from django.db import models

from ..addresses import address


class Author(models.Model):
    """Someone whose name stands in a byline; an account is not needed for that."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(
        max_length=130,
        unique=True,
        allow_unicode=True,
        blank=True,
        help_text="The address of the author's page. Left empty, it is made from the name.",
    )
    role = models.CharField(max_length=100, blank=True, help_text="Such as: Science correspondent.")
    biography = models.TextField(blank=True)
    portrait = models.ForeignKey(
        "articles.Image", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="author",
        help_text="The account this author writes with, if there is one.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("author", self.slug)
