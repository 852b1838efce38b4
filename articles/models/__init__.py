"""What the newsroom keeps: one noun a file, with its constraints and the questions it answers."""

from .article import Article, Byline
from .author import Author
from .correction import Correction
from .edition import FOREVER, Edition, EditionAuthor, EditionTag
from .image import Image
from .link import InterestingLink
from .publication import Publication
from .revision import Revision
from .section import Section
from .source import Source
from .spoil import Spoil
from .tag import Tag, TaggedArticle

__all__ = [
    "FOREVER",
    "Article",
    "Author",
    "Byline",
    "Correction",
    "Edition",
    "EditionAuthor",
    "EditionTag",
    "Image",
    "InterestingLink",
    "Publication",
    "Revision",
    "Section",
    "Source",
    "Spoil",
    "Tag",
    "TaggedArticle",
]
