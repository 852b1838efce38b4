"""A page: its name, how it lies in the file under a check sum, and ready to be sent."""

import json
import struct
import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

from . import http
from .generation import NEVER

# That a clock may be set back, before pages are held to be from a time that is still to come: what
# they show may not be live yet.
SET_BACK_SECONDS = 300


class Name(NamedTuple):
    """What makes one page another: path (decoded as WSGI has it) and the parameters that count."""

    path: str
    query: str = ""


class Rendered(NamedTuple):
    """What the application said to a name and may be kept; the last spoil had ``number`` before."""

    name: Name
    encoded: http.Encoded
    lifetime: http.Lifetime
    began_at: float
    number: int


@dataclass(slots=True)
class Page:
    """A page in one coding, ready to be sent."""

    id: int
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    stored_at: float
    fresh_until: float  # 0 when it was spoiled
    stale_until: float  # not to be shown to anybody from then on
    generation: bytes = NEVER
    is_used: bool = True  # since that was last written to the file
    conditions: http.Conditions | None = field(init=False)

    def __post_init__(self):
        self.conditions = http.Conditions.of(self.status, self.headers)

    def is_fresh(self, now: float) -> bool:
        return self.stored_at - SET_BACK_SECONDS <= now < self.fresh_until


class Damaged(Exception):
    """The file holds something that was not written here."""


def head_of(name: Name, encoded: http.Encoded, fresh_until: float) -> bytes:
    """What the file keeps of a page beside its bodies."""
    head = {
        "name": name,
        "status": encoded.status,
        "headers": encoded.headers,
        "etag": encoded.etag,
        "fresh_until": fresh_until,
    }
    return sealed(json.dumps(head).encode())


def page_from(name: Name, coding: str, row: tuple) -> Page:
    """The page that the file has as ``row``. Raises Damaged if it is not what was kept."""
    id_, fresh_until, stale_until, stored_at, head, body, is_coded = row
    head, body = json.loads(_opened(head)), _opened(body)
    if head["name"] != list(name) or fresh_until not in (0, head["fresh_until"]):
        raise Damaged("a page under another's name")
    headers = [tuple(pair) for pair in head["headers"]]
    coding = coding if is_coded else "identity"
    return Page(
        id_,
        head["status"],
        http.headers_in(coding, headers, head["etag"], len(body)),
        body,
        stored_at,
        fresh_until,
        stale_until,
    )


def sealed(content: bytes) -> bytes:
    return struct.pack("<I", zlib.crc32(content)) + content


def _opened(content):
    seal, content = content[:4], content[4:]
    if len(seal) < 4 or struct.unpack("<I", seal)[0] != zlib.crc32(content):
        raise Damaged("a wrong check sum")
    return content
