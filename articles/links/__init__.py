""" "Interesting": what a text points at is recorded, attached, and resolved when live.

In: bodies and articles. Out: bodies whose lines know their targets, rows that say who points where,
and what any number of references lead to now: one query, and one more for the latest of a tag. What
the desk is told of the web of stories has modules of its own: ``web`` of one story, ``report`` and
``graph`` of many, ``pages`` of About and the like, ``outside`` of links to other sites,
``following`` of what readers did.
"""

from .attach import attach, identify, lead_to_heir
from .follow_ups import FollowUps, follow_ups_of
from .labels import INTERESTING, Labels
from .latest import newest_of
from .lines import Body, Told, followed, tell
from .record import line_rows, record
from .resolve import Resolved, find, resolve

__all__ = [
    "INTERESTING",
    "Body",
    "FollowUps",
    "Labels",
    "Resolved",
    "Told",
    "attach",
    "find",
    "follow_ups_of",
    "followed",
    "identify",
    "lead_to_heir",
    "line_rows",
    "newest_of",
    "record",
    "resolve",
    "tell",
]
