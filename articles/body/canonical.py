"""The one form in which own nodes, tables and links are stored, from what is already sanitised."""

import re
from html import escape, unescape
from itertools import chain, zip_longest

from .embeds import embed_at
from .lines import stored_line

LARGEST_SPAN = 100  # columns or rows that one cell may take
_IDENTITY = re.compile(r"[1-9][0-9]{0,17}")  # what a 64-bit key can be
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_INLINE_TAG = re.compile(r"</?(?:strong|em|sub|sup|a|span)\b[^>]*>")
_ANY_TAG = re.compile(r"<[^>]*>")
_WEB_ADDRESS = re.compile(r"https?://[^\s\"<>]+")

_DEAD_ARTICLE_LINK = re.compile(r' data-article="(?!\d{1,18}")[^"]*"')
_LINK = re.compile(r"(<a(?: [^>]*)?>)((?:(?!</?a[ >]).)*)</a>", re.DOTALL)
_STRAY_LINK = re.compile(r"</?a(?: [^>]*)?>")
_BLOCK_IN_LINK = re.compile(r"<(?:aside|figure|section|table)\b")
_NOTE = re.compile(r'<span data-footnote="">[^<]*</span>')

_FIGURE_OF_IMAGE = re.compile(r'<figure data-image="\d+">[^<]*</figure>')
_FRAMED = re.compile(r"<(table|blockquote)>.*?</\1>", re.DOTALL)
_CAPTION = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)
_ANY_BLOCK = re.compile(
    r"</?(?:p|h2|h3|ul|ol|li|blockquote|hr|aside|figure|section|caption)\b[^>]*>"
)


def canonical(html: str) -> str:
    """Every own node of ``html`` in its form; what is none of them keeps its words."""
    for name, form in _FORMS.items():
        html = _each(html, name, form)
    html = _DEAD_ARTICLE_LINK.sub("", html)
    return _links(html)


def _each(html, name, form):
    """The innermost elements of this name in their form, and none of its tags left elsewhere."""
    pattern, stray = _PATTERNS[name]
    parts, end = [], 0
    for match in pattern.finditer(html):
        attributes = {key: unescape(value) for key, value in _ATTRIBUTE.findall(match[1])}
        parts += [stray.sub("", html[end : match.start()]), form(attributes, match[2])]
        end = match.end()
    parts.append(stray.sub("", html[end:]))
    return "".join(parts)


def _words(html):
    """The text of ``html`` on one line, escaped."""
    return " ".join(_ANY_TAG.sub(" ", _INLINE_TAG.sub("", html)).split())


def _in_attribute(text):
    return escape(" ".join(text.split()))


def _identity(text):
    return text if _IDENTITY.fullmatch(text) else ""


def _aside(attributes, inner):
    """``<aside data-interesting="ID" …>headline</aside>``, ``<aside data-quote="who">…</aside>``"""
    words = _words(inner)
    if "data-interesting" in attributes:
        return stored_line(attributes, words)
    if "data-quote" in attributes:
        who = _in_attribute(attributes["data-quote"])
        return f'<aside data-quote="{who}">{words}</aside>' if words else f"<p>{who}</p>"
    return f"<p>{words}</p>"


def _figure(attributes, inner):
    """``<figure data-image="ID">caption</figure>``, ``<figure data-embed="address">…</figure>``"""
    words = _words(inner)
    if known := _identity(attributes.get("data-image", "")):
        return f'<figure data-image="{known}">{words}</figure>'
    address = attributes.get("data-embed", "").strip()
    if embed := embed_at(address):
        return f'<figure data-embed="{escape(embed.address)}">{words}</figure>'
    if _WEB_ADDRESS.fullmatch(address):
        return f'<p><a href="{escape(address)}">{words or escape(address, quote=False)}</a></p>'
    framed = [match[0] for match in _FRAMED.finditer(inner)]  # as other systems do
    return f"{''.join(framed)}<p>{_words(_FRAMED.sub(' ', inner))}</p>"


def _section(attributes, inner):
    """``<section data-gallery="title"><figure data-image="ID">caption</figure>…</section>``"""
    if "data-gallery" not in attributes:
        return inner
    figures = _FIGURE_OF_IMAGE.findall(inner)
    others = _FIGURE_OF_IMAGE.sub("", inner)
    if len(figures) < 2:
        return "".join(figures) + others
    title = _in_attribute(attributes["data-gallery"])
    return f'<section data-gallery="{title}">{"".join(figures)}</section>{others}'


def _span(attributes, inner):
    """``<span data-footnote="">words</span>``"""
    if "data-footnote" not in attributes:
        return inner
    words = _words(inner)
    return f'<span data-footnote="">{words}</span>' if words else ""


def _table(attributes, inner):
    """Rows of cells that hold paragraphs, as the editor writes them, and a caption before them."""
    caption = _words(" ".join(_CAPTION.findall(inner)))
    rows = [_CELL.findall(row) for row in _ROW.findall(inner)]
    rows = ["".join(_cell(*cell) for cell in row) for row in rows if row]
    if not rows:
        return f"<p>{caption}</p>"
    caption = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{caption}<tbody><tr>{'</tr><tr>'.join(rows)}</tr></tbody></table>"


def _cell(tag, attributes, inner):
    spans = "".join(
        f' {name}="{int(value)}"'
        for name, value in sorted(_ATTRIBUTE.findall(attributes))
        if _IDENTITY.fullmatch(value) and 1 < int(value) <= LARGEST_SPAN
    )
    paragraphs = [part.strip() for part in _ANY_BLOCK.split(inner)]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs if paragraph)
    return f"<{tag}{spans}>{text}</{tag}>"


def _links(html):
    """The innermost links in their form; of one around a table, the parser leaves its ends."""
    pieces = _LINK.split(html)
    between = (_STRAY_LINK.sub("", piece) for piece in pieces[::3])
    links = map(_link, pieces[1::3], pieces[2::3])
    return "".join(chain.from_iterable(zip_longest(between, links, fillvalue="")))


def _link(opening, words):
    """A link holds words: no block, and a footnote stands behind it."""
    if _BLOCK_IN_LINK.search(words):
        return words
    return f"{opening}{_NOTE.sub('', words)}</a>{''.join(_NOTE.findall(words))}"


# The inner ones first: what holds words only, then what holds those.
_FORMS = {
    "span": _span,
    "aside": _aside,
    "figure": _figure,
    "table": _table,
    "section": _section,
}
_PATTERNS = {
    name: (
        re.compile(rf"<{name}((?: [^>]*)?)>((?:(?!</?{name}[ >]).)*)</{name}>", re.DOTALL),
        re.compile(rf"</?{name}(?: [^>]*)?>"),
    )
    for name in _FORMS
}
