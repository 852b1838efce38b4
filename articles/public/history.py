"""What changed in a story: what readers saw of it, version by version, compared word by word.

A version begins with an edition that was published as a change. Editions published quietly stand
for the version that they improved: its text is the one that readers saw last of it, and what was
taken out quietly is not read here either. The history of a story that was taken off the site
begins when it came back.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404
from django.views.decorators.http import require_safe

from articles.changes import Changes, changes, paragraphs
from articles.models import Correction, Edition
from articles.prepared import prepared

from . import views
from .page import Page, stored

_LOOKED_AT = 500  # editions, the latest first; what was before is not told


@dataclass(frozen=True)
class Version:
    number: int  # of the edition that it began with, so that its address stays
    began_at: datetime
    edition: int  # the id of the last that readers saw of it
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class Compared:
    """What a version says otherwise than the one before it."""

    headline: Changes
    standfirst: Changes
    text: Changes

    def __bool__(self):
        return bool(self.headline or self.standfirst or self.text)


@stored()
@require_safe
def history(request, year, month, slug, number=None):
    """The versions of a live story, and how one of them (``number``, default the last) differs.

    Seven queries at most. 404 for a story that readers always saw as it is.
    """
    page = Page(request)
    edition = views.found(page, f"/{year}/{month}/{slug}/", with_text=False)
    rest = f"history/{number}/" if number else "history/"
    if not edition.is_live(at=page.at):
        return views.gone_or_moved(page, edition, rest=rest)
    page.shows_edition(edition)
    versions = _versions(edition)
    chosen = next((n for n, v in enumerate(versions[:-1]) if number in (None, str(v.number))), None)
    if chosen is None:
        raise Http404("Nothing changed in this story.")
    context = {
        "edition": edition,
        "versions": versions,
        "version": versions[chosen],
        "compared": _compared(versions[chosen + 1], versions[chosen]),
    }
    return page.render("history.html", context)


def _versions(edition):
    """The versions of the story of ``edition``, which is live, the last first. Two queries."""
    corrections = {}
    if edition.has_corrections:
        told = views.corrections(article=edition.article_id, until=edition.live_from)
        for correction in told:
            corrections.setdefault(correction.corrected_at, []).append(correction)
    versions, following, latest = [], None, None
    rows = _editions(article=edition.article_id, until=edition.live_from)
    for row in rows:
        if following and (row.live_until != following.live_from or row.withdrawn_at):
            break  # readers did not see it for a while
        following, latest = row, latest or row.pk
        if row.revised_at == row.live_from:
            told = tuple(corrections.get(row.live_from, ()))
            versions.append(Version(row.number, row.live_from, latest, told))
            latest = None
    if latest and len(rows) < _LOOKED_AT:
        versions.append(Version(following.number, following.live_from, latest))
    return versions


def _compared(before, after):
    rows = {row.pk: row for row in _texts(pks={before.edition, after.edition})}
    left, right = rows[before.edition], rows[after.edition]
    lines = [
        changes(*([text] if text else [] for text in texts))
        for texts in ((left.headline, right.headline), (left.standfirst, right.standfirst))
    ]
    return Compared(*lines, changes(*(paragraphs(row.body, _named) for row in (left, right))))


def _named(kind, about, words, label):
    """What readers read of a node. A line leads to another story and is no part of this one."""
    match kind:
        case "interesting":
            return ""
        case "gallery":
            return f"<p>{about}</p>"
        case "quote":
            return f"<p>“{words}”{about and f' – {about}'}</p>"
        case "footnote":
            return f" [{words}]"
        case _:  # a caption, a title
            return f"<p>{words}</p>"


@prepared
def _editions(*, article, until):
    """All that readers saw of the story up to the edition that begins at ``until``."""
    editions = Edition.objects.once_live(at=until).filter(article=article).order_by("-live_from")
    columns = ("number", "live_from", "live_until", "revised_at", "withdrawn_at")
    return editions.only(*columns)[:_LOOKED_AT]


@prepared
def _texts(*, pks):
    return Edition.objects.filter(pk__in=pks).only("headline", "standfirst", "body").order_by()
