from datetime import datetime

from django.db import transaction

from articles import cache, links, search
from articles.models import Article, Edition, EditionTag, FormerTag, Tag, TaggedArticle

from .holding import one_writer

COMMON = 300  # live stories; a tag that more of them bear says little about any
ENOUGH = 2  # other stories that a tag leads to


def telling_tag(article: Article, tags: list[Tag], *, at: datetime) -> Tag | None:
    """The tag of ``article`` by which readers find more on the same: the rarest that leads on.

    Each story of it that comes or goes makes the pages of all others out of date, so none is chosen
    that is common; old stories keep theirs when it becomes so. One query for each tag, of a
    bounded number of rows.
    """
    live = Edition.objects.live(at=at).exclude(article=article)
    uses = {tag: live.tagged(tag).values("pk")[: COMMON + 1].count() for tag in tags}
    rare = [tag for tag in tags if uses[tag] <= COMMON]
    leading = [tag for tag in rare if uses[tag] >= ENOUGH]
    if leading:
        return min(leading, key=uses.get)
    return max(rare, key=uses.get, default=None)


class TagGone(ValueError):
    """A tag was deleted, or merged into another, in the meantime."""


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag) -> Tag:
    """Make ``tag`` one with ``into``: its stories bear that one, its name and address lead there.

    Lines to its latest story lead to the heir's. Editions change too, past ones among them; the
    versions of working copies do not, for their authors changed nothing. Raises ValueError for a
    tag and itself, TagGone if one of them is there no more.
    """
    if tag == into:
        raise ValueError(f"“{tag}” cannot be merged into itself.")
    one_writer()
    for one in (tag, into):
        if not Tag.objects.filter(pk=one.pk).exists():
            raise TagGone(f"“{one}” was merged or deleted in the meantime.")
    keys = {cache.key_of(tag), cache.list_key(tag)}
    seen = EditionTag.objects.filter(edition__in=Edition.objects.not_ended())
    joining = seen.filter(tag=tag).exclude(edition__in=seen.filter(tag=into).values("edition"))
    if joining.exists():
        keys.add(cache.list_key(into))
    _move(TaggedArticle, "content_object", tag, into)
    _move(EditionTag, "edition", tag, into)
    Edition.objects.filter(telling_tag=tag).update(telling_tag=into)
    links.lead_to_heir(tag, into)
    tag.former.update(tag=into)
    FormerTag.objects.filter(slug=tag.slug).delete()
    FormerTag.objects.filter(name=tag.name).delete()
    FormerTag.objects.create(name=tag.name, slug=tag.slug, tag=into, was=tag.pk)
    search.merge_names(tag, into=into)
    tag.delete()
    cache.spoil(keys)
    return into


def _move(rows, bearer, tag, into):
    """Let what bears ``tag`` bear ``into``, once."""
    both = rows.objects.filter(tag=into).values(bearer)
    rows.objects.filter(tag=tag, **{f"{bearer}__in": both}).delete()
    rows.objects.filter(tag=tag).update(tag=into)
