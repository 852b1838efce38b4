"""Lines that lead elsewhere. Works on what ``clean`` returns, and only on that."""

import re
from collections.abc import Callable
from html import escape

_LABEL = re.compile(r' data-label="[^"]*"')


def replace_lines(html: str, target: int, replacement: Callable[[int, str], str]) -> str:
    """``html`` with ``replacement(number, line)`` for each line to the article ``target``.

    ``line`` is its HTML, ``number`` counts these lines from 0.
    """
    number = -1

    def replaced(match):
        nonlocal number
        number += 1
        return replacement(number, match[0])

    return re.sub(rf'<aside data-interesting="{target:d}"[^>]*>[^<]*</aside>', replaced, html)


def move_line(line: str, *, target: int, headline: str) -> str:
    """``line`` leading to ``target``. Of what it said of itself it keeps its label only: a pinned
    headline was that of the other story, and so was the reason for it.
    """
    label = _LABEL.search(line)
    return (
        f'<aside data-interesting="{target:d}"{label[0] if label else ""}>'
        f"{escape(headline, quote=False)}</aside>"
    )
