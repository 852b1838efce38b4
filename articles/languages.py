"""What follows from a language code."""

from django.utils.translation import get_language_info

# Languages written from right to left that Django has no entry for.
_RIGHT_TO_LEFT = frozenset({"ckb", "dv", "ps", "sd", "ug", "ur", "yi"})


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``, for a code such as ``ur`` or ``ur-PK``."""
    base = language.partition("-")[0].lower()
    try:
        return "rtl" if get_language_info(base)["bidi"] else "ltr"
    except KeyError:
        return "rtl" if base in _RIGHT_TO_LEFT else "ltr"
