"""Slugs: the part of an address that names a thing, in any script.

``slug_for`` turns a name into a slug; ``free_slug`` makes it different from those taken.
"""

import hashlib
import unicodedata
from collections.abc import Callable

MAX_LENGTH = 120  # characters; in UTF-8, escaped, an address stays well under 2,000 bytes

# Words that stand after a slug in an address (``/tag/floods/feed/``): never a slug themselves.
RESERVED = frozenset({"feed", "atom", "json", "page", "rss"})

# Signs that tell one name from another ("C", "C++", "C#") and that a slug would otherwise drop.
_SPOKEN = {"+": " plus ", "#": " sharp ", "&": " and ", "@": " at ", "%": " percent "}


def slug_for(name: str) -> str:
    """A slug for ``name``: lower case, letters, marks and digits of any script, single hyphens.

    Never empty and never a reserved word. Names with nothing to keep ("!!!") get a short digest,
    so that different names stay different.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = "".join(_SPOKEN.get(character, character) for character in text)
    kept = (_kept(character) for character in text if character not in "'’‘")
    slug = unicodedata.normalize("NFC", "-".join("".join(kept).split()))
    if len(slug) > MAX_LENGTH:
        slug = slug[:MAX_LENGTH].rsplit("-", 1)[0]
    if not slug or slug in RESERVED:
        digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
        slug = f"{slug}-{digest}".strip("-")
    return slug


def _kept(character):
    """What a slug has of it: itself, nothing, or a space between two words.

    Combining marks belong to the letters of many scripts (हिन्दी), though ``\\w`` leaves them out.
    What nobody sees joins the letters around it (ශ්‍රී) or says nothing, but for the two signs that
    keep letters apart.
    """
    category = unicodedata.category(character)
    if category[0] in "LNM":
        return character
    return "" if category == "Cf" and character not in "\u200b\u200c" else " "


def free_slug(slug: str, is_taken: Callable[[str], bool]) -> str:
    """``slug``, or the first of ``slug-2``, ``slug-3``, … for which ``is_taken`` is false."""
    candidate, number = slug, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate
