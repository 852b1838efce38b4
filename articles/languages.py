"""What follows from a language code."""

from functools import lru_cache
from unicodedata import bidirectional

from django.core.validators import RegexValidator
from django.utils.translation import get_language_info

# Languages written from right to left that Django has no entry for.
_RIGHT_TO_LEFT = frozenset({"ckb", "dv", "ps", "sd", "ug", "ur", "yi"})

_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}  # https://www.unicode.org/reports/tr9/#P2

_NAMES = {
    "ckb": "کوردی", "dv": "ދިވެހި", "ps": "پښتو", "sd": "سنڌي", "ug": "ئۇيغۇرچە", "ur": "اردو",
}  # fmt: skip

_LATIN = "0123456789"
_ARABIC_INDIC, _PERSIAN = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"
_BENGALI, _NAGARI = "০১২৩৪৫৬৭৮৯", "०१२३४५६७८९"
# The digits of running text: papers from Cairo to Riyadh print ٠١٢, those of the Maghreb and the
# Emirates 012, and so do those of Pakistan.
_DIGITS = (
    dict.fromkeys(("ar-ae", "ar-dz", "ar-eh", "ar-ly", "ar-ma", "ar-tn"), _LATIN)
    | dict.fromkeys(("ar", "ckb", "sd"), _ARABIC_INDIC)
    | dict.fromkeys(("fa", "ks", "ps", "ur-in"), _PERSIAN)
    | dict.fromkeys(("as", "bn"), _BENGALI)
    | dict.fromkeys(("mr", "ne", "sa"), _NAGARI)
)

validate_language = RegexValidator(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", "Write a language code such as en, ur or pt-BR."
)


def own_name(language: str) -> str:
    """What the language of a code is called by those who speak it; the code if Django knows none.

    Languages that Django has no entry for are few, and theirs stand here.
    """
    base = language.partition("-")[0].lower()
    for code in (language.lower(), base):
        try:
            return get_language_info(code)["name_local"]
        except KeyError:
            pass
    return _NAMES.get(base, language)


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``, for a code such as ``ur`` or ``ur-PK``."""
    base = language.partition("-")[0].lower()
    try:
        return "rtl" if get_language_info(base)["bidi"] else "ltr"
    except KeyError:
        return "rtl" if base in _RIGHT_TO_LEFT else "ltr"


def direction_of_words(words: str, otherwise: str) -> str:
    """``rtl`` or ``ltr``, by the first letter that has a direction, as for ``dir="auto"``."""
    strong = (_STRONG[kind] for kind in map(bidirectional, words) if kind in _STRONG)
    return next(strong, otherwise)


def in_digits_of(language: str, words: object) -> str:
    """``words`` with the Latin digits in them written as is usual in ``language``.

    For what the site itself counts and dates; an author's own words are left as they are.
    """
    return str(words).translate(_digits(language.lower()))


@lru_cache
def _digits(language):
    base = language.partition("-")[0]
    return str.maketrans(_LATIN, _DIGITS.get(language) or _DIGITS.get(base, _LATIN))
