"""The parts of a stored body that refer to nothing of ours: galleries around figures, tables, pull
quotes, embeds and footnotes. ``Parts`` makes them for a page, ``PlainParts`` for a feed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

from articles.languages import in_digits_of

from .embeds import embed_at
from .tables import TABLE, Table

_GALLERY = re.compile(
    r'<section data-gallery="([^"]*)">((?:<figure data-image="\d+">[^<]*</figure>)+)</section>'
)
_FIGURE = re.compile(r'<figure data-image="(\d+)">[^<]*</figure>')
_QUOTE = re.compile(r'<aside data-quote="([^"]*)">([^<]*)</aside>')
_EMBED = re.compile(r'<figure data-embed="([^"]*)">([^<]*)</figure>')
_NOTE = re.compile(r'<span data-footnote="">([^<]*)</span>')
_TAG = re.compile(r"<[^>]*>")
_NO_LETTER = re.compile(r"\W+")
# An address within the words of a note, without the stop that ends its sentence.
_ADDRESS = re.compile(r"https?://(?:(?!&[lg]t;)[^\s<>])*(?!&[lg]t;)[^\s<>.,;:!?)\]'’”»،؛؟]")


@dataclass(frozen=True)
class Words:
    """What stands around an author's own words, in the publication's language."""

    language: str
    notes: str
    note: str  # with %(number)s
    back: str  # with %(number)s
    pictures: str
    table: str
    show: str
    asks: str  # with %(provider)s


ENGLISH = Words(
    language="en",
    notes="Notes",
    note="Note %(number)s",
    back="Back to note %(number)s in the text",
    pictures="Pictures",
    table="Table",
    show="Show it here",
    asks="Your browser will then load it from %(provider)s.",
)


@dataclass(frozen=True)
class Parts:
    """Made for one body; ``name`` is what tells its notes from those of other bodies."""

    words: Words
    language: str  # of the story
    name: str
    address: str = ""  # of the page that holds it, where links within it must be whole

    def render(self, html: str, *, is_shown: Callable[[int], bool]) -> str:
        """``html`` with its parts made; ``is_shown`` says which images there are."""
        said = _NO_LETTER.sub(" ", unescape(_TAG.sub(" ", _QUOTE.sub("", html)))).casefold()

        def gallery(match):
            figures = [f[0] for f in _FIGURE.finditer(match[2]) if is_shown(int(f[1]))]
            return self.gallery(match[1], figures) if figures else ""

        def quote(match):
            words = _NO_LETTER.sub(" ", unescape(match[2])).strip().casefold()
            return self.quote(match[2], match[1], repeats=words in said)

        html = _GALLERY.sub(gallery, html)
        html = TABLE.sub(lambda match: self.table(Table(match)), html)
        html = _QUOTE.sub(quote, html)
        html = _EMBED.sub(lambda match: self.embed(unescape(match[1]), match[2]), html)
        return self._with_notes(html)

    def gallery(self, title, figures):
        heading = f'<p class="gallery-title">{title}</p>' if title else ""
        label = title or escape(self.words.pictures)
        items = "".join(f"<li>{figure}</li>" for figure in figures)
        return (
            f'<div class="gallery">{heading}<div class="strip" role="region" '
            f'aria-label="{label}" tabindex="0">'
            f'<ul class="pictures">{items}</ul></div></div>'
        )

    def table(self, table):
        label = table.caption or escape(self.words.table)
        return (
            f'<div class="table" role="region" aria-label="{label}" tabindex="0">'
            f"{table.html(' class="grid"')}</div>"
        )

    def quote(self, words, who, *, repeats):
        """One that repeats the text is for the eye: a screen reader has the words already."""
        hidden = ' aria-hidden="true"' if repeats else ""
        footer = f"<footer>{who}</footer>" if who else ""
        return f'<blockquote class="pullquote"{hidden}><p>{words}</p>{footer}</blockquote>'

    def embed(self, address, title):
        """A link; the button beside it is for a script, which shows it."""
        embed = embed_at(address)
        href, title = escape(address), title or escape(address)
        if embed is None:  # its provider is no longer wanted
            return f'<p><a href="{href}">{title}</a></p>'
        provider, lang = escape(embed.provider), self._lang()
        asks = escape(self.words.asks % {"provider": embed.provider})
        return (
            f'<figure class="embed {embed.kind}" data-frame="{escape(embed.frame)}">'
            f'<p class="kicker">{provider}</p>'
            f'<p class="headline"><a href="{href}" rel="external">{title}</a></p>'
            f'<p class="ask"{lang} hidden><button type="button">{escape(self.words.show)}</button> '
            f"<small>{asks}</small></p></figure>"
        )

    def _with_notes(self, html):
        notes = []

        def number(match):
            notes.append(match[1])
            return self.reference(len(notes))

        html = _NOTE.sub(number, html)
        return f"{html}{self.notes(notes)}" if notes else html

    def reference(self, number):
        said = in_digits_of(self.words.language, self.words.note % {"number": number})
        label = f'aria-label="{escape(said)}"{self._lang()}'
        return (
            f'<sup class="noteref" id="{self._id("fnref", number)}">'
            f'<a href="{self._to("fn", number)}" role="doc-noteref" {label}>'
            f"{self._shown(number)}</a></sup>"
        )

    def notes(self, notes):
        heading = self._id("fn", 0)
        items = "".join(
            f'<li id="{self._id("fn", number)}">{_linked(words)} {self._back(number)}</li>'
            for number, words in enumerate(notes, start=1)
        )
        return (
            f'<section class="notes" role="doc-endnotes" aria-labelledby="{heading}">'
            f'<h2 class="heading" id="{heading}"{self._lang()}>{escape(self.words.notes)}</h2>'
            f"<ol>{items}</ol></section>"
        )

    def _back(self, number):
        said = in_digits_of(self.words.language, self.words.back % {"number": number})
        return (
            f'<a href="{self._to("fnref", number)}" role="doc-backlink" '
            f'aria-label="{escape(said)}"{self._lang()}>↑</a>'
        )

    def _shown(self, number):
        """A note's number among the words of the story."""
        return in_digits_of(self.language, number)

    def _id(self, what, number):
        return "-".join(filter(None, (what, self.name, str(number))))

    def _to(self, what, number):
        return f"{escape(self.address)}#{self._id(what, number)}"

    def _lang(self):
        if self.words.language == self.language:
            return ""
        return f' lang="{escape(self.words.language)}"'


