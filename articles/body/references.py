"""What a stored body points at. Works on what ``clean`` returns, and only on that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

REFERENCE = re.compile(
    r'<aside data-interesting="(?P<line>[^"]*)"(?P<more>[^>]*)>(?P<headline>[^<]*)</aside>'
    r'|<a (?:[^>]*? )?data-article="(?P<article>\d+)"[^>]*>(?P<words>.*?)</a>'
    r'|<figure data-image="(?P<image>\d+)">(?P<caption>[^<]*)</figure>',
    re.DOTALL,
)

_MORE = re.compile(r' data-([a-z]+)="([^"]*)"')
_ADDRESSED = re.compile(r'<a (?![^>]*data-article=)(?:[^>]*? )?href="([^"]*)"[^>]*>')


@dataclass(frozen=True)
class FoundLine:
    """An Interesting line as written. While it waits for its story, it leads nowhere: no target,
    no tag, no section."""

    place: int
    target: int | None
    headline: str
    tag: int | None = None  # the latest of it, likewise of the section
    section: int | None = None
    label: str = ""  # in place of the publication's
    is_pinned: bool = False
    origin: str = ""  # suggestion or automatic; by hand if empty
    reason: str = ""

    @property
    def latest_of(self) -> tuple[str, int] | None:
        """``("tag", 5)`` for a line to the latest of a tag, likewise of a section."""
        if self.tag:
            return "tag", self.tag
        return ("section", self.section) if self.section else None

    @property
    def is_waiting(self) -> bool:
        return not (self.target or self.tag or self.section)


@dataclass(frozen=True)
class FoundReferences:
    lines: tuple[FoundLine, ...]
    articles: frozenset[int]  # linked from within the text
    images: frozenset[int]

    @property
    def targets(self) -> frozenset[int]:
        """The ids of articles that lines name."""
        return frozenset(line.target for line in self.lines if line.target)


def find_references(html: str) -> FoundReferences:
    """The lines in the order of the text, and the ids of linked articles and of images."""
    lines, articles, images = [], set(), set()
    for match in REFERENCE.finditer(html):
        if match["line"] is not None:
            lines.append(_line(len(lines), match))
        elif match["article"]:
            articles.add(int(match["article"]))
        else:
            images.add(int(match["image"]))
    return FoundReferences(tuple(lines), frozenset(articles), frozenset(images))


def said_of(match: re.Match) -> dict[str, str]:
    """What a line says of itself, unescaped, by the names of its attributes without ``data-``."""
    return {name: unescape(value) for name, value in _MORE.findall(match["more"])}


def _line(place, match):
    kind, _, number = match["line"].rpartition("-")
    said = said_of(match)
    to = {kind or "target": int(number)} if number else {}
    return FoundLine(
        place,
        **{"target": None} | to,
        headline=unescape(match["headline"]),
        label=said.get("label", ""),
        is_pinned="pinned" in said,
        origin=said.get("origin", ""),
        reason=said.get("reason", ""),
    )


def fill_in_targets(html: str, targets: Mapping[int, int]) -> str:
    """``html`` with the line at each place in ``targets`` pointing at that article.

    One that leads to the latest of a tag or section does so still.
    """
    place = -1

    def filled(match):
        nonlocal place
        if match["line"] is None:
            return match[0]
        place += 1
        if place not in targets or "-" in match["line"]:
            return match[0]
        return _led(match, targets[place])

    return REFERENCE.sub(filled, html)


def find_addresses(html: str) -> set[str]:
    """Where the links of a text lead that are no references."""
    return {unescape(href) for href in _ADDRESSED.findall(html)}


def refer(html: str, articles: Mapping[str, int]) -> str:
    """``html`` with each link to an address among ``articles`` referring to that article."""

    def referring(match):
        article = articles.get(unescape(match[1]))
        return match[0] if article is None else f'<a data-article="{article}">'

    return _ADDRESSED.sub(referring, html)


def lead_elsewhere(html: str, targets: Mapping[str, str]) -> str:
    """``html`` with each line whose target is a key of ``targets`` leading to its value.

    A target is written as it is stored: ``42``, ``tag-5``.
    """

    def led(match):
        return _led(match, targets[match["line"]]) if match["line"] in targets else match[0]

    return REFERENCE.sub(led, html)


def _led(match, target):
    return f'<aside data-interesting="{target}"{match["more"]}>{match["headline"]}</aside>'
