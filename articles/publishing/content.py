"""What an author writes: the part of an article that a revision keeps and an edition copies."""

from dataclasses import dataclass, fields, replace

from articles import body
from articles.models import Article, Author, Image, Section, Series
from articles.slugs import slug_for

TEXTS = ("headline", "standfirst", "slug", "language", "note")
ROWS = ("section", "lead_image", "series", "translation_of")  # of other tables, each by its id


@dataclass(frozen=True)
class Content:
    headline: str = ""
    standfirst: str = ""
    slug: str = ""
    language: str = Article._meta.get_field("language").default
    section: Section | None = None
    authors: tuple[Author, ...] = ()  # in the order of the byline
    tags: tuple[str, ...] = ()  # names
    lead_image: Image | None = None
    body: str = ""
    note: str = ""
    series: Series | None = None
    part: int | None = None  # in the series; None for the next one
    translation_of: Article | None = None
    is_in_review: bool = False

    @classmethod
    def of(cls, article: Article) -> "Content":
        """The content of a working copy as it is loaded. Two queries and the foreign keys'."""
        columns = {name: getattr(article, name) for name in COLUMNS if name != "section"}
        columns["section"] = article.section if article.section_id else None
        if article.pk is None:
            return cls(**columns)
        return cls(
            authors=tuple(row.author for row in article.bylines.select_related("author")),
            tags=tuple(article.tags.names()),
            **columns,
        )

    def cleaned(self) -> "Content":
        """The same, fit to be kept. Raises body.BodyRefused for a text that cannot be."""
        texts = {name: " ".join(body.legible(getattr(self, name)).split("\n")) for name in TEXTS}
        texts = {name: text.strip() if body.is_seen(text) else "" for name, text in texts.items()}
        texts["slug"] = slug_for(texts["slug"] or texts["headline"])
        tags = (" ".join(body.legible(tag).split()) for tag in self.tags)
        return replace(
            self,
            **texts,
            part=self.part if self.series else None,
            authors=tuple(dict.fromkeys(self.authors)),
            tags=tuple(dict.fromkeys(filter(body.is_seen, tags))),
            body=body.clean(self.body),
        )

    def as_json(self) -> dict:
        """Shape: each field by its name; rows of other tables by their ids."""
        rows = {name: getattr(self, name) for name in ROWS}
        return (
            vars(self)
            | {name: row and row.pk for name, row in rows.items()}
            | {
                "authors": [author.pk for author in self.authors],
                "tags": list(self.tags),
            }
        )

    @classmethod
    def from_json(cls, kept: dict) -> "Content":
        """The content of a revision; what was deleted since is left out, and what was not yet
        written down when it was made is as in a new article. A query for each kind of thing.
        """
        authors = Author.objects.in_bulk(kept["authors"])
        rows = {name: kept[name] for name in ROWS if kept.get(name)}
        return cls(
            **kept
            | dict.fromkeys(ROWS)
            | {name: _row(name, pk) for name, pk in rows.items()}
            | {
                "authors": tuple(authors[pk] for pk in kept["authors"] if pk in authors),
                "tags": tuple(kept["tags"]),
            }
        )


def _row(name, pk):
    return Article._meta.get_field(name).related_model.objects.filter(pk=pk).first()


COLUMNS = tuple(field.name for field in fields(Content) if field.name not in ("authors", "tags"))
