"""The verbs. Revisions and editions are made here and nowhere else.

Each takes the thing first and the rest by keyword, is one transaction, and writes the keys that it
spoils in it. What happens outside the database happens after commit.
"""

from .content import Content
from .editions import BadMoment, NotLive, NotReady, announce, correct, publish, withdraw
from .follow_ups import NotAFollowUp, declare_follow_up, undo_follow_up
from .front import (
    Placed,
    StaleFront,
    arrange_front,
    arrangement,
    break_news,
    end_breaking_news,
)
from .nouns import change, remove
from .revisions import StaleVersion, restore, save
from .standing_pages import StalePage, change_page, remove_page
from .tags import merge_tags

__all__ = [
    "BadMoment",
    "Content",
    "NotAFollowUp",
    "NotLive",
    "NotReady",
    "Placed",
    "StaleFront",
    "StalePage",
    "StaleVersion",
    "announce",
    "arrange_front",
    "arrangement",
    "break_news",
    "change",
    "change_page",
    "correct",
    "declare_follow_up",
    "end_breaking_news",
    "merge_tags",
    "publish",
    "remove",
    "remove_page",
    "restore",
    "save",
    "undo_follow_up",
    "withdraw",
]
