from django.db import transaction
from django.utils import timezone

from articles import body, cache, links
from articles.models import FormerPage, Publication, StandingPage
from articles.slugs import free_slug, slug_for


class StalePage(Exception):
    """Somebody saved the page in the meantime. ``current`` is what they left."""

    def __init__(self, current: StandingPage):
        self.current = current
        super().__init__(f"“{current}” was saved by someone else in the meantime.")


@transaction.atomic
def change_page(page, *, base_version):
    """Save a standing page: the page itself is spoiled, and all others if their foot differs. One
    that is taken off the site is gone from it even while there is nothing newer to be had.

    The address that it had before leads to it from now on, until another page has that.
    Raises StalePage unless ``base_version`` is the version that is stored (0 for a new page), and
    body.BodyRefused; then nothing is written.
    """
    page.title = " ".join(body.legible(page.title).split())
    page.body = links.identify(body.clean(page.body))
    others = StandingPage.objects.exclude(pk=page.pk)
    slug = slug_for(page.slug or page.title)
    page.slug = free_slug(slug, lambda slug: others.filter(slug=slug).exists())
    page.clean()
    stored = StandingPage.objects.filter(pk=page.pk).values_list("slug", "is_live")
    before, was_live = stored.first() or (None, False)
    page.version = base_version + 1
    pictures = _pictures_on_site(page.pk)
    if page.pk is None:
        page.save()
    else:
        page.updated_at = timezone.now()
        columns = [field.attname for field in page._meta.concrete_fields if not field.primary_key]
        same = StandingPage.objects.filter(pk=page.pk, version=base_version)
        if not same.update(**{name: getattr(page, name) for name in columns}):
            raise StalePage(StandingPage.objects.get(pk=page.pk))
    pictures ^= _pictures_on_site(page.pk)
    keys = {cache.key_of(page), *map(cache.image_list_key, pictures)}
    final = keys if was_live and not page.is_live else ()
    led_here = _take_back(page.slug)
    if before not in (None, page.slug):
        FormerPage.objects.create(slug=before, page=page)
    cache.spoil(keys | led_here | _rewrite_footer(), final=final)
    return page


def _take_back(slug):
    """Nothing leads away from this address any more; the keys of where it led."""
    former = FormerPage.objects.filter(slug=slug).select_related("page")
    keys = {cache.key_of(row.page) for row in former}
    former.delete()
    return keys


@transaction.atomic
def remove_page(page):
    """Delete a standing page; nothing leads to its address any more."""
    keys = {cache.key_of(page), *map(cache.image_list_key, _pictures_on_site(page.pk))}
    page.delete()
    cache.spoil(keys | _rewrite_footer(), final=keys)


def _pictures_on_site(pk):
    """The ids of the pictures that readers see on the page of this id."""
    texts = StandingPage.objects.filter(pk=pk, is_live=True).values_list("body", flat=True)
    return {image for text in texts for image in body.find_references(text).images}


def footer() -> list[dict]:
    """What the foot of every page shows, in order: title, slug and language of each live page."""
    live = StandingPage.objects.filter(is_live=True)
    return list(live.values("title", "slug", "language"))


def _rewrite_footer():
    """Write the foot down with the publication, which every page loads; what that spoils."""
    publication, new = Publication.current(), footer()
    if publication.footer == new:
        return set()
    publication.footer = new
    if not Publication.objects.filter(pk=publication.pk).update(footer=new):
        publication.save()
    return {cache.PUBLICATION}
