"""Two versions of a story, for eyes: what each field says, and which paragraphs differ."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

from articles.publishing import Content

LABELS = {
    "headline": "Headline",
    "standfirst": "Standfirst",
    "body": "Text",
    "section": "Section",
    "authors": "Byline",
    "tags": "Tags",
    "lead_image": "Lead image",
    "note": "About this story",
    "series": "Series",
    "part": "Part",
    "translation_of": "Translation of",
    "slug": "Slug",
    "language": "Language",
    "is_in_review": "Ready for review",
}

_OWN_NODE = re.compile(
    r'<(?P<tag>aside|figure|span) data-(?P<kind>[a-z]+)="(?P<about>[^"]*)"'
    r'(?: data-label="(?P<label>[^"]*)")?[^>]*>'
    r"(?P<words>[^<]*)</(?P=tag)>"
    r'|<section data-gallery="(?P<title>[^"]*)">'
)
_BLOCK_END = re.compile(r"</(?:p|h2|h3|li|blockquote|caption|tr)>|<hr>")
_CELL_END = re.compile(r"(?:</p>)?</t[dh]>(?=<t)")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Line:
    text: str
    differs: bool


@dataclass(frozen=True)
class Compared:
    """One field of two versions, paragraph by paragraph."""

    name: str
    left: list[Line]
    right: list[Line]

    @property
    def label(self):
        return LABELS[self.name]

    @property
    def sides(self):
        return [("left", self.left), ("right", self.right)]

    @property
    def differs(self):
        return any(line.differs for line in (*self.left, *self.right))


def paragraphs(html: str) -> list[str]:
    """A stored body as plain paragraphs, its own nodes named where they stand; a row is one."""

    def own_node(match):
        about, words = match["about"], match["words"]
        match match["kind"]:
            case None:
                return f"<p>[Gallery] {match['title']}</p>"
            case "interesting":
                return f"<p>{match['label'] or 'Interesting'}: {words}</p>"
            case "quote":
                return f"<p>[Pull quote] {words}{about and f' – {about}'}</p>"
            case "footnote":
                return f" [Note: {words}]"
            case "image":
                return f"<p>[Picture {about}] {words}</p>"
            case "embed":
                return f"<p>[Embed {about}] {words}</p>"

    html = _CELL_END.sub(" | ", _OWN_NODE.sub(own_node, html))
    text = _TAG.sub("", _BLOCK_END.sub("\0", html))
    return [part.strip() for part in unescape(text).split("\0") if part.strip()]


def said(content: Content) -> dict[str, list[str]]:
    """What each field says, as lines of text."""
    said = {name: [getattr(content, name)] for name in ("headline", "standfirst", "slug", "note")}
    return {name: [line for line in lines if line] for name, lines in said.items()} | {
        "body": paragraphs(content.body),
        "section": [str(content.section)] if content.section else [],
        "authors": [str(author) for author in content.authors],
        "tags": list(content.tags),
        "lead_image": [str(content.lead_image)] if content.lead_image else [],
        "series": [str(content.series)] if content.series else [],
        "part": [str(content.part)] if content.part else [],
        "translation_of": [str(content.translation_of)] if content.translation_of else [],
        "language": [content.language],
        "is_in_review": ["Yes" if content.is_in_review else "No"],
    }


def compare(left: Content, right: Content) -> list[Compared]:
    """All fields, in the order of the form."""
    one, other = said(left), said(right)
    return [Compared(name, *_marked(one[name], other[name])) for name in LABELS]


def _marked(left, right):
    marked = [], []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        marked[0].extend(Line(text, kind != "equal") for text in left[a:b])
        marked[1].extend(Line(text, kind != "equal") for text in right[c:d])
    return marked