class PlainParts(Parts):
    """The same without anything that needs our stylesheet or a script."""

    def gallery(self, title, figures):
        return (f"<p><strong>{title}</strong></p>" if title else "") + "".join(figures)

    def table(self, table):
        return table.html()

    def quote(self, words, who, *, repeats):
        if repeats:
            return ""
        return f"<blockquote><p>{words}</p>{f'<p>— {who}</p>' if who else ''}</blockquote>"

    def embed(self, address, title):
        embed = embed_at(address)
        source = f" ({escape(embed.provider)})" if embed else ""
        return f'<p><a href="{escape(address)}">{title or escape(address)}</a>{source}</p>'

    def reference(self, number):
        return (
            f'<sup id="{self._id("fnref", number)}">'
            f'<a href="{self._to("fn", number)}">{self._shown(number)}</a></sup>'
        )

    def notes(self, notes):
        items = "".join(
            f'<li id="{self._id("fn", number)}">{_linked(words)} '
            f'<a href="{self._to("fnref", number)}">↑</a></li>'
            for number, words in enumerate(notes, start=1)
        )
        return f"<hr><p><strong>{escape(self.words.notes)}</strong></p><ol>{items}</ol>"


def _linked(words):
    """Escaped ``words`` whose addresses lead there."""
    return _ADDRESS.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', words)
