"""What HTTP's headers say: pure functions over strings, each with the section it follows."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

import brotli

CODINGS = ("br", "gzip", "identity")  # the first is ours to prefer
STORABLE = frozenset({200, 301, 410})
WORTH_COMPRESSING_BYTES = 200
LARGEST_BYTES = 8 * 1024 * 1024
LONGEST_QUERY = 4096
# Said to whoever keeps copies between us and readers, and no business of readers.
FOR_KEEPERS = frozenset({"cdn-cache-control", "surrogate-key"})
# What a 304 repeats of the 200 (RFC 9110, 15.4.5), and what keepers go by: the body may be the same
# and hold for another time than before.
KEPT_BY_304 = FOR_KEEPERS | {"cache-control", "content-location", "etag", "expires", "vary"}
REPLACED = frozenset({"etag", "vary", "content-length", "content-encoding", "age", "x-cache"})

_DIRECTIVE = re.compile(r'\s*([^\s=,;"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?[^,;]*')
_ETAG = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True)
class Answer:
    """What the application said, to the last byte."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]


@dataclass(frozen=True)
class Lifetime:
    fresh_seconds: int
    stale_seconds: int  # beyond ``fresh_seconds``, while there is nothing newer to be had
    keys: frozenset[str]


def coding_for(accept: str | None) -> str:
    """The coding of ``Accept-Encoding`` (RFC 9110, 12.5.3) that we like best among the wanted."""
    if not accept:
        return "identity"
    wanted = {}
    for part in accept.lower().split(","):
        coding, _, parameters = part.partition(";")
        coding = coding.strip().removeprefix("x-")
        if coding:
            wanted[coding] = _weight(parameters)
    others = wanted.get("*", 0.0)
    weights = {coding: wanted.get(coding, others) for coding in ("br", "gzip")}
    # Not named, it is acceptable, and the least wanted; refused with all else, it is what we have.
    weights["identity"] = wanted.get("identity", 0.0001)
    return max(CODINGS, key=weights.__getitem__) if max(weights.values()) > 0 else "identity"


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0


def directives(values: list[str]) -> dict[str, str]:
    """Cache directives by lower-case name (RFC 9111, 5.2), quoted or not."""
    found = {}
    for value in values:
        for name, argument in _DIRECTIVE.findall(value):
            found[name.lower()] = argument.strip('"')
    return found


def lifetime(answer: Answer) -> Lifetime | None:
    """How long ``answer`` may be kept and what spoils it; None if it may not be kept.

    It must ask for it: a ``CDN-Cache-Control`` with a lifetime (RFC 9213) and a ``Surrogate-Key``.
    """
    keys = frozenset(" ".join(answer.all("surrogate-key")).split())
    ours = directives(answer.all("cdn-cache-control"))
    everyones = directives(answer.all("cache-control"))
    varies = {name.strip().lower() for value in answer.all("vary") for name in value.split(",")}
    fresh, stale = _seconds(ours.get("max-age")), _seconds(ours.get("stale-if-error"))
    if (
        answer.status not in STORABLE
        or not keys
        or fresh <= 0
        or {"private", "no-store", "no-cache"} & (ours.keys() | everyones.keys())
        or not varies <= {"", "accept-encoding"}
        or answer.all("set-cookie")
        or answer.all("content-encoding")
        or len(answer.body) > LARGEST_BYTES
    ):
        return None
    return Lifetime(fresh, stale, keys)


def _seconds(text):
    return int(text) if text and text.isascii() and text.isdecimal() else 0


def parameters_of(query: str, named) -> str:
    """Those of ``query``'s parameters that are ``named``, in one spelling; the last of each counts.

    Raises ValueError for a query that is too long to be looked at.
    """
    if not query or not named:
        return ""
    if len(query) > LONGEST_QUERY:
        raise ValueError("The query is too long.")
    found = {name: value for name, value in parse_qsl(query, max_num_fields=100) if name in named}
    return urlencode(sorted(found.items()))


@dataclass(frozen=True)
class Encoded:
    """An answer in every coding that is worth it, with the headers that all of them share."""

    status: str
    headers: list[tuple[str, str]]
    etag: str  # without quotes; empty where conditions have no meaning
    bodies: dict[str, bytes]  # by coding; always ``identity``

    @classmethod
    def of(cls, answer: Answer, *, for_keepers: bool = False) -> "Encoded":
        dropped = REPLACED if for_keepers else REPLACED | FOR_KEEPERS
        headers = [(name, value) for name, value in answer.headers if name.lower() not in dropped]
        bodies = {"identity": answer.body}
        if len(answer.body) >= WORTH_COMPRESSING_BYTES:
            packed = {
                "br": brotli.compress(answer.body, quality=5),
                "gzip": gzip.compress(answer.body, 6, mtime=0),
            }
            bodies |= {c: body for c, body in packed.items() if len(body) < len(answer.body)}
        etag = ""
        if answer.status == 200:  # conditions are for what would be a success (RFC 9110, 13.2.1)
            said = _ETAG.fullmatch("".join(answer.all("etag")))
            etag = (
                said[1].strip('"')
                if said
                else hashlib.blake2b(answer.body, digest_size=16).hexdigest()
            )
        return cls(f"{answer.status} {phrase(answer.status)}", headers, etag, bodies)


def headers_in(coding: str, headers, etag: str, length: int) -> list[tuple[str, str]]:
    """The ``headers`` of a page as it is sent in ``coding``, with that coding's own strong ETag."""
    suffix = "" if coding == "identity" else f"-{coding}"
    return [
        *headers,
        *([("Content-Encoding", coding)] if suffix else ()),
        *([("ETag", f'"{etag}{suffix}"')] if etag else ()),
        ("Vary", "Accept-Encoding"),
        ("Content-Length", str(length)),
    ]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a conditional GET or HEAD is compared with; worked out once for each page."""

    etag: str | None  # with its quotes
    changed: str | None  # its Last-Modified
    headers: list[tuple[str, str]]  # of the 304

    @classmethod
    def of(cls, status: str, headers: list[tuple[str, str]]) -> "Conditions | None":
        """None where conditions have no meaning (RFC 9110, 13.2.1)."""
        if not status.startswith("200"):
            return None
        found = {name.lower(): value for name, value in headers}
        kept = [pair for pair in headers if pair[0].lower() in KEPT_BY_304]
        return cls(found.get("etag"), found.get("last-modified"), kept)

    def are_met(self, wanted: str | None, since: str | None) -> bool:
        """Whether If-None-Match and If-Modified-Since ask for a 304 (RFC 9110, 13.2.2)."""
        if wanted is not None:  # then a date does not count
            return (
                wanted == self.etag or wanted.strip() == "*" or self.etag in _ETAG.findall(wanted)
            )
        if not since or not self.changed:
            return False
        try:
            return parsedate_to_datetime(self.changed) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
