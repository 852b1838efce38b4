"""What a page says of itself to machines: search engines, and whoever shows a link as a card.

In: what the page shows, already loaded. Out: ``Metadata`` for ``_metadata.html``, with schema.org's
facts as JSON-LD. No query.
"""

from .head import Metadata, Shared, share_picture, whole_file
from .lists import named, of_archive, of_front, of_list
from .texts import of_article, of_standing_page

__all__ = [
    "Metadata",
    "Shared",
    "named",
    "of_archive",
    "of_article",
    "of_front",
    "of_list",
    "of_standing_page",
    "share_picture",
    "whole_file",
]
