"""Which pictures readers may see: those that something shows which they may see."""

from datetime import datetime

from django.db.models import Q

from articles.body import find_references
from articles.models import FOREVER, Author, Edition, Image, PictureUse, Publication, StandingPage
from articles.prepared import prepared


def shown_until(image: int, *, at: datetime) -> tuple[Image, datetime] | None:
    """The picture of this id, and when that ends, if readers may see it at ``at``; else None.

    They may see what a story shows while one of its editions is live, the portraits of authors, the
    publication's logo, and what a page such as About shows while it is on the site. Two queries for
    the picture of a story, five at most.
    """
    for found in _images(pk=image):
        for until in _ends(image=image, at=at):
            return found, until
        if _is_furniture(image):
            return found, FOREVER
    return None


def standing_pages_with(image: Image) -> list[StandingPage]:
    """The pages of the desk whose text shows ``image``, on the site or not."""
    return list(StandingPage.objects.filter(_has_in_its_text(image.pk)))


def record_uses(article, html: str, lead_image: int | None, *, edition: Edition | None = None):
    """Write a row for each picture of ``html`` and the one at the head, in place of those there
    were.

    ``edition`` None means the working copy. Two queries, and one more where the text has pictures.
    """
    in_text = find_references(html).images
    wanted = (
        set(Image.objects.filter(pk__in=in_text).values_list("pk", flat=True)) if in_text else set()
    )
    if lead_image:
        wanted.add(lead_image)
    rows = PictureUse.objects.filter(article=article, edition=edition)
    rows.exclude(image__in=wanted).delete()
    known = set(rows.values_list("image", flat=True)) if wanted else set()
    PictureUse.objects.bulk_create(
        PictureUse(article=article, edition=edition, image_id=pk) for pk in sorted(wanted - known)
    )


@prepared
def _images(*, pk):
    return Image.objects.filter(pk=pk)


@prepared
def _ends(*, image, at):
    editions = Edition.objects.live(at=at).filter(picture_uses__image=image)
    return editions.order_by("-live_until").values_list("live_until", flat=True)[:1]


def _is_furniture(image):
    return (
        Author.objects.filter(portrait=image).exists()
        or Publication.objects.filter(logo=image).exists()
        or StandingPage.objects.filter(_has_in_its_text(image), is_live=True).exists()
    )


def _has_in_its_text(image):
    return Q(body__contains=f'<figure data-image="{image}">')
