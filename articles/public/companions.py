"""What belongs to a story and stands beside it: the parts of its series, its translations."""

from dataclasses import dataclass

from articles import cache
from articles.addresses import address
from articles.languages import direction_of, own_name
from articles.models import Edition

from .page import Page

_COLUMNS = (
    "article_id", "path", "headline", "language", "part", "published_at", "live_from", "live_until",
    "series_id", "series__title", "series__slug", "original_id",
)  # fmt: skip


@dataclass(frozen=True)
class Companion:
    article: int
    path: str
    words: str  # its headline, or the name of its language in that language
    language: str
    direction: str


@dataclass(frozen=True)
class Companions:
    """Beside a story that stands in no series ``series`` is empty and so are the others."""

    series: str = ""  # its title
    series_path: str = ""
    previous: Companion | None = None
    next: Companion | None = None
    translations: tuple[Companion, ...] = ()

    @property
    def articles(self) -> set[int]:
        """The ids of all that stands beside the story."""
        return {one.article for one in (self.previous, self.next, *self.translations) if one}


def companions_of(page: Page, edition: Edition) -> Companions:
    """Noted on ``page``. One query if ``edition`` is in a series or has translations, else none."""
    editions, wanted = Edition.objects.not_ended(at=page.at).order_by(), []
    if edition.series_id:
        page.shows(f"series-{edition.series_id}", f"series-{edition.series_id}-list")
        wanted.append(editions.filter(series=edition.series_id))
    if edition.original_id:
        page.shows(cache.translations_key(edition.original_id))
        wanted.append(editions.filter(original=edition.original_id))
    if not wanted:
        return Companions()
    first, *others = (rows.values_list(*_COLUMNS, named=True) for rows in wanted)
    rows = list(first.union(*others) if others else first)
    for row in rows:
        if row.live_from <= page.at:
            page.holds_until(row.live_until, is_end=True)
        else:
            page.holds_until(row.live_from)
    live = [row for row in rows if row.live_from <= page.at]
    translations = sorted(
        (row for row in live if edition.original_id and row.original_id == edition.original_id),
        key=lambda row: row.language,
    )
    translations = [row for row in translations if row.article_id != edition.article_id]
    page.shows(*(cache.address_key(row.article_id) for row in translations))
    told = tuple(_companion(row, own_name(row.language)) for row in translations)
    if not edition.series_id:
        return Companions(translations=told)
    parts = sorted((row for row in live if row.series_id == edition.series_id), key=_place)
    here = next((n for n, row in enumerate(parts) if row.article_id == edition.article_id), None)
    if here is None:  # withdrawn since it was found: whoever asks again is told so
        return Companions(translations=told)
    beside = [parts[n] if 0 <= n < len(parts) else None for n in (here - 1, here + 1)]
    page.shows(*(cache.article_key(row.article_id) for row in beside if row))
    before, after = (row and _companion(row, row.headline) for row in beside)
    return Companions(
        parts[here].series__title,
        address("series", parts[here].series__slug),
        before,
        after,
        told,
    )


def _place(row):
    return row.part or 0, row.published_at, row.article_id


def _companion(row, words):
    return Companion(row.article_id, row.path, words, row.language, direction_of(row.language))
