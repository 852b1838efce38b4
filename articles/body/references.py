"""What a stored body points at. Works on what ``clean`` returns, and only on that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

REFERENCE = re.compile(
    r'<aside data-interesting="(?P<line>\d*)">(?P<headline>[^<]*)</aside>'
    r'|<a (?:[^>]*? )?data-article="(?P<article>\d+)"[^>]*>(?P<words>.*?)</a>'
    r'|<figure data-image="(?P<image>\d+)">(?P<caption>[^<]*)</figure>',
    re.DOTALL,
)


@dataclass(frozen=True)
class FoundLine:
    """An Interesting line as written: ``target`` is None while it waits for its story."""

    place: int
    target: int | None
    headline: str


@dataclass(frozen=True)
class FoundReferences:
    lines: tuple[FoundLine, ...]
    articles: frozenset[int]  # linked from within the text
    images: frozenset[int]


def find_references(html: str) -> FoundReferences:
    """The lines in the order of the text, and the ids of linked articles and of images."""
    lines, articles, images = [], set(), set()
    for match in REFERENCE.finditer(html):
        if match["line"] is not None:
            target = int(match["line"]) if match["line"] else None
            lines.append(FoundLine(len(lines), target, unescape(match["headline"])))
        elif match["article"]:
            articles.add(int(match["article"]))
        else:
            images.add(int(match["image"]))
    return FoundReferences(tuple(lines), frozenset(articles), frozenset(images))


def fill_in_targets(html: str, targets: Mapping[int, int]) -> str:
    """``html`` with the line at each place in ``targets`` pointing at that article."""
    place = -1

    def filled(match):
        nonlocal place
        if match["line"] is None:
            return match[0]
        place += 1
        identity = targets.get(place) or match["line"]
        return f'<aside data-interesting="{identity}">{match["headline"]}</aside>'

    return REFERENCE.sub(filled, html)
