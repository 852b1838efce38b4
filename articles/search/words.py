"""One rule for what a word is, used for what is indexed and for what is asked.

In: any text. Out: words in one spelling: no capitals, accents, vowel signs of Arabic script or
English plurals, one letter for the letters that Urdu, Arabic and Persian keyboards write
differently, ASCII digits. Characters of scripts that put no spaces between words are words each.
"""

import re
import unicodedata
from functools import lru_cache

RULES = 1  # goes up when a change here makes other words of the same text
LONGEST = 48  # characters of a word; what follows is cut off, here and in a query alike

FACET = "§"  # begins what stands in the index for a section, tag, author or language
IN_HEADLINE = "¶"  # begins a word of the headline once more; neither sign is ever part of a word


def _marks():
    """Combining marks and invisible joiners, which belong to the word that they stand in."""
    kept = (chr(code) for code in range(0x300, 0x10000) if _is_mark(chr(code)))
    return "".join(kept) + "\u00ad"


def _is_mark(character):
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")


_MARKS = re.escape(_marks())
# Letters and digits; and, within a word, the points of U.S.A.
_RUN = re.compile(rf"(?:[^\W_]\.){{2,}}|(?:[^\W_][{_MARKS}]*)+")
# Nothing is between these and the next word: Han, kana, Hangul is left whole.
_WORD_EACH = re.compile(
    r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
# Accents, the vowel signs of Arabic and Hebrew; those of Indic scripts are letters in all but name.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_LETTERS = str.maketrans(
    {
        "ي": "ی", "ى": "ی", "ې": "ی", "ك": "ک", "ڪ": "ک", "ە": "ہ", "ه": "ہ", "ة": "ہ",
        "ۃ": "ہ", "ھ": "ہ", "ٱ": "ا", "ء": None,
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i",
    }
)  # fmt: skip
_POSSESSIVE = re.compile(r"['’ʼ＇]s\b", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]{4,}")
_NO_PLURALS = frozenset({"news", "always", "perhaps", "texas", "wales", "paris", "series"})


def words(text: str) -> list[str]:
    """The words of ``text`` in order."""
    return [word for word, _, _ in spans(text)]


def spans(text: str):
    """Each word of ``text`` with where it begins and ends there; several may share one place."""
    for run in _RUN.finditer(text):
        begin, end = run.span()
        if run[0] in "sS" and _POSSESSIVE.match(text, begin - 1):
            continue  # the bridge's
        for word in _words_of(run[0]):
            yield word, begin, end


@lru_cache(maxsize=100_000)
def _words_of(run):
    text = unicodedata.normalize("NFKC", run.replace(".", "")).casefold()
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = unicodedata.normalize("NFC", "".join(c for c in text if not _is_invisible(c)))
    parts = _RUN.findall(_WORD_EACH.sub(r" \1 ", text))
    return tuple(_singular("".join(map(_digit, part)))[:LONGEST] for part in parts)


def _is_invisible(character):
    return unicodedata.category(character) == "Cf"


def _digit(character):
    if not character.isascii() and character.isdecimal():
        return str(unicodedata.decimal(character))
    return character


def _singular(word):
    """Harman's S-stemmer (1991): floods and flood are one word; other endings stay."""
    if word[-1:] != "s" or word in _NO_PLURALS or not _LATIN.fullmatch(word):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) or len(word) < 5 else word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("es"):
        return word if word.endswith(("aes", "ees", "oes")) else word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def facet(kind: str, key: object) -> str:
    """What stands in the index for a thing: ``section``, ``tag``, ``author`` or ``language``."""
    return f"{FACET}{kind[0]}{key}"
