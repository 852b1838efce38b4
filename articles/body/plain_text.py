"""Between plain text and bodies."""

import re
from html import escape, unescape

LABELS = ("Also", "Background")  # that a line may have of its own; more would be parts of headlines
INTERESTING = re.compile(r"\s*Interesting\s*:(.+)", re.IGNORECASE | re.DOTALL)
_BLOCK_EDGE = re.compile(r"</?(?:p|h2|h3|li|blockquote|aside|figure|td|th|caption)>|<br>|<hr>")
_NOTE = re.compile(r"<span\b[^>]*>.*?</span>", re.DOTALL)
_REFERENCE = re.compile(r"<(aside|figure)\b[^>]*>.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def paragraphs_to_html(text: str) -> str:
    """Paragraphs separated by blank lines as a body, words and spaces as they are.

    A paragraph ``Interesting: …`` is a line that waits for the story of that headline; one of
    LABELS before it, ``Interesting: Also: …``, is the line's own label. ``## `` makes a subheading,
    ``> `` a quotation, lines that all begin with ``- `` a list.
    """
    return "".join(_block(part) for part in re.split(r"\n[^\S\n]*\n", text) if part.strip())


def _block(paragraph):
    paragraph = paragraph.strip("\n")
    if line := INTERESTING.fullmatch(paragraph):
        label, headline = _label_and_headline(line[1])
        return f'<aside data-interesting=""{label}>{_one_line(headline)}</aside>'
    lines = [line.strip() for line in paragraph.split("\n")]
    if lines[0].startswith("## ") and len(lines) == 1:
        return f"<h2>{escape(lines[0][3:], quote=False)}</h2>"
    if all(line.startswith("> ") for line in lines):
        words = "\n".join(line[2:] for line in lines)
        return f"<blockquote><p>{escape(words, quote=False)}</p></blockquote>"
    if all(line.startswith("- ") for line in lines):
        items = (f"<li><p>{escape(line[2:], quote=False)}</p></li>" for line in lines)
        return f"<ul>{''.join(items)}</ul>"
    return f"<p>{escape(chr(10).join(lines), quote=False)}</p>"


def _label_and_headline(words):
    label, colon, headline = words.partition(":")
    label = label.strip().capitalize()
    if colon and label in LABELS and headline.strip():
        return f' data-label="{label}"', headline
    return "", words


def _one_line(text):
    return escape(" ".join(text.split()), quote=False)


def plain_text(html: str) -> str:
    """The words of a stored body, a line for each block: no references, pull quotes or notes."""
    lines = (" ".join(line.split()) for line in _words(html).split("\n"))
    return "\n".join(line for line in lines if line)


def word_count(html: str) -> int:
    """How many words a reader reads; what stands beside the text is not counted."""
    return len(_words(html).split())


def _words(html):
    html = _REFERENCE.sub("\n", _NOTE.sub("", html))  # words in no block may stand beside one
    return unescape(_TAG.sub("", _BLOCK_EDGE.sub("\n", html)))
