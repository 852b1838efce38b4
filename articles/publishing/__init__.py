"""The verbs. Revisions and editions are made here and nowhere else.

Each takes the thing first and the rest by keyword, is one transaction, and writes the keys that it
spoils in it. What happens outside the database happens after commit.
"""

from .automatic import automatic_lines, story_of
from .content import Content
from .editions import EARLIEST, BadMoment, NotLive, NotReady, announce, correct, publish, withdraw
from .follow_ups import NotAFollowUp, declare_follow_up, undo_follow_up
from .front import (
    Placed,
    StaleFront,
    arrange_front,
    arrangement,
    break_news,
    end_breaking_news,
)
from .lines import Accepted, NothingFits, accept, allow_lines, proposals, refuse_lines, take_back
from .moving import NothingToMove, move_lines, move_lines_back
from .nouns import change, remove
from .revisions import StaleVersion, restore, save
from .standing_pages import StalePage, change_page, remove_page
from .tags import TagGone, merge_tags

__all__ = [
    "EARLIEST",
    "Accepted",
    "BadMoment",
    "Content",
    "NotAFollowUp",
    "NotLive",
    "NotReady",
    "NothingFits",
    "NothingToMove",
    "Placed",
    "StaleFront",
    "StalePage",
    "StaleVersion",
    "TagGone",
    "accept",
    "allow_lines",
    "announce",
    "arrange_front",
    "arrangement",
    "automatic_lines",
    "break_news",
    "change",
    "change_page",
    "correct",
    "declare_follow_up",
    "end_breaking_news",
    "merge_tags",
    "move_lines",
    "move_lines_back",
    "proposals",
    "publish",
    "refuse_lines",
    "remove",
    "remove_page",
    "restore",
    "save",
    "story_of",
    "take_back",
    "undo_follow_up",
    "withdraw",
]
