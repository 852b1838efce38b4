"""Gathers all that bodies refer to, one query per kind, and hands it to ``body``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import body, cache, links, media
from articles.models import Edition, Image
from articles.prepared import prepared


@dataclass(frozen=True)
class RenderedBody:
    html: SafeString
    keys: frozenset[str]  # what the text shows, or would show if it were live
    ends_at: datetime  # when it would be rendered differently
    leads_to: frozenset[int]  # the articles (ids) of its lines and links


def render_bodies(
    editions: Iterable[Edition],
    *,
    at: datetime,
    label: body.Label,
    origin: str | None = None,
    leads: bool = False,
) -> dict[int, RenderedBody]:
    """The bodies of ``editions`` by edition id, as readers may see them at ``at``.

    ``label`` stands before an Interesting line. With ``origin`` (the site's scheme and host) they
    are made for feeds, otherwise for pages; a body ``leads`` where no picture of the page stands
    before it. Two queries at most for any number of editions: the live targets of all lines and
    links, and the images.
    """
    found = {edition: body.find_references(edition.body) for edition in editions}
    articles = {i for refs in found.values() for i in refs.articles | _targets(refs)}
    images = {i for refs in found.values() for i in refs.images}
    resolved = links.resolve(articles, at=at)
    figures = {image.pk: media.picture(image, "body") for image in _images(pks=images)}
    words = _words(label.language)
    rendered = {}
    for edition, refs in found.items():
        references = body.References(
            lines={
                line.place: resolved.targets[line.target]
                for line in refs.lines
                if line.target in resolved.targets and line.target != edition.article_id
            },
            articles=resolved.targets,
            figures=figures,
        )
        how = {
            "label": label,
            "language": edition.language,
            "words": words,
            "name": str(edition.pk),  # notes are told apart by it where bodies stand together
        }
        if origin is None:
            html = body.render(edition.body, references, leads=leads, **how)
        else:
            html = body.render_for_feed(
                edition.body, references, origin=origin, path=edition.path, **how
            )
        leads_to = refs.articles | _targets(refs)
        keys = {cache.article_key(pk) for pk in leads_to}
        keys |= {f"image-{pk}" for pk in refs.images}
        rendered[edition.pk] = RenderedBody(
            html, frozenset(keys), resolved.ends_at, frozenset(leads_to)
        )
    return rendered


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


def _targets(found):
    return {line.target for line in found.lines if line.target}
