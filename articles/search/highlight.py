"""Where the words that were looked for stand in a text: marked, and the part that has most."""

import re
from collections.abc import Iterable
from itertools import takewhile

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .query import Term
from .words import spans

LOOKED_AT = 20_000  # characters of a body
BEFORE, AROUND = 60, 220  # characters before the first mark of an extract, and in all
_SPACE = re.compile(r"\s+")


class Marker:
    """Marks what ``terms`` want; keeps what it was written like (``written``), by word."""

    def __init__(self, terms: Iterable[Term]):
        self.phrases = {term.words for term in terms if not term.is_unwanted}
        self.written = {}

    def marked(self, text: str) -> SafeString:
        """``text`` as HTML, with ``<mark>`` around each word or phrase."""
        return _html(text, self.places(text))

    def extract(self, text: str) -> SafeString:
        """The part of ``text`` that has most of it, marked; empty if it has none."""
        text = text[:LOOKED_AT]
        places = self.places(text)
        if not places:
            return SafeString("")
        best = max(range(len(places)), key=lambda number: _worth(text, places[number:][:AROUND]))
        begin, _ = places[best]
        begin = _edge(text, begin - BEFORE) if begin > BEFORE else 0
        end = min(len(text), begin + AROUND)
        while end < len(text) and not text[end].isspace() and end < begin + AROUND + 40:
            end += 1
        inside = [(a - begin, b - begin) for a, b in places if a >= begin and b <= end]
        html = _html(text[begin:end], inside)
        return format_html("{}{}{}", "… " * (begin > 0), html, " …" * (end < len(text)))

    def places(self, text: str) -> list[tuple[int, int]]:
        """From where to where in ``text``, in order; none overlap."""
        found = list(spans(text))
        if not self.phrases:
            return []
        longest = max(map(len, self.phrases))
        places, reached = [], 0
        for number, (word, begin, _) in enumerate(found):
            if begin < reached:
                continue
            following = tuple(word for word, _, _ in found[number : number + longest])
            for length in range(longest, 0, -1):
                if following[:length] in self.phrases and length <= len(following):
                    end = found[number + length - 1][2]
                    places.append((begin, end))
                    reached = end
                    self.written.setdefault(following[:length], text[begin:end])
                    break
        return places


def _worth(text, places):
    """How many different words are marked in what would be shown from the first of ``places``."""
    until = places[0][0] + AROUND - BEFORE
    shown = takewhile(lambda place: place[1] <= until, places)
    return len({text[begin:end].casefold() for begin, end in shown})


def _edge(text, place):
    """The next beginning of a word."""
    space = _SPACE.search(text, place, place + BEFORE)
    return space.end() if space else place


def _html(text, places):
    parts, reached = [], 0
    for begin, end in places:
        parts += [(text[reached:begin],), (format_html("<mark>{}</mark>", text[begin:end]),)]
        reached = end
    return format_html_join("", "{}", [*parts, (text[reached:],)])
