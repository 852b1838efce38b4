from django.conf import settings
from django.db import models
from django.db.models import F, Q


class FollowUp(models.Model):
    """That one story takes another further: lines to ``story`` lead to ``follow_up`` instead.

    What was declared has the ``distance`` 1; a story has one follow-up at most. Beside it stand the
    rows that follow from it, the follow-up of a follow-up at 2 and so on, so that a page finds all
    that a line may lead to without walking.
    """

    story = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="followed_by", db_index=False
    )
    follow_up = models.ForeignKey(
        "articles.Article", on_delete=models.PROTECT, related_name="follows", db_index=False
    )
    distance = models.PositiveSmallIntegerField(default=1)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["distance"]
        verbose_name = "follow-up"
        constraints = [
            models.UniqueConstraint(fields=["story", "distance"], name="follow_up_is_one"),
            models.UniqueConstraint(fields=["follow_up", "story"], name="follow_up_once"),
            models.CheckConstraint(
                condition=~Q(story=F("follow_up")), name="follow_up_is_another_story"
            ),
        ]

    def __str__(self):
        return str(self.follow_up)
