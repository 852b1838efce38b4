""" "Interesting": what a text points at is recorded, attached, and resolved when live.

In: bodies and articles. Out: bodies whose lines know their targets, rows that say who points where,
and the live targets of any number of references in one query.
"""

from .attach import attach, identify
from .record import record
from .resolve import Resolved, resolve

__all__ = ["Resolved", "attach", "identify", "record", "resolve"]
