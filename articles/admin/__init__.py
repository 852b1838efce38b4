"""The desk: screens, forms, widgets. It calls ``publishing`` and decides nothing.

In: what a journalist types and which button was pressed. Out: one verb called, and its refusal said
in plain words beside everything that was typed. Each noun has a file; a story has more: ``article``
(its list and its form), ``verbs`` (withdraw, correct, restore), ``lookups`` (what the editor's
pickers ask), ``form`` and ``fields``, ``conflict`` and ``compare`` (two versions side by side).
"""

from django.contrib import admin

from .article import ArticleAdmin
from .author import AuthorAdmin
from .front import FrontAdmin
from .image import ImageAdmin
from .publication import PublicationAdmin
from .report import LinksReport
from .section import SectionAdmin
from .series import SeriesAdmin
from .standing_page import StandingPageAdmin
from .tag import TagAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "FrontAdmin",
    "ImageAdmin",
    "LinksReport",
    "PublicationAdmin",
    "SectionAdmin",
    "SeriesAdmin",
    "StandingPageAdmin",
    "TagAdmin",
]

admin.site.site_header = "Newsroom"
admin.site.site_title = "Newsroom"
admin.site.index_title = "The desk"
