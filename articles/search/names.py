"""Names of tags and authors: kept apart from the stories, which only say whose they are.

So a new name is true for a hundred thousand stories at once, and a merged tag costs one row.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from articles.models import Author, FormerFacet, SearchName, Tag

from .words import facet, words


def facet_of(thing: Tag | Author) -> str:
    return facet(thing._meta.model_name, thing.pk)


@transaction.atomic
def remember_names(things: Iterable[Tag | Author]) -> None:
    """Let these be found by the names that they have now. One query if that is so already."""
    wanted = {facet_of(thing): words(thing.name) for thing in things}
    kept = defaultdict(list)
    rows = SearchName.objects.filter(facet__in=wanted).order_by("facet", "position")
    for row in rows:
        kept[row.facet].append(row.word)
    changed = {facet for facet, name in wanted.items() if kept[facet] != name}
    if changed:
        rows.filter(facet__in=changed).order_by().delete()
        SearchName.objects.bulk_create(
            SearchName(facet=facet, word=word, position=position)
            for facet in sorted(changed)
            for position, word in enumerate(wanted[facet])
        )


@transaction.atomic
def forget_name(thing: Tag | Author) -> None:
    """Nothing is called so any more."""
    SearchName.objects.filter(facet=facet_of(thing)).delete()


@transaction.atomic
def merge_names(tag: Tag, *, into: Tag) -> None:
    """What is indexed under ``tag`` is found under ``into`` from now on."""
    FormerFacet.objects.filter(heir=facet_of(tag)).update(heir=facet_of(into))
    FormerFacet.objects.create(facet=facet_of(tag), heir=facet_of(into))
    forget_name(tag)
    remember_names([into])
