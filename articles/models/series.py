from django.db import models

from ..addresses import address

MOST_PARTS = 200  # a series is read in order and on one page; what is longer is a tag


class Series(models.Model):
    """Stories that are read in order. An article belongs to one at most, as one of its parts."""

    title = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(
        max_length=130,
        unique=True,
        allow_unicode=True,
        blank=True,
        help_text="Its address. Left empty, it is made from the title.",
    )
    description = models.CharField(
        max_length=300, blank=True, help_text="Stands under the title, and in search engines."
    )

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "series"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address("series", self.slug)
