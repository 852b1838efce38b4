"""One story follows another: all lines to the earlier one lead to the later one, until undone."""

from django.db import transaction
from django.utils import timezone

from articles import cache
from articles.models import Article, FollowUp

from .holding import hold


class NotAFollowUp(ValueError):
    """The one story cannot be the follow-up of the other; the message says why."""


@transaction.atomic
def declare_follow_up(article: Article, *, follows: Article, by=None) -> FollowUp:
    """Let all lines to ``follows`` lead to ``article``, while readers can open that.

    No text changes; ``undo_follow_up`` takes it back. What has a follow-up itself leads on to the
    last that is live. Raises NotAFollowUp for a story and itself, for a circle, and where another
    story follows already.
    """
    list(hold([follows.pk]))  # each act reads whole chains, which another could lengthen
    if article.pk == follows.pk:
        raise NotAFollowUp("A story does not follow itself. Choose the earlier story.")
    if FollowUp.objects.filter(story=article, follow_up=follows).exists():
        raise NotAFollowUp(f"“{follows}” follows “{article}” already, so it cannot come before it.")
    other = FollowUp.objects.filter(story=follows, distance=1).select_related("follow_up").first()
    if other and other.follow_up_id == article.pk:
        raise NotAFollowUp(f"“{article}” is the follow-up of “{follows}” already.")
    if other:
        raise NotAFollowUp(
            f"“{follows}” is followed by “{other.follow_up}” already. Let this story follow that "
            "one, or take that back first."
        )
    now = timezone.now()
    before, after = _up_to(follows), _from(article)
    rows = [
        FollowUp(
            story_id=earlier,
            follow_up_id=later,
            distance=so_far + 1 + further,
            declared_at=now,
            declared_by=by,
        )
        for earlier, so_far in before.items()
        for later, further in after.items()
    ]
    FollowUp.objects.bulk_create(rows)
    cache.spoil(map(cache.lines_key, before))
    return next(row for row in rows if row.distance == 1)


@transaction.atomic
def undo_follow_up(article: Article, *, follows: Article) -> None:
    """Let lines to ``follows`` lead there again. Raises NotAFollowUp if ``article`` does not."""
    list(hold([follows.pk]))
    if not FollowUp.objects.filter(story=follows, follow_up=article, distance=1).exists():
        raise NotAFollowUp(f"“{article}” is not the follow-up of “{follows}”.")
    before, after = _up_to(follows), _from(article)
    FollowUp.objects.filter(story__in=before, follow_up__in=after).delete()
    cache.spoil(map(cache.lines_key, before))


def _up_to(article):
    """``article`` and all that leads to it: id → how many steps away."""
    rows = FollowUp.objects.filter(follow_up=article)
    return {article.pk: 0} | dict(rows.values_list("story_id", "distance"))


def _from(article):
    """``article`` and all that it leads to."""
    rows = FollowUp.objects.filter(story=article)
    return {article.pk: 0} | dict(rows.values_list("follow_up_id", "distance"))
