"""Gathers all that bodies refer to, one query per kind, and hands it to ``body``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import body, links, media
from articles.addresses import whole
from articles.models import Edition, Image
from articles.prepared import prepared


@dataclass(frozen=True)
class RenderedBody:
    html: SafeString
    keys: frozenset[str]  # what the text shows, or would show if it were live
    ends_at: datetime  # when it would be rendered differently
    gone_at: datetime  # when it shows something that may not be seen any more
    leads_to: frozenset[int]  # the articles (ids) that its lines and links show
    lines: tuple[str, ...]  # the paths that its lines show, in the order of the text


def render_bodies(
    editions: Iterable[Edition],
    *,
    at: datetime,
    label: links.Labels,
    origin: str | None = None,
    leads: bool = False,
) -> dict[int, RenderedBody]:
    """The bodies of ``editions`` by edition id, as readers may see them at ``at``.

    ``label`` is what stands before an Interesting line, in the language of each story. With
    ``origin`` (the site's scheme and host) they are made for feeds, otherwise for pages; a body
    ``leads`` where no picture of the page stands before it. Two queries at most for any number of
    editions, the live targets of all lines and links and the images; one more if a line leads to
    the latest of a tag or section.
    """
    editions = list(editions)
    found = [body.find_references(edition.body) for edition in editions]
    told = links.tell(
        map(_body, editions, found),
        at=at,
        labels=label,
        figure_of=_beside if origin is None else None,
    )
    images = {i for refs in found for i in refs.images}
    figures = {image.pk: media.picture(image, "body") for image in _images(pks=images)}
    words = _words(label.language)
    rendered = {}
    for edition, refs, there in zip(editions, found, told, strict=True):
        references = body.References(there.lines, there.articles, figures)
        how = {
            "label": label.of(edition.language),
            "language": edition.language,
            "words": words,
            "name": str(edition.pk),  # notes are told apart by it where bodies stand together
        }
        if origin is None:
            source = edition.article_id or f"page-{edition.pk}"
            # HTML wants the whole address in a ping.
            pings = whole(f"/follow/{source}") if settings.COUNT_FOLLOWS else ""
            html = body.render(edition.body, references, leads=leads, pings=pings, **how)
        else:
            html = body.render_for_feed(
                edition.body, references, origin=origin, path=edition.path, **how
            )
        keys = there.keys | {f"image-{pk}" for pk in refs.images}
        leads_to = {target.article for target in there.lines.values()} | there.articles.keys()
        rendered[edition.pk] = RenderedBody(
            html,
            frozenset(keys),
            there.ends_at,
            there.gone_at,
            frozenset(leads_to),
            tuple(there.lines[place].path for place in sorted(there.lines)),
        )
    return rendered


def _body(edition, found):
    return links.Body(edition.article_id, edition.language, found)


@lru_cache
def _words(language):
    with translation.override(language):
        return body.Words(
            language=language,
            notes=_("Notes"),
            note=_("Note %(number)s"),
            back=_("Back to note %(number)s in the text"),
            pictures=_("Pictures"),
            table=_("Table"),
            show=_("Show it here"),
            asks=_("Your browser will then load it from %(provider)s."),
        )


@prepared
def _images(*, pks):
    return Image.objects.filter(pk__in=pks).order_by()


def _beside(image):
    """The small picture beside a line."""
    return media.picture(image, "card")
