from django.db import transaction
from django.utils import timezone

from articles import body, cache, links
from articles.models import Publication, StandingPage
from articles.slugs import free_slug, slug_for


class StalePage(Exception):
    """Somebody saved the page in the meantime. ``current`` is what they left."""

    def __init__(self, current: StandingPage):
        self.current = current
        super().__init__(f"“{current}” was saved by someone else in the meantime.")


@transaction.atomic
def change_page(page, *, base_version):
    """Save a standing page: the page itself is spoiled, and all others if their foot differs.

    Raises StalePage unless ``base_version`` is the version that is stored (0 for a new page), and
    body.BodyRefused; then nothing is written.
    """
    page.title = " ".join(body.legible(page.title).split())
    page.body = links.identify(body.clean(page.body))
    others = StandingPage.objects.exclude(pk=page.pk)
    slug = slug_for(page.slug or page.title)
    page.slug = free_slug(slug, lambda slug: others.filter(slug=slug).exists())
    page.clean()
    page.version = base_version + 1
    if page.pk is None:
        page.save()
    else:
        page.updated_at = timezone.now()
        columns = [field.attname for field in page._meta.concrete_fields if not field.primary_key]
        same = StandingPage.objects.filter(pk=page.pk, version=base_version)
        if not same.update(**{name: getattr(page, name) for name in columns}):
            raise StalePage(StandingPage.objects.get(pk=page.pk))
    cache.spoil({cache.key_of(page)} | _rewrite_footer())
    return page


@transaction.atomic
def remove_page(page):
    """Delete a standing page; nothing leads to its address any more."""
    keys = {cache.key_of(page)}
    page.delete()
    cache.spoil(keys | _rewrite_footer(), final=keys)


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
