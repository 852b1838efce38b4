"""What the newsroom keeps: one noun a file, with its constraints and the questions it answers."""

from .accepted import AcceptedLine, AcceptedLines, RefusedLine
from .article import Article, Byline
from .author import Author
from .correction import Correction
from .edition import FOREVER, Edition
from .external_link import ExternalLink, ExternalReference
from .follow import Follow, PageFollow
from .follow_up import FollowUp
from .front import SLOTS, BreakingNews, FrontSlot
from .image import Image, PictureUse
from .link import InterestingLink
from .listed import EditionAuthor, EditionTag
from .moved_lines import MovedLines
from .publication import Publication
from .revision import Revision
from .search import FormerFacet, SearchName, SearchRow, SearchWord
from .section import Section
from .series import MOST_PARTS, Series
from .source import Source
from .spoil import Spoil
from .standing_page import FormerPage, StandingPage
from .tag import FormerTag, Tag, TaggedArticle
from .text_link import TextLink

__all__ = [
    "FOREVER",
    "MOST_PARTS",
    "SLOTS",
    "AcceptedLine",
    "AcceptedLines",
    "Article",
    "Author",
    "BreakingNews",
    "Byline",
    "Correction",
    "Edition",
    "EditionAuthor",
    "EditionTag",
    "ExternalLink",
    "ExternalReference",
    "Follow",
    "FollowUp",
    "FormerFacet",
    "FormerPage",
    "FormerTag",
    "FrontSlot",
    "Image",
    "InterestingLink",
    "MovedLines",
    "PageFollow",
    "PictureUse",
    "Publication",
    "RefusedLine",
    "Revision",
    "SearchName",
    "SearchRow",
    "SearchWord",
    "Section",
    "Series",
    "Source",
    "Spoil",
    "StandingPage",
    "Tag",
    "TaggedArticle",
    "TextLink",
]
