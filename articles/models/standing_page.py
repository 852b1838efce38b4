from django.core.exceptions import ValidationError
from django.db import models

from ..addresses import address, is_reserved
from ..languages import validate_language


class StandingPage(models.Model):
    """What stands from day to day: about the paper, how to reach it, what it does with data."""

    title = models.CharField(max_length=100)
    slug = models.SlugField(
        max_length=130,
        unique=True,
        allow_unicode=True,
        blank=True,
        help_text="Its address: “about” stands at /about/. Left empty, it is made from the title. "
        "When it changes, the old address leads to the new one.",
    )
    body = models.TextField()
    language = models.CharField(
        max_length=12,
        default="en",
        validators=[validate_language],
        help_text="Of this page: a code such as en, ur or ar.",
    )
    position = models.PositiveSmallIntegerField(
        "place in the footer",
        default=0,
        help_text="Pages stand in this order at the foot of every page of the site.",
    )
    is_live = models.BooleanField(
        "on the site",
        default=False,
        help_text="Readers can open it, and it is linked from the foot of every page.",
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # counts the saves
    updated_at = models.DateTimeField(auto_now=True)

    article_id = None  # it is no story, and a line in it may lead to any of them

    class Meta:
        ordering = ["position", "title"]
        verbose_name = "page"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return address("standing_page", self.slug)

    def clean(self):
        if is_reserved(self.slug):
            raise ValidationError(
                {"slug": f"/{self.slug}/ is an address of the site itself. Choose another word."}
            )


class FormerPage(models.Model):
    """An address that a standing page had once, where it still leads there."""

    slug = models.CharField(max_length=130, unique=True)
    page = models.ForeignKey(StandingPage, on_delete=models.CASCADE, related_name="former")

    def __str__(self):
        return self.slug
