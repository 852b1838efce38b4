"""What differs between two versions of a text: paragraph by paragraph, and word by word.

In: stored bodies, or lines of text. Out: paragraphs, and what of them is the same, was added or
removed. The desk and readers see the same comparison; how a body's own nodes are named is theirs.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

# Comparing takes time by the product of what is compared, so beyond these nothing is looked for in
# a stretch that differs: all of it went, all of it came.
MOST_LINES = 1_000_000
MOST_WORDS = 250_000
MOST_SHOWN = 200  # paragraphs of one comparison
_ALIKE = 0.25  # of the words, or two paragraphs are different ones

SAME, ADDED, REMOVED = "same", "added", "removed"

_OWN_NODE = re.compile(
    r'<(?P<tag>aside|figure|span) data-(?P<kind>[a-z]+)="(?P<about>[^"]*)"'
    r'(?: data-label="(?P<label>[^"]*)")?[^>]*>'
    r"(?P<words>[^<]*)</(?P=tag)>"
    r'|<section data-gallery="(?P<title>[^"]*)">'
)
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|caption|tr)>|<hr>")
_CELL_END = re.compile(r"(?:</p>)?</t[dh]>(?=<t)")
_TAG = re.compile(r"<[^>]*>")
# A word with the space before it, a mark, or a sign of a script that has no spaces. Marks that
# belong to a letter stay with it, whatever the script.
_PUNCTUATION = r".,;:!?…()\[\]\"“”‘’«»،؛؟۔"
_SIGNS = r"\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"\n| ?(?:[{_SIGNS}]|[^\s{_SIGNS}{_PUNCTUATION}]+|[^\s])")


@dataclass(frozen=True)
class Piece:
    text: str
    kind: str = SAME


@dataclass(frozen=True)
class Passage:
    """A paragraph that differs; or, without pieces, how many stand there unchanged."""

    pieces: tuple[Piece, ...] = ()
    unchanged: int = 0


@dataclass(frozen=True)
class Changes:
    passages: tuple[Passage, ...]
    is_cut: bool = False  # there are more than can be shown

    def __bool__(self):
        return any(passage.pieces for passage in self.passages)


def paragraphs(html: str, named: Callable[[str, str, str, str], str]) -> list[str]:
    """A stored body as plain paragraphs; a row of a table is one.

    ``named(kind, about, words, label)`` says in HTML what stands in the place of a node of our own,
    of which ``kind`` is its ``data-`` attribute and ``about`` that attribute's value; ``label`` is
    that of a line which has its own.
    """

    def own_node(match):
        if match["kind"] is None:
            return named("gallery", match["title"], "", "")
        return named(match["kind"], match["about"], match["words"], match["label"] or "")

    html = _CELL_END.sub(" | ", _OWN_NODE.sub(own_node, html))
    text = _TAG.sub("", _BLOCK_END.sub("\0", html))
    return [part.strip() for part in unescape(text).split("\0") if part.strip()]


def stretches(left: Sequence[str], right: Sequence[str], most: int = MOST_LINES) -> list[tuple]:
    """As ``SequenceMatcher.get_opcodes``: (kind, from, to, from, to), in order, in bounded time."""
    start, stop = 0, min(len(left), len(right))
    while start < stop and left[start] == right[start]:
        start += 1
    end, stop = 0, stop - start
    while end < stop and left[-1 - end] == right[-1 - end]:
        end += 1
    a, b = left[start : len(left) - end], right[start : len(right) - end]
    if a and b and len(a) * len(b) > most:
        middle = [("replace", 0, len(a), 0, len(b))]
    else:
        middle = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    found = [("equal", 0, start, 0, start)] if start else []
    found += [(kind, *(place + start for place in places)) for kind, *places in middle]
    if end:
        found.append(("equal", len(left) - end, len(left), len(right) - end, len(right)))
    return found


def changes(left: list[str], right: list[str]) -> Changes:
    """What became of the paragraphs of ``left`` in ``right``, word by word where they are alike."""
    passages = []
    for kind, a, b, c, d in stretches(left, right):
        if kind == "equal":
            passages.append(Passage(unchanged=b - a))
            continue
        passages += [Passage(pieces) for pieces in _rewritten(left[a:b], right[c:d])]
    return Changes(tuple(passages[:MOST_SHOWN]), is_cut=len(passages) > MOST_SHOWN)


def _rewritten(left, right):
    """Paragraphs made of pieces; those that came may be others than those that went."""
    before, after = (_words("\n".join(one)) for one in (left, right))
    same, merged = 0, []
    keys = [[word.strip(" ") for word in words] for words in (before, after)]
    for kind, a, b, c, d in stretches(*keys, MOST_WORDS):
        texts = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            same += sum(key not in ("", "\n") for key in keys[0][a:b])
        merged.append((kind == "equal", *texts))
    if same < _ALIKE * max(map(len, keys)):
        went = [(Piece(text, REMOVED),) for text in left]
        return went + [(Piece(text, ADDED),) for text in right]
    return _in_paragraphs(_pieces(merged))


def _words(text):
    return _WORD.findall("\n".join(" ".join(line.split()) for line in text.split("\n")))


def _pieces(found):
    """One removal and one addition for each stretch; two letters between changes are none."""
    pieces, went, came = [], "", ""
    for place, (is_same, left, right) in enumerate(found):
        if is_same and (len(right.strip()) > 2 or "\n" in right or place in (0, len(found) - 1)):
            pieces += [Piece(went, REMOVED), Piece(came, ADDED), Piece(right)]
            went = came = ""
        else:
            went, came = went + left, came + right
    return [*pieces, Piece(went, REMOVED), Piece(came, ADDED)]


def _in_paragraphs(pieces):
    """The pieces in the paragraphs that any of the two versions had; spaces stand between them."""
    done, line = [], []
    for piece in pieces:
        for number, text in enumerate(piece.text.split("\n")):
            if number:
                done.append(line)
                line = []
            words = text.strip(" ")
            if line and text.startswith(" ") and not line[-1].text.endswith(" "):
                line.append(Piece(" "))
            if words:
                line.append(Piece(words, piece.kind))
    return [tuple(line) for line in (*done, line) if any(piece.text.strip() for piece in line)]
