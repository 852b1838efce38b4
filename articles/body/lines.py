"""The Interesting line as it is stored: what it may say of itself, in one order.

    <aside data-interesting="42" data-label="Also" data-pinned="" data-origin="suggestion"
     data-reason="shares Floods">headline at the time of writing</aside>

The target is a story's id, ``tag-5`` or ``section-3`` for the latest story of those, or empty while
the line waits for a story of its headline. A label of its own stands in place of the publication's;
a pinned line shows its own words, whatever its story is called today. Where a line was not put in
by hand, its origin and the reason are kept for the desk; readers get neither.
"""

import re
from collections.abc import Mapping
from html import escape

LONGEST_LABEL, LONGEST_REASON = 40, 200  # characters
ORIGINS = ("suggestion", "automatic")
_TARGET = re.compile(r"(?:(?:tag|section)-)?[1-9][0-9]{0,17}", re.ASCII)  # a 64-bit key


def stored_line(attributes: Mapping[str, str], words: str) -> str:
    """The line in its one form, from unescaped ``attributes`` and escaped ``words``.

    What is malformed or does not apply is left out; of a line to nowhere nothing is left.
    """
    target = attributes["data-interesting"]
    if not _TARGET.fullmatch(target):
        target = ""
    if not target and not words:
        return ""
    kept = {"data-interesting": target}
    if label := _short(attributes.get("data-label", ""), LONGEST_LABEL).rstrip(":： "):
        kept["data-label"] = label
    if "data-pinned" in attributes and target and words:
        kept["data-pinned"] = ""
    if (origin := attributes.get("data-origin", "")) in ORIGINS:
        kept["data-origin"] = origin
        if reason := _short(attributes.get("data-reason", ""), LONGEST_REASON):
            kept["data-reason"] = reason
    written = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    return f"<aside{written}>{words}</aside>"


def _short(text, longest):
    """On one line and no longer than that."""
    return " ".join(text.split())[:longest].rstrip()
