from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, FileField, Q, TextField

from articles import cache, media, search
from articles.body import legible
from articles.models import Author, FormerTag, Image, Publication, Section, Series, Tag
from articles.slugs import free_slug, slug_for

from .holding import one_writer
from .standing_pages import footer


@transaction.atomic
def change(thing):
    """Save a section, author, tag, image, series or the publication; pages that show it are
    spoiled.

    A section, author or series without a slug gets one from its name.
    """
    one_writer()  # rows before the turn to spoil, and none that whoever has that turn waits for
    make_legible(thing)
    if isinstance(thing, Section | Author | Series):
        others = type(thing).objects.exclude(pk=thing.pk)
        slug = slug_for(thing.slug or str(thing))
        thing.slug = free_slug(slug, lambda slug: others.filter(slug=slug).exists())
    if isinstance(thing, Publication):
        thing.footer = footer()
    is_new = thing._state.adding
    keys = _pictures_let_go_or_taken(thing)
    thing.save()
    if isinstance(thing, Image):
        media.make_later(thing)
    # Some are on pages without asking.
    if not is_new or isinstance(thing, Section | Series | Publication):
        keys |= cache.keys_spoiled_by(thing)
    if isinstance(thing, Tag):
        keys |= _take_back(thing)
    cache.spoil(keys)
    if isinstance(thing, Tag | Author):
        search.remember_names([thing])
    return thing


def _pictures_let_go_or_taken(thing):
    """The keys of pictures that readers may see from now on, or no longer, by this change."""
    column = {Author: "portrait_id", Publication: "logo_id"}.get(type(thing))
    if column is None:
        return set()
    before = type(thing).objects.filter(pk=thing.pk).values_list(column, flat=True).first()
    changed = {before} ^ {getattr(thing, column)}
    return {cache.image_list_key(pk) for pk in changed if pk}


def _take_back(tag):
    """A name and an address that led to another tag since a merge are ``tag``'s own again; the keys
    of where they led."""
    former = FormerTag.objects.filter(Q(name=tag.name) | Q(slug=tag.slug)).select_related("tag")
    keys = {cache.key_of(row.tag) for row in former}
    former.delete()
    return keys


@transaction.atomic
def remove(thing):
    """Delete a section, author, tag, image or series. Raises ProtectedError while it is needed."""
    one_writer()  # lines to the latest of it lose it
    keys = cache.keys_spoiled_by(thing) | {cache.list_key(thing)}
    if isinstance(thing, Author) and thing.portrait_id:
        keys.add(cache.image_list_key(thing.portrait_id))
    final = {cache.list_key(thing)} if isinstance(thing, Image) else set()
    if isinstance(thing, Tag | Author):
        search.forget_name(thing)
    thing.delete()
    cache.spoil(keys, final=final)


def make_legible(thing):
    """Clean the texts of ``thing`` of what nobody can see and feeds break on."""
    for field in thing._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and not isinstance(field, FileField):
            setattr(thing, field.attname, legible(getattr(thing, field.attname)).strip())


def tags_named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names in the same order, those that are new created; each once.

    A name finds the tag that is called so or, failing that, the one at the same address: capitals,
    hyphens and spaces make no second tag, "C" and "C++" stay two. A tag that was merged into
    another is that other one. One query, one more if some are new, and one for each of these.
    Raises ValidationError for a name that is too long.
    """
    slugs = {name: slug_for(name) for name in names}
    rows = Tag.objects.filter(Q(name__in=slugs) | Q(slug__in=slugs.values()))
    by_name = {tag.name: tag for tag in rows}
    by_slug = {tag.slug: tag for tag in rows}
    unknown = {n: slug for n, slug in slugs.items() if n not in by_name and slug not in by_slug}
    if unknown:
        former = FormerTag.objects.filter(Q(name__in=unknown) | Q(slug__in=unknown.values()))
        for row in former.select_related("tag"):
            by_name[row.name] = by_slug[row.slug] = row.tag
    found = []
    for name, slug in slugs.items():
        tag = by_name.get(name) or by_slug.get(slug)
        if tag is None:
            tag = by_slug[slug] = _new_tag(name)
        found.append(tag)
    return list(dict.fromkeys(found))


def _new_tag(name):
    try:
        Tag._meta.get_field("name").run_validators(name)
    except ValidationError as refused:
        raise ValidationError({"tags": f"“{name}”: {' '.join(refused.messages)}"})
    return Tag.objects.create(name=name)
