"""Where an Interesting line may stand in a body: between two paragraphs, seldom, never crowded.

Works on what ``clean`` returns, and only on that. Asks nothing of anybody: the desk warns with it,
suggestions and automatic lines keep to it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import pairwise

from .lines import stored_line
from .plain_text import plain_text, word_count

BETWEEN_LINES = 120  # words at least between two lines
FOR_EACH_LINE = 250  # words of a story at least

# An attribute in quotes may hold a ">".
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*)>')
_VOID = frozenset({"hr", "br"})
_KINDS = {
    "h2": "a heading", "h3": "a heading", "ul": "a list", "ol": "a list", "blockquote": "a quote",
    "figure": "a picture", "section": "a gallery", "table": "a table", "hr": "a rule",
}  # fmt: skip
_LINE, _PARAGRAPH = "another line", "a paragraph"


@dataclass(frozen=True)
class Block:
    """A top-level part of a body, ``html[start:end]``."""

    kind: str  # in words: "a paragraph", "a heading", "another line", …
    start: int
    end: int
    words: int


@dataclass(frozen=True)
class Place:
    """Between two top-level blocks: ``index`` of them stand above it, as text ``before`` is last.

    ``before`` is on one line, for forms send the ends of lines otherwise than they got them.
    ``room`` is how many words stand between it and what is nearest: a line, the beginning, the end.
    """

    index: int
    before: str
    room: int

    @cached_property
    def folded(self) -> str:
        return self.before.casefold()


def blocks_of(html: str) -> list[Block]:
    """The top-level blocks in their order; words that stand in none make one of their own."""
    found, depth, start, name, attributes = [], 0, 0, "", ""
    end = 0
    for tag in _TAG.finditer(html):
        closing, element = tag[1], tag[2]
        if depth == 0 and not closing:
            _stray(found, html, end, tag.start())
            start, name, attributes = tag.start(), element, tag[3]
        if closing:
            depth = max(depth - 1, 0)
        elif element not in _VOID:
            depth += 1
        if depth == 0:
            end = tag.end()
            found.append(_block(html, start, end, name, attributes))
            start = end
    _stray(found, html, end, len(html))
    return found


def free_places(html: str) -> list[Place]:
    """Where the rules allow one line more, in the order of the text."""
    blocks = blocks_of(html)
    lines = sum(block.kind == _LINE for block in blocks)
    if (lines + 1) * FOR_EACH_LINE > sum(block.words for block in blocks):
        return []
    above, below = _words_to_the_next(blocks), _words_to_the_next(blocks[::-1])[::-1]
    places = []
    for index in range(1, len(blocks)):
        before, after = blocks[index - 1], blocks[index]
        (to_line, up), (from_line, down) = above[index - 1], below[index]
        if before.kind != _PARAGRAPH or after.kind != _PARAGRAPH:
            continue
        is_crowded = (to_line and up < BETWEEN_LINES) or (from_line and down < BETWEEN_LINES)
        if not is_crowded:
            text = " ".join(plain_text(html[before.start : before.end]).split())
            places.append(Place(index, text, min(up, down)))
    return places


def best_place(html: str, about: Iterable[str] = ()) -> Place | None:
    """The free place whose paragraph speaks of most of ``about`` (words), else the roomiest."""
    return best_of(free_places(html), about)


def best_of(places: Iterable[Place], about: Iterable[str] = ()) -> Place | None:
    """As ``best_place``, of the free places of a text that several lines are wanted for."""
    about = [word.casefold() for word in about if word]

    def worth(place):
        spoken = sum(word in place.folded for word in about)
        return spoken, place.room, -place.index

    return max(places, key=worth, default=None)


def insert_line(
    html: str, place: Place, *, target: int, headline: str, origin: str = "", reason: str = ""
) -> str:
    """``html`` with a line to the article ``target`` at ``place``; all else stays as it is."""
    blocks = blocks_of(html)
    at = blocks[place.index].start if place.index < len(blocks) else len(html)
    line = line_html(target=target, headline=headline, origin=origin, reason=reason)
    return html[:at] + line + html[at:]


def line_html(*, target: int, headline: str, origin: str = "", reason: str = "") -> str:
    """A line as it is stored."""
    said = {"data-interesting": str(target), "data-origin": origin, "data-reason": reason}
    return stored_line(said, escape(" ".join(headline.split()), quote=False))


def without_lines_to(html: str, target: int, *, origin: str = "") -> str:
    """``html`` without the lines to the article ``target``; with ``origin``, only those of it."""
    parts, end = [], 0
    for block in blocks_of(html):
        text = html[block.start : block.end]
        opening = text.partition(">")[0]
        is_one = block.kind == _LINE and f'data-interesting="{target}"' in opening
        if is_one and (not origin or f'data-origin="{origin}"' in opening):
            parts.append(html[end : block.start])
            end = block.end
    return "".join([*parts, html[end:]])


def warnings(html: str) -> list[str]:
    """What a reader may find too much, a sentence for each; an editor may do it all the same."""
    blocks = blocks_of(html)
    places = [n for n, block in enumerate(blocks) if block.kind == _LINE]
    said = []
    for number, place in enumerate(places, 1):
        what = "The line" if len(places) == 1 else f"Line {number}"
        if place in (0, len(blocks) - 1):
            where = "at the beginning" if place == 0 else "at the end"
            said.append(f"{what} stands {where} of the story; it belongs between two paragraphs.")
        beside = [blocks[n].kind for n in (place - 1, place + 1) if 0 <= n < len(blocks)]
        for kind in dict.fromkeys(beside):
            if kind not in (_PARAGRAPH, _LINE):
                said.append(f"{what} stands beside {kind}.")
    for number, (one, other) in enumerate(pairwise(places), 1):
        words = sum(block.words for block in blocks[one:other])
        if other == one + 1:
            said.append(f"Lines {number} and {number + 1} stand side by side.")
        elif words < BETWEEN_LINES:
            said.append(
                f"Between lines {number} and {number + 1} stand {words} words; "
                f"{BETWEEN_LINES} let a reader breathe."
            )
    words = sum(block.words for block in blocks)
    if len(places) * FOR_EACH_LINE > words:
        lines = "1 line" if len(places) == 1 else f"{len(places)} lines"
        said.append(
            f"{lines} in {words} words: one for every {FOR_EACH_LINE} words is what readers follow."
        )
    return said


def _block(html, start, end, name, attributes):
    text = html[start:end]
    if name == "aside":
        kind = _LINE if " data-interesting=" in attributes else "a quote"
    elif name == "figure" and " data-embed=" in attributes:
        kind = "an embed"
    else:
        kind = _PARAGRAPH if name == "p" else _KINDS.get(name, "something else")
    words = word_count(text)
    if kind == _PARAGRAPH and not words:
        kind = "something else"
    return Block(kind, start, end, words)


def _stray(found, html, start, end):
    if html[start:end].strip():
        found.append(Block("something else", start, end, word_count(html[start:end])))


def _words_to_the_next(blocks):
    """For each block: whether a line stands above its end, and how many words since."""
    found, has_line, words = [], False, 0
    for block in blocks:
        if block.kind == _LINE:
            has_line, words = True, 0
        words += block.words
        found.append((has_line, words))
    return found
