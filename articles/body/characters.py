"""Characters that no page or feed may hold."""

import re
import unicodedata

# What XML 1.0 does not allow (https://www.w3.org/TR/xml/#charsets): most control characters, lone
# surrogates, U+FFFE and U+FFFF. One vertical tab, pasted from a word processor, breaks a feed; NUL
# is refused by PostgreSQL.
_ILLEGIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAKS = re.compile("\x0b|\x0c|\r\n?")


def legible(text: str) -> str:
    """``text`` without the characters that XML forbids; old line breaks become new lines."""
    return _ILLEGIBLE.sub("", _LINE_BREAKS.sub("\n", text))


def is_seen(text: str) -> bool:
    """Whether there is anything in ``text`` that an eye could meet."""
    return any(unicodedata.category(c) not in ("Cf", "Cc", "Zs", "Zl", "Zp") for c in text)
