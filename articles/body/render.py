"""Stored body and a table of references in, safe HTML out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape, unescape

from django.utils.safestring import SafeString

from articles.languages import direction_of, direction_of_words

from .parts import ENGLISH, Parts, PlainParts, Words
from .pictures import Figure, picture_html, plain_picture_html
from .references import REFERENCE, said_of

BESIDE_PX = 128  # the width of a picture beside a line; ``--beside`` in the stylesheet


@dataclass(frozen=True)
class Label:
    """The word before an Interesting line, and the language it is in."""

    text: str
    language: str


@dataclass(frozen=True)
class Target:
    """A story that readers can open now."""

    article: int
    path: str
    headline: str
    language: str
    direction: str  # ltr or rtl
    figure: Figure | None = None  # to stand beside a line, where there is room
    label: Label | None = None  # in place of the publication's: that it is the latest of a tag


@dataclass(frozen=True)
class References:
    """What the references of one body are at one moment. What is missing is not shown."""

    lines: Mapping[int, Target] = field(default_factory=dict)  # by place
    articles: Mapping[int, Target] = field(default_factory=dict)  # by id
    figures: Mapping[int, Figure] = field(default_factory=dict)  # by id of the image


def render(
    html: str,
    references: References,
    *,
    label: Label,
    language: str,
    words: Words = ENGLISH,
    name: str = "",
    leads: bool = False,
    pings: str = "",
) -> SafeString:
    """The body as a page shows it.

    ``label`` stands before an Interesting line that has none of its own, ``words`` name its other
    parts, ``language`` is the story's own. ``name`` tells its footnotes from those of another body
    on the same page. A line without a live target leaves nothing behind; a link without one keeps
    its words. Where the body ``leads``, its first picture is the first of the page. With ``pings``,
    browsers tell the address ``PINGS/ID/`` when a line is followed. Rendering what this returns
    once more changes nothing.

    A line is a section with a name, which is a landmark: reader modes throw away what is in an
    ``<aside>`` or has its role (https://github.com/mozilla/readability/pull/431).
    """

    def line(target: Target, match: re.Match) -> str:
        before, headline, attributes = _said(target, match, label, language)
        lang = _lang(before, language)
        picture = _beside(target.figure) if target.figure else ""
        ping = f' ping="{escape(pings)}/{target.article}/"' if pings else ""
        return (
            f'<section class="interesting" aria-label="{escape(before.text)}: {headline}">'
            f"<p{' class="pictured"' if picture else ''}>"
            f'<span class="interesting-label"{lang}>{escape(before.text)}:</span> '
            f'<a href="{escape(target.path)}"{ping}{attributes}>{headline}</a>{picture}'
            "</p></section>"
        )

    parts = Parts(words, language, name)
    html = parts.render(html, is_shown=references.figures.__contains__)
    waiting = [leads]  # for the first picture

    def image(figure: Figure) -> str:
        html = picture_html(figure, first=waiting[0])
        waiting[0] = False
        return html

    return _substitute(html, references, line=line, image=image)


def render_for_feed(
    html: str,
    references: References,
    *,
    label: Label,
    origin: str,
    language: str = "",
    words: Words = ENGLISH,
    name: str = "",
    path: str = "",
) -> SafeString:
    """The body as a feed reader or a mail shows it: plain, with whole addresses.

    ``origin`` is the site's scheme and host, ``path`` the story's own address on it.
    """

    language = language or words.language

    def line(target: Target, match: re.Match) -> str:
        before, headline, attributes = _said(target, match, label, language)
        href = escape(origin + target.path)
        return (
            f"<p><strong{_lang(before, language)}>{escape(before.text)}:</strong> "
            f'<a href="{href}"{attributes}>{headline}</a></p>'
        )

    parts = PlainParts(words, language, name, address=origin + path)
    html = parts.render(html, is_shown=references.figures.__contains__)

    def image(figure: Figure) -> str:
        return plain_picture_html(figure, origin=origin)

    return _substitute(html, references, line=line, image=image, origin=origin)


def _substitute(
    html: str,
    references: References,
    *,
    line: Callable[[Target, re.Match], str],
    image: Callable[[Figure], str],
    origin: str = "",
) -> SafeString:
    place = -1

    def reference(match):
        nonlocal place
        if match["line"] is not None:
            place += 1
            target = references.lines.get(place)
            return line(target, match) if target else ""
        if match["article"]:
            target = references.articles.get(int(match["article"]))
            if target is None:
                return match["words"]
            return f'<a href="{escape(origin + target.path)}">{match["words"]}</a>'
        figure = references.figures.get(int(match["image"]))
        return _figure(figure, match["caption"], image) if figure else ""

    return SafeString(REFERENCE.sub(reference, html))


def _said(target, match, label, language):
    """The label before a line, its words, and the attributes that these need.

    ``label`` is the usual one; ``language`` the story's, which a label of the line's own is in.
    Pinned words may be a headline or the editor's. Words are escaped.
    """
    said = said_of(match)
    if own := said.get("label"):
        label = Label(own, language)
    elif target.label:
        label = target.label
    words, is_foreign = escape(target.headline), target.language != language
    if "pinned" in said:
        words = match["headline"]
        is_foreign = is_foreign and _are_of(target, unescape(words), language)
    attributes = f' lang="{escape(target.language)}" dir="{target.direction}"' if is_foreign else ""
    return label, words, attributes


def is_told_by_headline(words: str, target: Target, language: str) -> bool:
    """Whether nothing tells if pinned ``words`` in a text in ``language`` are in the target's
    language but that they are its headline: not if both have one, nor if only its runs as they do.
    """
    here = direction_of(language)
    runs_as_target = direction_of_words(words, here) == target.direction != here
    return target.language != language and not runs_as_target


def _are_of(target, words, language):
    """Whether these are in the target's language, not in ``language``, as far as can be told."""
    return words == target.headline or not is_told_by_headline(words, target, language)


def _lang(label, language):
    if label.language == language:
        return ""
    runs = direction_of(label.language)
    turned = f' dir="{runs}"' if runs != direction_of(language) else ""
    return f' lang="{escape(label.language)}"{turned}'


def _beside(figure):
    """A picture that says nothing the headline does not say, small without a stylesheet too."""
    height_px = round(BESIDE_PX * figure.height_px / figure.width_px)
    small = replace(figure, alt="", width_px=BESIDE_PX, height_px=height_px)
    return picture_html(small, sizes=f"{BESIDE_PX / 16:g}rem")


def _figure(figure, caption, image):
    """``caption`` is already escaped, as it stands in the body; empty means the picture's own."""
    caption = caption or escape(figure.caption)
    credit = f'<span class="credit">{escape(figure.credit)}</span>' if figure.credit else ""
    legend = f"<figcaption>{' '.join(filter(None, (caption, credit)))}</figcaption>"
    return f"<figure>{image(figure)}{legend if caption or credit else ''}</figure>"
