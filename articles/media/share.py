"""The picture that stands beside a story where somebody shares it: its headline on its picture."""

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched

from django.core.files.base import File
from django.core.files.storage import default_storage

from articles.models import Edition, Image, Publication

from . import pixels
from .drawing import HEIGHT_PX, SIZE, WIDTH_PX, cover, share_jpeg
from .renditions import turn_of_a_reader
from .specs import cut_of
from .storing import is_left_over, keep, turn_to_decode, turn_to_make

_RECIPE = "1"  # part of every name: count it up when the same words would be drawn otherwise
_SMALLEST_PX = 600  # a picture that would have to be enlarged more than this is not used
FOLDERS = 1_000
_NAME = re.compile(r"([1-9]\d{0,17})-[0-9a-f]{16}\.jpg", re.ASCII)
_OF_IMAGE = ("digest", "width_px", "height_px", "focal_x", "focal_y")


@dataclass(frozen=True)
class SharePicture:
    """``url`` is an absolute path on this site; a JPEG of exactly this size stands there."""

    url: str
    width_px: int
    height_px: int
    alt: str


def share_picture(edition: Edition, publication: Publication) -> SharePicture:
    """The share picture of ``edition``, whose lead picture is loaded.

    No query, no look at a file. The address changes with all that is drawn.
    """
    name = share_name(edition.article_id, share_facts(edition, publication))
    return SharePicture(f"/media/share/{name}", WIDTH_PX, HEIGHT_PX, alt=edition.headline)


def share_facts(edition: Edition, publication: Publication) -> dict:
    """All that the share picture of ``edition`` is drawn from, fit for JSON. No query."""
    image = edition.lead_image
    facts = {
        "headline": edition.headline,
        "language": edition.language,
        "name": publication.name,
        "name_language": publication.language,
    }
    if image:
        facts["image"] = {name: getattr(image, name) for name in _OF_IMAGE}
        facts["image"]["file"] = image.file.name
    return facts


def share_name(article: int, facts: dict) -> str:
    """What the picture drawn from ``facts`` is called."""
    drawn = json.dumps([_RECIPE, facts], sort_keys=True)
    return f"{article}-{hashlib.sha256(drawn.encode()).hexdigest()[:16]}.jpg"


def open_share_picture(article: int, facts: dict) -> File:
    """The file of the share picture, drawn on the spot if it is missing; no query. Raises Busy."""
    name = share_name(article, facts)
    path = f"{_folder(article % FOLDERS)}/{name}"
    with suppress(FileNotFoundError):
        return default_storage.open(path)
    with turn_of_a_reader(path), turn_to_make(path):
        if not default_storage.exists(path):
            keep(path, _drawn(facts))
    return default_storage.open(path)


def prune_share_pictures(folder: int) -> int:
    """Remove those of a folder (0 to FOLDERS - 1) that no live story shows; how many there were.

    One that is missed is drawn again, so this is safe at any time, twice and half done. One query
    for each 500 stories, and one for the publication.
    """
    name_of, removed = _folder(folder), 0
    with suppress(FileNotFoundError):  # no story of this folder was ever shared
        files = default_storage.listdir(name_of)[1]  # before the stories: a new one is drawn later
        for some in batched(files, 500):
            shown = _shown({int(found[1]) for found in map(_NAME.fullmatch, some) if found})
            for name in some:
                path = f"{name_of}/{name}"
                if name not in shown and (_NAME.fullmatch(name) or is_left_over(path)):
                    default_storage.delete(path)
                    removed += 1
    return removed


def _shown(articles):
    """The names of the share pictures of those stories that are live."""
    publication = Publication.current()
    editions = Edition.objects.live().filter(article__in=articles).for_front()
    return {
        share_name(edition.article_id, share_facts(edition, publication)) for edition in editions
    }


def _folder(number):
    return f"renditions/share/{number:03}"


def _drawn(facts):
    words = facts["headline"], facts["language"], facts["name"], facts["name_language"]
    return share_jpeg(*words, _photograph(facts["image"]) if "image" in facts else None)


def _photograph(columns):
    """The lead picture cut to shape; None if it is too small, or its original is lost."""
    image = Image(**columns)
    _, box, _ = cut_of(image, "share")
    across = box[2] - box[0]
    if across < _SMALLEST_PX:
        return None
    try:
        with turn_to_decode(), default_storage.open(image.file.name) as original:
            small, factor = pixels.shrunk(original, min(1, SIZE[0] / across))
    except FileNotFoundError:
        return None
    return cover(small, tuple(edge / factor for edge in box))
