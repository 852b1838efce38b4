from django.db import models

from ..addresses import address


class Section(models.Model):
    """A part of the paper. Every article stands in exactly one."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(
        max_length=130,
        unique=True,
        allow_unicode=True,
        blank=True,
        help_text="Its address. Left empty, it is made from the name.",
    )
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Sections stand in this order in the site's navigation."
    )
    is_on_front = models.BooleanField(default=True)  # with a block of its own

    class Meta:
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address("section", self.slug)
