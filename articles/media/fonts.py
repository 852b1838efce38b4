"""Fonts of this machine for words drawn into pictures; none is shipped, and none may be there.

``font_for`` finds one that has all letters of a word: of ``settings.SHARE_FONTS`` first, then of
those that systems come with, Noto's before others (Debian: ``fonts-noto-core``).
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont, features

from articles.languages import direction_of

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_ENDINGS = (".ttf", ".otf", ".ttc")
_LATIN = (
    "NotoSerif-Bold", "DejaVuSerif-Bold", "LiberationSerif-Bold", "Georgia Bold", "georgiab",
    "NotoSans-Bold", "DejaVuSans-Bold", "LiberationSans-Bold", "Arial Bold", "arialbd",
    "Arial Unicode",
)  # fmt: skip
_NASKH = (
    "NotoNaskhArabic-Bold", "NotoNaskhArabic-Regular", "Amiri-Bold", "NotoSansArabic-Bold",
    "GeezaPro",
)  # fmt: skip
_NASTALIQ = ("NotoNastaliqUrdu-Bold", "NotoNastaliqUrdu-Regular", "NotoNastaliq", "UrdType")
_IN_NASTALIQ = {"ur", "ks", "pnb", "skr"}
_CJK = ("NotoSerifCJK-Bold", "NotoSansCJK-Bold", "NotoSansCJK-Regular")
_OF_CJK = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
# Without raqm letters stand beside each other as they are in the alphabet; these join or move.
_SIMPLE = {"LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "DIGIT"} | _OF_CJK
_NO_LETTER = "\U0010fffe"  # in no font


@lru_cache(maxsize=4_000)
def font_for(word: str, language: str) -> str | None:
    """The file of the first font that has all letters of ``word``, or None."""
    script = script_of(word)
    if script not in _SIMPLE and not is_shaped():
        return None
    for name in (*_own(), *_names(script, language.partition("-")[0])):
        path = _files().get(name.lower())
        if path and all(_has(path, letter) for letter in set(word)):
            return path
    return None


@lru_cache(maxsize=64)
def font_at(path: str, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=1)
def is_shaped() -> bool:
    """Whether letters can be joined and reordered as scripts such as Arabic need it."""
    return features.check("raqm")


def script_of(word: str) -> str:
    """The first word of the Unicode name of its first letter: LATIN, ARABIC, DEVANAGARI, …"""
    for letter in word:
        if unicodedata.category(letter).startswith("L"):
            return unicodedata.name(letter, "UNKNOWN").split()[0].partition("-")[0]
    return "DIGIT"


def _names(script, language):
    naskh = (*_NASTALIQ, *_NASKH) if language in _IN_NASTALIQ else _NASKH
    if script == "ARABIC" or (script == "DIGIT" and direction_of(language) == "rtl"):
        return (*naskh, *_LATIN)
    if script in _OF_CJK:
        return _CJK
    if script in ("LATIN", "GREEK", "CYRILLIC", "DIGIT"):
        return _LATIN
    own = [
        f"Noto{kind}{script.title()}-{weight}"
        for weight in ("Bold", "Regular")
        for kind in ("Serif", "Sans")
    ]
    return (*own, *_LATIN)


@lru_cache(maxsize=1)
def _own():
    return tuple(path.stem for path in _found(settings.SHARE_FONTS))


@lru_cache(maxsize=1)
def _files():
    """Where each font is, by its file's name in lower case, without the ending."""
    files = {}
    for path in _found([*settings.SHARE_FONTS, *_FOLDERS]):
        files.setdefault(path.stem.lower(), str(path))
    return files


def _found(places):
    for place in map(Path, places):
        place = place.expanduser()
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in paths if path.suffix.lower() in _ENDINGS and path.is_file())


@lru_cache(maxsize=20_000)
def _has(path, letter):
    """Whether the font draws ``letter`` as itself; what has no shape is in every font."""
    if unicodedata.category(letter) in ("Cf", "Zs"):
        return True
    return _drawn(path, letter) != _drawn(path, _NO_LETTER)


def _drawn(path, letter):
    try:
        font = ImageFont.truetype(path, 24, layout_engine=ImageFont.Layout.BASIC)
    except OSError:  # no font, whatever it is called
        return None
    mask = font.getmask(letter)
    return mask.size, bytes(mask)
