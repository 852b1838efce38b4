"""One rule for when two headlines are the same, used wherever a story is found by its headline."""

import unicodedata

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-",
    }
)  # fmt: skip
# What nobody sees and word processors leave behind: joiners, soft hyphens, marks of direction.
_PLAIN |= {code: None for code in range(0x10000) if unicodedata.category(chr(code)) == "Cf"}

MAX_LENGTH = 200  # characters; what the column of keys holds


def headline_key(headline: str) -> str:
    """What two spellings of one headline have in common.

    Quotes, dashes, white space, capitals, compatibility forms and what nobody sees make no
    difference, nor does a full stop at the end.
    """
    text = unicodedata.normalize("NFKC", headline.translate(_PLAIN)).casefold()
    return " ".join(text.split()).rstrip(".")[:MAX_LENGTH]
