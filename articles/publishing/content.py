"""What an author writes: the part of an article that a revision keeps and an edition copies."""

from dataclasses import dataclass, fields, replace

from articles import body
from articles.models import Article, Author, Image, Section
from articles.slugs import slug_for

TEXTS = ("headline", "standfirst", "slug", "language")


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
        texts = {name: text.strip() for name, text in texts.items()}
        texts["slug"] = slug_for(texts["slug"] or texts["headline"])
        return replace(
            self,
            **texts,
            authors=tuple(dict.fromkeys(self.authors)),
            tags=tuple(dict.fromkeys(filter(None, (" ".join(t.split()) for t in self.tags)))),
            body=body.clean(self.body),
        )

    def as_json(self) -> dict:
        """Shape: each field by its name; section and lead image by id, authors by ids."""
        return {name: value for name, value in vars(self).items() if name in TEXTS} | {
            "section": self.section and self.section.pk,
            "authors": [author.pk for author in self.authors],
            "tags": list(self.tags),
            "lead_image": self.lead_image and self.lead_image.pk,
            "body": self.body,
            "is_in_review": self.is_in_review,
        }

    @classmethod
    def from_json(cls, kept: dict) -> "Content":
        """The content of a revision; what was deleted since is left out. Three queries."""
        authors = Author.objects.in_bulk(kept["authors"])
        return cls(
            **{
                **kept,
                "section": Section.objects.filter(pk=kept["section"]).first(),
                "authors": tuple(authors[pk] for pk in kept["authors"] if pk in authors),
                "tags": tuple(kept["tags"]),
                "lead_image": Image.objects.filter(pk=kept["lead_image"]).first(),
            }
        )


COLUMNS = tuple(field.name for field in fields(Content) if field.name not in ("authors", "tags"))
