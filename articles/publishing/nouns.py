from collections.abc import Iterable

from django.db import transaction
from django.db.models import CharField, FileField, Q, TextField

from articles import cache
from articles.body import legible
from articles.models import Author, Publication, Section, Tag
from articles.slugs import free_slug, slug_for


@transaction.atomic
def change(thing):
    """Save a section, author, tag, image or the publication; pages that show it are spoiled.

    A section or author without a slug gets one from its name.
    """
    for field in thing._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and not isinstance(field, FileField):
            setattr(thing, field.attname, legible(getattr(thing, field.attname)).strip())
    if isinstance(thing, Section | Author):
        others = type(thing).objects.exclude(pk=thing.pk)
        slug = slug_for(thing.slug or thing.name)
        thing.slug = free_slug(slug, lambda slug: others.filter(slug=slug).exists())
    is_new = thing._state.adding
    thing.save()
    if not is_new or isinstance(thing, Section | Publication):  # these are on pages without asking
        cache.spoil(cache.keys_spoiled_by(thing))
    return thing


@transaction.atomic
def remove(thing):
    """Delete a section, author, tag or image. Raises ProtectedError while a story needs it."""
    keys = cache.keys_spoiled_by(thing) | {cache.list_key(thing)}
    thing.delete()
    cache.spoil(keys)


def tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names in the same order, those that are new created; each once.

    A name finds the tag that is called so or, failing that, the one at the same address: capitals,
    hyphens and spaces make no second tag, "C" and "C++" stay two. One query, and one for each new.
    """
    slugs = {name: slug_for(name) for name in names}
    rows = Tag.objects.filter(Q(name__in=slugs) | Q(slug__in=slugs.values()))
    by_name = {tag.name: tag for tag in rows}
    by_slug = {tag.slug: tag for tag in rows}
    found = []
    for name, slug in slugs.items():
        tag = by_name.get(name) or by_slug.get(slug)
        if tag is None:
            tag = by_slug[slug] = Tag.objects.create(name=name)
        found.append(tag)
    return list(dict.fromkeys(found))
