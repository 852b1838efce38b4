from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .edition import FOREVER

SLOTS = 7  # on the front page, from the one that leads it to the last of the grid


class FrontSlotQuerySet(models.QuerySet):
    def held(self, *, at=None):
        """The slots whose story an editor wants there at ``at`` (aware, default now)."""
        return self.filter(ends_at__gt=at or timezone.now())


class FrontSlot(models.Model):
    """A story that an editor put at a place of the front page; places without one fill themselves.

    Readers see the story there while it is live, until ``ends_at``.
    """

    position = models.PositiveSmallIntegerField(unique=True)  # 0 leads the page
    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="front_slot"
    )
    ends_at = models.DateTimeField(default=FOREVER)

    objects = FrontSlotQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        default_permissions = ("view", "change")
        verbose_name = "front page"
        verbose_name_plural = "front page"
        constraints = [
            models.CheckConstraint(condition=Q(position__lt=SLOTS), name="slot_is_on_the_front"),
        ]

    def __str__(self):
        return f"Slot {self.position + 1}"


class BreakingNewsQuerySet(models.QuerySet):
    def on(self, *, at=None):
        """What the strip says at ``at`` (aware, default now): one row at most."""
        at = at or timezone.now()
        return self.filter(begins_at__lte=at, ends_at__gt=at)


class BreakingNews(models.Model):
    """What the strip at the head of the front page says, or said once. Kept, with who said it."""

    text = models.CharField(max_length=160, help_text="One sentence: what has happened.")
    article = models.ForeignKey(
        "articles.Article",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The story that it leads to, while that is live.",
    )
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(default=FOREVER, db_index=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = BreakingNewsQuerySet.as_manager()

    class Meta:
        default_permissions = ()  # who may change the front page may do this
        verbose_name_plural = "breaking news"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("begins_at")), name="news_end_after_they_break"
            ),
        ]

    def __str__(self):
        return self.text
