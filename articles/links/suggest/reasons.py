"""Why a story is suggested, in words for the desk."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timesince import timesince
from django.utils.translation import gettext as _

SAID_TAGS = 3
SEPARATOR = " · "


@dataclass(frozen=True)
class Reason:
    tags: tuple[str, ...]  # shared, the rarest first
    rarest: float  # of them, from 0 to 1
    is_alike: bool
    published_at: datetime
    lines_in: int  # counted up to ``walk.COUNTED``

    def why(self) -> str:
        """What the stories have in common: what is kept with an accepted line."""
        parts = []
        if self.tags:
            parts.append(_("shares %(tags)s") % {"tags": ", ".join(self.tags[:SAID_TAGS])})
        if self.is_alike:
            parts.append(_("similar words"))
        return SEPARATOR.join(parts)

    def text(self, *, at: datetime) -> str:
        """``shares Floods, Indus · 3 days ago · not yet linked from anywhere``"""
        ago = _("just now")
        if at - self.published_at >= timedelta(minutes=1):
            time = timesince(self.published_at, at, depth=1).replace("\xa0", " ")
            ago = _("%(time)s ago") % {"time": time}
        parts = [self.why(), ago]
        if not self.lines_in:
            parts.append(_("not yet linked from anywhere"))
        return SEPARATOR.join(filter(None, parts))
