"""Words set in lines: any script, in its own direction, as large as the space allows.

A line is made of pieces, a word or a part of one each, so that words of several scripts can stand
in one line, each in its own font. Where pieces of both directions meet, they are put in the order
of the Unicode bidirectional algorithm (UAX 9, rules L2, N1 and N2 at the level of words).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from PIL import ImageDraw

from articles.languages import direction_of

from .fonts import font_at, font_for, is_shaped, script_of

_AROUND = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_ALONE = {"CJK", "HIRAGANA", "KATAKANA"}  # a line may end after each of these letters
_LEADING = 0.14  # of the size, between two lines
# Nastaliq takes 2.4 ms a word to shape (25 Nov 2026), so each is measured once, at this size; what
# it takes at another differs from that by a rounding.
_MEASURED_PX, _ROUNDING = 64, 1.01
_BREAKS_PX = 44  # from this size down a word that is too long is broken rather than all set smaller


@dataclass(frozen=True)
class Piece:
    """What is drawn at once."""

    text: str
    path: str  # of its font
    level: int  # odd from right to left
    follows_space: bool
    language: str

    def width(self, size_px):
        return _measured(self)[0] * size_px / _MEASURED_PX * _ROUNDING

    def space(self, size_px):
        if not self.follows_space:
            return 0
        return _space(self.path) * size_px / _MEASURED_PX

    def ink(self, size_px):
        """Left, top, right and bottom of what is black, from where its baseline begins."""
        return tuple(edge * size_px / _MEASURED_PX * _ROUNDING for edge in _measured(self)[1])

    def draw(self, canvas, at, size_px, colour):
        font = font_at(self.path, size_px)
        canvas.text(at, self.text, fill=colour, font=font, anchor="ls", **_how(self))


def _how(piece):
    if not is_shaped():
        return {}
    return {"direction": "rtl" if piece.level % 2 else "ltr", "language": piece.language}


@lru_cache(maxsize=1_000)
def _measured(piece):
    """Its width, and its ink, at one size."""
    font, how = font_at(piece.path, _MEASURED_PX), _how(piece)
    return font.getlength(piece.text, **how), font.getbbox(piece.text, anchor="ls", **how)


@lru_cache(maxsize=64)
def _space(path):
    return font_at(path, _MEASURED_PX).getlength(" ")


@dataclass(frozen=True)
class Setting:
    """Lines ready to be drawn; measures are pixels."""

    lines: tuple[tuple[Piece, ...], ...]  # in the order of reading
    size_px: int
    is_rtl: bool

    @cached_property
    def widths(self):
        return [_width(line, self.size_px) for line in self.lines]

    @cached_property
    def ascent(self):
        tops = (piece.ink(self.size_px)[1] for line in self.lines for piece in line)
        return round(max(0.74 * self.size_px, *(-top for top in tops)))

    @cached_property
    def descent(self):
        bottoms = (piece.ink(self.size_px)[3] for line in self.lines for piece in line)
        return round(max(0.2 * self.size_px, *bottoms))

    @property
    def height(self):
        leading = round(_LEADING * self.size_px)
        return len(self.lines) * (self.ascent + self.descent + leading) - leading

    def draw(self, canvas: ImageDraw.ImageDraw, left: int, right: int, top: int, colour) -> None:
        """From ``left``, or from ``right`` what is read from the right, all of it below ``top``."""
        for piece, x, y in self.places(left, right, top):
            piece.draw(canvas, (x, y), self.size_px, colour)

    def places(self, left: int, right: int, top: int) -> Iterator[tuple[Piece, float, float]]:
        """Each piece, and where its baseline begins."""
        pitch = self.ascent + self.descent + round(_LEADING * self.size_px)
        for number, (line, width) in enumerate(zip(self.lines, self.widths, strict=True)):
            x = right - width if self.is_rtl else left
            y = top + self.ascent + number * pitch
            # By identity, for a word may stand twice in a line.
            place_of = {id(piece): place for place, piece in enumerate(line)}
            previous = None
            for piece in _in_order_of_sight(line):
                if previous is not None:
                    # The space belongs to the later of the two, wherever that stands.
                    later = max(piece, previous, key=lambda one: place_of[id(one)])
                    x += later.space(self.size_px)
                yield piece, x, y
                x += piece.width(self.size_px)
                previous = piece


def set_in(
    words: str,
    language: str,
    *,
    width: int,
    height: int,
    most_lines: int,
    largest_px: int,
    smallest_px: int = 12,
) -> Setting | None:
    """``words`` in a box of ``width`` and ``height``, as large as fits; None if no font has them.

    Lines are as even as they can be. Words that are too long even in small letters are broken; what
    is too long even in the smallest, which is more than a thousand letters, is cut off.
    """
    pieces = _pieces(words, language)
    if not pieces:
        return None
    is_rtl = direction_of(language) == "rtl"
    size = largest_px
    while True:
        lines = _lines(pieces, size, width, may_break=size <= _BREAKS_PX)
        if lines and len(lines) <= most_lines:
            lines = _even(pieces, size, width, lines)
            made = Setting(tuple(lines), size, is_rtl)
            if made.height <= height or size <= smallest_px:
                return made
        if size <= smallest_px:
            return Setting(tuple(lines[:most_lines]), size, is_rtl)
        size = max(smallest_px, min(size - 2, size * 15 // 16))


def _pieces(words, language):
    """The words with their fonts and levels; none if a letter of them is in no font."""
    is_rtl = direction_of(language) == "rtl"
    tokens = list(_tokens(words, is_rtl))
    pieces = []
    for (text, follows), level in zip(tokens, _levels([t for t, _ in tokens], is_rtl), strict=True):
        path = font_for(text, language)
        if path is None and not any(unicodedata.category(c)[0] in "LN" for c in text):
            continue  # a sign that nobody misses
        if path is None:
            return []
        pieces.append(Piece(text, path, level, follows and bool(pieces), language))
    return pieces


def _tokens(words, is_rtl):
    """(text, whether a space is before it): words, and what must be told from them."""
    for word in words.split():
        follows = True
        for part in _parted(word, is_rtl):
            yield part, follows
            follows = False


def _parted(word, is_rtl):
    if script_of(word) in _ALONE:
        yield from word
        return
    if _direction(word) in (None, is_rtl):
        yield word
        return
    # What stands around a word of the other direction belongs to the sentence.
    yield from filter(None, _AROUND.fullmatch(word).groups())


def _direction(text):
    """Whether it is read from the right, by its first letter; None for numbers and signs."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return True
        if kind == "L":
            return False
    return None


