"""What every public response has in common: the moment it speaks of, its keys, its headers."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response

from articles import cache, links
from articles.languages import direction_of
from articles.models import FOREVER, Edition, Publication, Section
from articles.prepared import prepared

# A page holds until something that it shows changes, and that is told to whoever keeps it. The
# limit is for a keeper that was told nothing.
LONGEST_SECONDS = 7 * 24 * 3600
LONGEST_STALE_SECONDS = 24 * 3600  # beyond that, while there is nothing newer to be had
BROWSER = "public, max-age=0, must-revalidate, stale-if-error=86400"


def stored(*parameters: str):
    """Marks a view whose pages may be kept: a path and these ``parameters`` are all it reads."""

    def mark(view):
        view.stored_parameters = parameters
        return view

    return mark


@prepared
def _sections():
    return Section.objects.all()  # in the order of the navigation


class Page:
    """One answer in the making: what is shown is noted, and ``answer`` turns it into headers.

    ``at`` is the one moment that all queries of the page ask about. Making one costs two queries,
    the publication and its sections.
    """

    def __init__(self, request: HttpRequest):
        self.request = request
        self.preview = getattr(request, "preview", None)  # the desk's words on it
        self.at = timezone.now()
        self.ends_at = self.wrong_from = FOREVER
        self.keys = {cache.PUBLICATION}
        self.publication = Publication.current()
        self.sections = _sections()
        self._section_by_id = {section.pk: section for section in self.sections}
        self.zone = ZoneInfo(self.publication.time_zone)
        self.label = links.Labels.of_publication(self.publication)

    def shows(self, *keys: str) -> None:
        self.keys.update(keys)

    def holds_until(self, moment: datetime, *, is_end: bool = False) -> None:
        """The page is out of date at ``moment``, if at nothing earlier.

        ``is_end`` says that something on it may not be seen from then on, not even while there is
        nothing newer to be had.
        """
        self.ends_at = min(self.ends_at, moment)
        if is_end:
            self.wrong_from = min(self.wrong_from, moment)

    def shows_edition(self, edition: Edition) -> None:
        """All that a card or a page shows of ``edition``, which gets its section from the page."""
        self.holds_until(edition.live_until, is_end=True)
        pk = edition.section_id
        edition.section = self._section_by_id.get(pk) or Section.objects.get(pk=pk)
        self.shows(cache.article_key(edition.article_id), f"section-{pk}")
        if edition.lead_image_id:
            self.shows(f"image-{edition.lead_image_id}")
        self.shows(*(f"author-{author.pk}" for author in edition.byline))

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Dates and words are the publication's: of its time zone and its language."""
        with timezone.override(self.zone), translation.override(self.publication.language):
            yield

    def render(self, template: str, context: dict, *, status: int = 200) -> HttpResponse:
        if self.publication.logo_id:
            self.shows(f"image-{self.publication.logo_id}")
        context |= {
            "page": self,
            "publication": self.publication,
            "sections": self.sections,
            "direction": direction_of(self.publication.language),
        }
        with self.speaking():
            html = render_to_string(template, context, using="public")
        return self.answer(html, "text/html; charset=utf-8", status=status)

    def answer(
        self, content: str, content_type: str = "", *, status: int = 200, location: str = ""
    ) -> HttpResponse:
        """The response with its headers, or 304 when the reader has it already."""
        response = HttpResponse(content, content_type=content_type or None, status=status)
        if location:
            response["Location"] = location
        response["Surrogate-Key"] = " ".join(sorted(self.keys))
        fresh = self._seconds_until(self.ends_at, LONGEST_SECONDS)
        stale = self._seconds_until(self.wrong_from, fresh + LONGEST_STALE_SECONDS) - fresh
        response["CDN-Cache-Control"] = f"max-age={fresh}, stale-if-error={stale}"
        response["Cache-Control"] = BROWSER
        if status == 200:
            digest = hashlib.blake2b(response.content, digest_size=16).hexdigest()
            response["ETag"] = f'"{digest}"'
            return get_conditional_response(self.request, etag=response["ETag"], response=response)
        return response

    def _seconds_until(self, moment, longest):
        return max(0, min(int((moment - self.at).total_seconds()), longest))
