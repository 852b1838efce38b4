"""The verbs. Revisions and editions are made here and nowhere else.

Each takes the thing first and the rest by keyword, is one transaction, and writes the keys that it
spoils in it. What happens outside the database happens after commit.
"""

from .content import Content
from .editions import BadMoment, NotLive, NotReady, announce, correct, publish, withdraw
from .nouns import change, remove
from .revisions import StaleVersion, restore, save

__all__ = [
    "BadMoment",
    "Content",
    "NotLive",
    "NotReady",
    "StaleVersion",
    "announce",
    "change",
    "correct",
    "publish",
    "remove",
    "restore",
    "save",
    "withdraw",
]