def _levels(texts, is_rtl):
    directions = [_direction(text) for text in texts]
    levels = []
    for place, direction in enumerate(directions):
        if direction is None:
            before = next((d for d in reversed(directions[:place]) if d is not None), is_rtl)
            after = next((d for d in directions[place + 1 :] if d is not None), is_rtl)
            if any(c.isdigit() for c in texts[place]):  # a number reads as a word from the left
                levels.append(2 if is_rtl or before else 0)
                continue
            direction = before if before == after else is_rtl
        levels.append(1 if direction else 2 if is_rtl else 0)
    return levels


def _in_order_of_sight(line):
    """From left to right: level by level down to 1, what is there or above turns round."""
    line = list(line)
    for level in range(max(piece.level for piece in line), 0, -1):
        place = 0
        while place < len(line):
            end = place
            while end < len(line) and line[end].level >= level:
                end += 1
            line[place:end] = line[place:end][::-1]
            place = max(end, place + 1)
    return line


def _width(line, size):
    return sum(piece.width(size) for piece in line) + sum(piece.space(size) for piece in line[1:])


def _lines(pieces, size, width, *, may_break=False):
    """``pieces`` put into lines one after the other; None where a piece is too wide."""
    lines, line, used = [], [], 0
    for piece in _broken(pieces, size, width) if may_break else pieces:
        own = piece.width(size)
        if own > width:
            return None
        space = piece.space(size) if line else 0
        if line and used + space + own > width:
            lines.append(line)
            line, used, space = [], 0, 0
        line.append(piece)
        used += space + own
    return [*lines, line]


def _broken(pieces, size, width):
    for piece in pieces:
        rest, follows = piece.text, piece.follows_space
        while rest:
            part = rest
            while len(part) > 1 and _as(piece, part, follows).width(size) > width:
                part = part[: max(1, len(part) * 3 // 4)]
            yield _as(piece, part, follows)
            rest, follows = rest[len(part) :], False


def _as(piece, text, follows_space):
    return Piece(text, piece.path, piece.level, follows_space, piece.language)


def _even(pieces, size, width, lines):
    """As many lines, of the least width that this many need."""
    low, high = width // len(lines), width
    while high - low > 8:
        middle = (low + high) // 2
        narrower = _lines(pieces, size, middle)
        if narrower and len(narrower) <= len(lines):
            high, lines = middle, narrower
        else:
            low = middle
    return lines
