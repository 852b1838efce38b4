"""The gate and the sanitiser. What comes out is canonical: cleaning it again changes nothing."""

import re
from functools import cache

from django_prose_editor.fields import create_sanitizer

from .canonical import canonical
from .characters import legible
from .extensions import EXTENSIONS

MAX_LENGTH = 400_000  # characters; a long read of 10,000 words has about 80,000
MAX_DEPTH = 100  # elements inside each other; nh3 needs 42 s for 100,000 nested <div>
MAX_TAGS = 20_000


class BodyRefused(ValueError):
    """A text that cannot be kept as it is; the message is for the one who wrote it."""


class TooLarge(BodyRefused):
    pass


class TooDeep(BodyRefused):
    pass


_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # https://html.spec.whatwg.org/multipage/syntax.html#void-elements
_CLOSED_BY_THE_NEXT = frozenset("p li dt dd option tr td th".split())

# What other systems write, as what the editor writes.
_OURS = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3", "div": "p"}
_FOREIGN = re.compile(rf"<(/?)({'|'.join(_OURS)})(?=[\s/>])", re.IGNORECASE)

_EMPTY_BLOCK = re.compile(r"<(p|h2|h3|blockquote|li|ul|ol)>(?:\s|<br>)*</\1>")
_BLOCKS = "p|h2|h3|ul|ol|li|blockquote|aside|figure|section|table"
_BETWEEN_BLOCKS = re.compile(
    rf"(</(?:{_BLOCKS})>|<(?:ul|ol|li|blockquote|hr)>)\s+(?=</?(?:{_BLOCKS}|hr)\b)"
)


def clean(html: str) -> str:
    """``html`` as it may be stored: sanitised, references in their one canonical form.

    Raises TooLarge or TooDeep before any parser sees the text.
    """
    html = legible(html)
    _gate(html)
    html = _FOREIGN.sub(lambda tag: f"<{tag[1]}{_OURS[tag[2].lower()]}", html)
    for _ in range(MAX_DEPTH):  # what one pass removes may leave its parent empty
        before, html = html, _cleaned_once(html)
        if html == before:
            break
    return html


def _cleaned_once(html):
    html = legible(_sanitizer()(html)).replace("&nbsp;", "\u00a0")  # of what "&#1;" stands for
    html = canonical(html)
    return _BETWEEN_BLOCKS.sub(r"\1", _EMPTY_BLOCK.sub("", html)).strip()


@cache
def _sanitizer():
    return create_sanitizer(EXTENSIONS)


def _gate(html):
    if len(html) > MAX_LENGTH:
        raise TooLarge(
            f"The text has {len(html):,} characters; {MAX_LENGTH:,} is the most. "
            "Split the story, or paste it without formatting."
        )
    open_elements, tags = [], 0
    for match in _TAG.finditer(html):
        tags += 1
        closing, name = match[1], match[2].lower()
        if closing:
            if name in open_elements:
                while open_elements.pop() != name:
                    pass
        elif name not in _VOID:
            if name in _CLOSED_BY_THE_NEXT and open_elements[-1:] == [name]:
                open_elements.pop()
            open_elements.append(name)
            if len(open_elements) > MAX_DEPTH:
                raise TooDeep(
                    f"The text has more than {MAX_DEPTH} elements inside each other. "
                    "Paste it without formatting."
                )
    if tags > MAX_TAGS:
        raise TooLarge(
            f"The text has {tags:,} tags; {MAX_TAGS:,} is the most. Paste it without formatting."
        )
