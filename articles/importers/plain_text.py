"""The plain-text form of an article: a title line, the headline, paragraphs.

::

    Headline – Publication name

    Headline

    First paragraph.

    Interesting: Headline of another story

    Another paragraph.

    Interesting: Also: Headline of a third story

    Last paragraph.
"""

import hashlib
import re
from pathlib import Path

from articles.body import legible, paragraphs_to_html
from articles.headlines import headline_key

from .record import Record

MAX_BYTES = 2 * 1024 * 1024  # far more than the longest text a body may have
_SEPARATOR = re.compile(r"\s+[-–—|·]\s+")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


class NotAnArticle(ValueError):
    """A file that cannot be read as an article; the message says why."""


def read_article(path: Path) -> Record:
    """The article in the file at ``path``.

    Raises NotAnArticle if there is none in it, OSError if the file cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise NotAnArticle(f"larger than {MAX_BYTES // 1024**2} MB")
    content = path.read_bytes()
    if b"\0" in content:
        raise NotAnArticle("binary, not text")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotAnArticle(f"not UTF-8 (byte {error.start:,}); save it as UTF-8 and try again")
    headline, rest = _headline_and_rest(legible(text))
    return Record(
        location=str(path.resolve()),
        digest=hashlib.sha256(content).hexdigest(),
        headline=headline,
        body=paragraphs_to_html(rest),
    )


def _headline_and_rest(text):
    paragraphs = [part.strip("\n") for part in _BLANK_LINE.split(text) if part.strip()]
    if not paragraphs:
        raise NotAnArticle("empty")
    if len(paragraphs) == 1:
        raise NotAnArticle("one paragraph only; a headline and a text are separated by blank lines")
    title, second = (" ".join(part.split()) for part in paragraphs[:2])
    if _is_title_of(title, second):
        headline, rest = second, paragraphs[2:]
    else:  # no headline of its own: the title line is all there is, less what follows the dash
        headline, rest = _without_publication(title), paragraphs[1:]
    if not rest:
        raise NotAnArticle("a headline without a text")
    return headline, "\n\n".join(rest)


def _is_title_of(title, headline):
    """Whether ``title`` is ``headline``, alone or with a publication's name after a dash."""
    title, headline = headline_key(title), headline_key(headline)
    return title == headline or bool(
        title.startswith(headline) and _SEPARATOR.match(title[len(headline) :])
    )


def _without_publication(title):
    parts = _SEPARATOR.split(title)
    return title if len(parts) == 1 else title[: title.rindex(parts[-1])].rstrip(" -–—|·\t")
