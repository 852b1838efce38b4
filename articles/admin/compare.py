"""Two versions of a story, for eyes: what each field says, and which paragraphs differ."""

from dataclasses import dataclass

from articles import changes
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
    """A stored body as plain paragraphs, its own nodes named where they stand."""
    return changes.paragraphs(html, _named)


def _named(kind, about, words, label):
    match kind:
        case "gallery":
            return f"<p>[Gallery] {about}</p>"
        case "interesting":
            return f"<p>{label or 'Interesting'}: {words}</p>"
        case "quote":
            return f"<p>[Pull quote] {words}{about and f' – {about}'}</p>"
        case "footnote":
            return f" [Note: {words}]"
        case "image":
            return f"<p>[Picture {about}] {words}</p>"
        case "embed":
            return f"<p>[Embed {about}] {words}</p>"
        case _:
            return words


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
    for kind, a, b, c, d in changes.stretches(left, right):
        marked[0].extend(Line(text, kind != "equal") for text in left[a:b])
        marked[1].extend(Line(text, kind != "equal") for text in right[c:d])
    return marked
