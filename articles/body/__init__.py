"""Text in, safe HTML out. Imports no model and runs no query.

In: HTML from the editor, an import or an API. ``clean`` makes it storable; ``find_references`` says
what it points at; ``render`` puts what those references are now into it.
"""

from .characters import is_seen, legible
from .embeds import Embed, embed_at
from .extensions import EXTENSIONS
from .moving import move_line, replace_lines
from .outside import external_links
from .parts import Words
from .pictures import Figure, picture_html
from .plain_text import paragraphs_to_html, plain_text, word_count
from .references import (
    FoundLine,
    FoundReferences,
    fill_in_targets,
    find_addresses,
    find_references,
    lead_elsewhere,
    refer,
)
from .render import Label, References, Target, is_told_by_headline, render, render_for_feed
from .sanitize import BodyRefused, TooDeep, TooLarge, clean

__all__ = [
    "EXTENSIONS",
    "BodyRefused",
    "Embed",
    "Figure",
    "FoundLine",
    "FoundReferences",
    "Label",
    "References",
    "Target",
    "TooDeep",
    "TooLarge",
    "Words",
    "clean",
    "embed_at",
    "external_links",
    "fill_in_targets",
    "find_addresses",
    "find_references",
    "is_seen",
    "is_told_by_headline",
    "lead_elsewhere",
    "legible",
    "move_line",
    "paragraphs_to_html",
    "picture_html",
    "plain_text",
    "refer",
    "render",
    "render_for_feed",
    "replace_lines",
    "word_count",
]
