"""One rule for when two headlines are the same, used wherever a story is found by its headline."""

import unicodedata

_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "\u200c": None, "\u200d": None,
    }
)  # fmt: skip

MAX_LENGTH = 200  # characters; what the column of keys holds


def headline_key(headline: str) -> str:
    """What two spellings of one headline have in common.

    Quotes, dashes, white space, capitals and compatibility forms make no difference, nor does a
    full stop at the end.
    """
    text = unicodedata.normalize("NFKC", headline.translate(_PLAIN)).casefold()
    return " ".join(text.split()).rstrip(".")[:MAX_LENGTH]
