"""Search: a page that works as a plain form, suggestions for it, and how browsers add it.

Answers are not stored: readers can think of any number of questions, and the answer to each changes
with every story. A browser may keep one, but asks before it shows it again.
"""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape, quoteattr

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from articles import search
from articles.addresses import address, whole
from articles.body import legible, plain_text
from articles.languages import own_name
from articles.models import Author, Edition, FormerTag, Publication, Tag
from articles.prepared import prepared
from articles.slugs import slug_for

from .page import Page, stored

KEPT = "private, no-cache"
LATEST = 5
NAMES = ("q", "section", "tag", "author", "language", "since", "until")
_PAGE = re.compile(r"[1-9]\d{0,2}", re.ASCII)
_DAY = re.compile(r"[12]\d{3}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z0-9-]{1,12}", re.ASCII)
_LONGEST = 200  # characters of a field


@gzip_page  # the page store packs what it keeps, and this it does not keep
@require_safe
def results(request):
    """What readers may see of what they look for, best first.

    Search engines are asked to leave answers alone; the page on which one asks is a page like any.
    """
    page = Page(request)
    form = {name: legible(request.GET.get(name, ""))[: 2 * _LONGEST].strip() for name in NAMES}
    no_dates = [name for name in ("since", "until") if _day(form[name]) is False]
    form |= dict.fromkeys(no_dates, "")
    number = _number(request.GET.get("page", "1"))
    query, filters = search.parse(form["q"]), _filters(form, page)
    found, is_asked = search.Found([]), bool(query.wanted or (filters and not form["q"]))
    if is_asked and filters is not None:
        found = search.find(query, filters, at=page.at, page=number)
    if number > 1 and not found.editions:
        raise Http404("There are no more results.")
    for edition in found.editions:
        page.shows_edition(edition)
    marker = search.Marker(found.terms)
    context = {
        "form": form,
        "is_question": bool(request.GET),
        "is_asked": is_asked,
        "has_filters": bool(no_dates) or any(form[name] for name in NAMES[1:]),
        "was_cut": query.was_cut,
        "wants_nothing": bool(query.unwanted and not query.wanted),
        "has_no_date": bool(no_dates),
        "found": found,
        "results": [_result(edition, marker) for edition in found.editions],
        "corrected": [
            (typed.typed, marker.written.get(meant.words) or " ".join(meant.words))
            for typed, meant in found.corrected
        ],
        "latest": [] if found.editions else latest(page),
        "languages": [(code, own_name(code)) for code in search.languages()],
        "number": number,
        "address_of": lambda number: _address(form, number),
    }
    return unkept(page.render("search.html", context))


def _number(text):
    if not _PAGE.fullmatch(text):
        raise Http404("No such page.")
    return int(text)


def _result(edition, marker):
    """The edition with its words marked: the standfirst, or else what the text says of them."""
    headline, standfirst = marker.marked(edition.headline), marker.marked(edition.standfirst)
    words = standfirst
    if "<mark>" not in standfirst:
        words = marker.extract(plain_text(edition.body)) or standfirst
    return {"edition": edition, "headline": headline, "words": words}


def _address(form, number):
    asked = {name: text for name, text in form.items() if text}
    if number > 1:
        asked["page"] = number
    return f"{address('search')}?{urlencode(asked)}"


def _filters(form, page):
    """The filters, or None if no story can pass them. What is no date is left out."""
    if form["language"] and not _LANGUAGE.fullmatch(form["language"]):
        return None
    filters = search.Filters(language=form["language"])
    since, until = _day(form["since"]), _day(form["until"])
    if since:
        filters = replace(filters, since=_begin(since, page.zone))
    if until:
        filters = replace(filters, until=_begin(until + timedelta(days=1), page.zone))
    things = {
        "section": lambda text: next((s for s in page.sections if s.slug == text), None),
        "tag": lambda text: _named(Tag, text),
        "author": lambda text: _named(Author, text),
    }
    for name, found in things.items():
        if form[name]:
            thing = found(form[name])
            if thing is None:
                return None
            filters = replace(filters, **{name: thing})
    return filters


def _day(text):
    """A date, None for nothing, or False for what is none."""
    if not text:
        return None
    try:
        return (_DAY.fullmatch(text) and date.fromisoformat(text)) or False
    except ValueError:
        return False


def _begin(day, zone):
    return datetime.combine(day, time(), tzinfo=zone)


def _named(model, text):
    """The tag or author of this name or at this address; what a merged tag was called counts."""
    slug = slug_for(text)
    found = model.objects.filter(Q(name__iexact=text) | Q(slug=slug)).order_by("pk").first()
    if found is None and model is Tag:
        former = FormerTag.objects.filter(Q(name=text) | Q(slug=slug)).select_related("tag")
        found = next((row.tag for row in former), None)
    return found


def latest(page: Page) -> list[Edition]:
    """The newest stories, for who found nothing; one query."""
    editions = _latest(at=page.at)
    for edition in editions:
        edition.byline = ()
        page.shows_edition(edition)
    return editions


@prepared
def _latest(*, at):
    # All live ones were published by now; that it is said leads SQLite to the index by date.
    editions = Edition.objects.live(at=at).filter(published_at__lte=at)
    return editions.newest_first().for_front()[:LATEST]


def unkept(response: HttpResponse) -> HttpResponse:
    """``response`` as nobody keeps it but the reader's browser, which asks each time."""
    for name in ("Surrogate-Key", "CDN-Cache-Control"):
        del response[name]
    response["Cache-Control"] = KEPT
    return response


@require_safe
def suggestions(request):
    """What goes on from ``q``. JSON: {"suggestions": [{"kind", "label", "text", "address"}, …]}."""
    publication = Publication.current()
    found = search.suggest(legible(request.GET.get("q", "")), at=timezone.now())
    with translation.override(publication.language):
        labels = {"story": "", "tag": _("Tag"), "author": _("Author")}
        answer = JsonResponse(
            {"suggestions": [vars(each) | {"label": labels[each.kind]} for each in found]},
            json_dumps_params={"ensure_ascii": False},
        )
    answer["Cache-Control"] = KEPT
    answer["X-Robots-Tag"] = "noindex"
    return answer


@stored()
@require_safe
def description(request):
    """https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md"""
    page = Page(request)
    name = page.publication.name
    found_at = whole(address("search")) + "?q={searchTerms}"
    icon = whole(static("img/icon-192.png"))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(name[:16])}</ShortName>",
        f"<Description>{escape(page.publication.tagline or name)}</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        f'<Image width="192" height="192" type="image/png">{escape(icon)}</Image>',
        f'<Url type="text/html" template={quoteattr(found_at)}/>',
        '<Url type="application/opensearchdescription+xml" rel="self" '
        f"template={quoteattr(whole(address('opensearch')))}/>",
        "</OpenSearchDescription>",
        "",
    ]
    return page.answer("\n".join(lines), "application/opensearchdescription+xml; charset=utf-8")
