"""What the background worker does for pictures, after everything that somebody waits for."""

from functools import partial

from django.db import transaction
from django.tasks import task

from articles.models import Image

from .renditions import make_renditions


@task(priority=-10)
def make_ahead(image: int) -> int:
    """Make what pages will ask for of the picture of this id; how many files it made.

    A picture that was deleted in the meantime, or whose original is lost, needs none.
    """
    found = Image.objects.filter(pk=image).first()
    if found is None:
        return 0
    try:
        return len(make_renditions(found))
    except FileNotFoundError:
        return 0


def make_later(image: Image) -> None:
    """Have the background worker make the renditions of ``image``, once its row is committed."""
    transaction.on_commit(partial(make_ahead.enqueue, image.pk), robust=True)
