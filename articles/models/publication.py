from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models

from ..languages import validate_language
from ..prepared import prepared
from .image import Image

MOST_AUTOMATIC_LINES = 5


def validate_time_zone(name):
    if name not in available_timezones():
        raise ValidationError(f"{name}: no such time zone; write it like Europe/Paris.")


class Publication(models.Model):
    """The one row of site settings."""

    name = models.CharField(
        max_length=100,
        default="Newsroom",
        help_text="Stands at the head of every page and in every feed.",
    )
    tagline = models.CharField(max_length=200, blank=True)
    language = models.CharField(
        max_length=12,
        validators=[validate_language],
        default="en",
        help_text="Of the site itself: a code such as en or ur. A story may be in another.",
    )
    time_zone = models.CharField(
        max_length=50,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Dates and times on the site are given in this zone.",
    )
    logo = models.ForeignKey(
        "articles.Image", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    interesting_label = models.CharField(
        max_length=40,
        default="Interesting",
        help_text="The word before the headline of another story, between two paragraphs.",
    )
    # The same word for stories in other languages, each by its code; languages.py has more of them.
    labels = models.JSONField(default=dict, blank=True)
    automatic_lines = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        validators=[MaxValueValidator(MOST_AUTOMATIC_LINES)],
        help_text="A story published without any line gets up to so many by itself, marked as "
        "automatic; 0 for none.",
    )
    # The live standing pages, for the foot of every page; written by the verbs that change them.
    footer = models.JSONField(default=list, editable=False)

    # Of the row that this process saw last, for what must be said while there is no database.
    last_language = settings.LANGUAGE_CODE
    last_name = ""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="publication_is_one"),
        ]
        verbose_name_plural = "publication"

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls):
        """The publication's row, or an unsaved one with defaults. One query, two with a logo."""
        for found in _rows(pk=1):
            cls.last_language, cls.last_name = found.language, found.name
            if found.logo_id:
                found.logo = Image.objects.get(pk=found.logo_id)
            return found
        return cls(pk=1, language=settings.LANGUAGE_CODE, time_zone=settings.TIME_ZONE)


@prepared
def _rows(*, pk):
    return Publication.objects.filter(pk=pk)
