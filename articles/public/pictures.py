"""Pictures: what readers may see of them, and the files.

What may be known of a picture stands at an address of its own, ``/media/9/``, and is kept like any
page: exact to the commit, ended by time, and there while the database is down. Whoever asks for a
file of that picture is answered by way of it, so the file is shown exactly while that page is, at
the cost of one look into the page store. Without a page store in front, the view asks by itself.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.http import FileResponse, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from articles import cache, media
from articles.models import FOREVER, Edition, Image, Publication
from articles.prepared import prepared

from .page import LONGEST_SECONDS, Page, stored

# A browser may show what it has for a day without asking. What is withdrawn is gone from the site
# at once, and so is the page that led there; nobody can take back what a reader has.
BROWSER_SECONDS = 24 * 3600
FACTS = "pagestore.let_in_by"  # in a request's environment: the body of the page that let it in

_COLUMNS = ("digest", "width_px", "height_px", "frames", "focal_x", "focal_y")


@dataclass(frozen=True)
class Known:
    """What may be known of a picture until then, and the keys of what would change that."""

    facts: dict
    until: datetime
    keys: frozenset[str]


class Facts(Page):
    """An answer about one picture. It shows nothing of the publication, and costs no query."""

    def __init__(self, request):
        self.request, self.at = request, timezone.now()
        self.ends_at = self.wrong_from = FOREVER
        self.keys = set()

    def answered(self, known: Known | None) -> HttpResponse:
        if known is None:
            return _nothing()
        self.shows(*known.keys)
        self.holds_until(known.until, is_end=True)
        facts = known.facts | {"until": known.until.timestamp()}
        return self.answer(json.dumps(facts, sort_keys=True), "application/json")


def let_in_by(address):
    """Marks a view that is shown while the stored page at ``address(**its arguments)`` is."""

    def mark(view):
        view.let_in_by = address
        return view

    return mark


# Pictures


@stored()
@require_safe
def picture(request, image):
    """What may be known of a picture, while readers may see it. Two queries for one of a story."""
    facts = Facts(request)
    return facts.answered(_known_of_picture(int(image), facts.at))


@let_in_by(lambda image, name: f"/media/{image}/")
@require_safe
def rendition(request, image, name):
    """A picture as pages show it; at the desk, whoever may see pictures sees all of them."""
    if not media.is_name(name):
        return _nothing()
    facts = _let_in(request, lambda at: _known_of_picture(int(image), at))
    if facts:
        shown, until = Image(pk=int(image), **facts["image"]), facts["until"]
    elif _is_at_the_desk(request.user):
        shown, until = Image.objects.filter(pk=image).first(), None
    else:
        shown = None
    if shown is None:
        return _nothing()
    return _sent(
        request,
        name,
        lambda: media.open_rendition(shown, name),
        until=until,
        key=cache.image_list_key(image),
        similar=lambda: media.open_similar(shown, name),
    )


def _known_of_picture(pk, at):
    found = media.shown_until(pk, at=at)
    if found is None:
        return None
    image, until = found
    columns = {name: getattr(image, name) for name in _COLUMNS} | {"file": image.file.name}
    keys = frozenset({cache.key_of(image), cache.list_key(image)})
    return Known({"image": columns}, until, keys)


# Share pictures


@stored()
@require_safe
def shared_story(request, article):
    """What the share picture of a story is drawn from, while the story is live. Two queries."""
    facts = Facts(request)
    return facts.answered(_known_of_story(int(article), facts.at))


@let_in_by(lambda article, digest: f"/media/share/{article}/")
@require_safe
def share_picture(request, article, digest):
    """The share picture of a live story; one of an earlier headline leads to today's."""
    facts = _let_in(request, lambda at: _known_of_story(int(article), at))
    if facts is None:
        return _nothing()
    until = facts.pop("until")
    name = media.share_name(int(article), facts)
    if name != f"{article}-{digest}.jpg":
        response = HttpResponseRedirect(f"/media/share/{name}")
        response["Cache-Control"] = "no-store"
        return response
    return _sent(
        request,
        name,
        lambda: media.open_share_picture(int(article), facts),
        until=until,
        key=cache.article_key(article),
    )


def _known_of_story(pk, at):
    for edition in _live(article=pk, at=at):
        keys = {cache.PUBLICATION, cache.article_key(pk)}
        if edition.lead_image_id:
            keys.add(cache.key_of(edition.lead_image))
        facts = media.share_facts(edition, Publication.current())
        return Known(facts, edition.live_until, frozenset(keys))
    return None


@prepared
def _live(*, article, at):
    return Edition.objects.live(at=at).filter(article=article).for_front()


# What both have in common


def _let_in(request, ask):
    """What the page that let the request in says; what ``ask(at)`` knows if no page was asked."""
    if FACTS in request.environ:
        return json.loads(request.environ[FACTS])
    known = ask(timezone.now())
    return known and known.facts | {"until": known.until.timestamp()}


def _is_at_the_desk(user):
    may = any(user.has_perm(f"articles.{act}_image") for act in ("view", "change"))
    return user.is_active and user.is_staff and may


def _sent(request, name, opened, *, until, key, similar=None):
    """The file that ``opened()`` is, to be kept until the moment ``until``; not at all without one.

    While too many are being made it is what ``similar()`` finds: a file and its name.
    """
    try:
        file = opened()
    except FileNotFoundError:
        return _nothing()
    except media.Busy:
        return _meanwhile(similar)
    response = FileResponse(file, content_type=media.TYPES[media.format_of(name)])
    if until is None:
        response["Cache-Control"] = "private, no-store"
        return response
    seconds = max(0, int(until - timezone.now().timestamp()))
    response["Cache-Control"] = f"public, max-age={min(seconds, BROWSER_SECONDS)}"
    response["CDN-Cache-Control"] = f"max-age={min(seconds, LONGEST_SECONDS)}"
    response["Surrogate-Key"] = key
    response["ETag"] = f'"{name}"'  # whose pixels never change
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    if answer is not response:
        file.close()
    return answer


def _meanwhile(similar):
    """The same in another size or format, so that there is a picture on a busy evening too."""
    response = HttpResponse(status=503)
    response["Retry-After"] = "2"
    if similar:
        with suppress(FileNotFoundError):
            file, name = similar()
            response = FileResponse(file, content_type=media.TYPES[media.format_of(name)])
    response["Cache-Control"] = "no-store"
    return response


def _nothing():
    """A 404 that nobody keeps: the picture may be there a moment later."""
    response = HttpResponseNotFound("No such picture.", content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
