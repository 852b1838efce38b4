"""Tables as they are stored, and as they are shown: with heads that say what they head, and columns
of numbers that align."""

import re
from html import unescape

TABLE = re.compile(
    r"<table>(?:<caption>(?P<caption>[^<]*)</caption>)?<tbody>(?P<rows>.*?)</tbody></table>",
    re.DOTALL,
)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(
    r'<(?P<tag>t[dh])(?: colspan="(?P<across>\d+)")?(?: rowspan="(?P<down>\d+)")?>'
    r"(?P<text>.*?)</t[dh]>",
    re.DOTALL,
)
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!<p>).)*)</p>", re.DOTALL)
_NOTE = re.compile(r"<span [^>]*>[^<]*</span>")
_TAG = re.compile(r"<[^>]*>")
# "−1,204.50", "38 %", "£12", "5.61 m"; a year is one too.
_NUMBER = re.compile(
    r"[+\-−–±<>≤≥~]?\s?[$€£¥₹₨]?\s?\d[\d.,'’٬٫\s]*\s?(?:%|‰|°C?|[a-z]{1,3}[²³]?|[$€£¥₹₨])?"
)
_NOTHING = re.compile(r"[-–—−…/.]*|n/a", re.IGNORECASE)


class Table:
    def __init__(self, match: re.Match):
        self.caption = match["caption"] or ""  # escaped
        self._rows = [list(_CELL.finditer(row)) for row in _ROW.findall(match["rows"])]
        self._columns = list(_columns(self._rows))
        self._numbers = self._columns_of_numbers()

    def html(self, attributes: str = "") -> str:
        caption = f"<caption>{self.caption}</caption>" if self.caption else ""
        count = self._count_of_heads()
        rows = [
            self._row(cells, columns, "col" if number < count else "row")
            for number, (cells, columns) in enumerate(zip(self._rows, self._columns, strict=True))
        ]
        head = f"<thead>{''.join(rows[:count])}</thead>" if count else ""
        body = f"<tbody>{''.join(rows[count:])}</tbody>"
        return f"<table{attributes}>{caption}{head}{body}</table>"

    def _count_of_heads(self):
        """How many rows at the top hold nothing but heads, unless all do."""
        for number, cells in enumerate(self._rows):
            if any(cell["tag"] == "td" for cell in cells):
                return number
        return 0

    def _columns_of_numbers(self):
        kinds = {}
        for cells, columns in zip(self._rows, self._columns, strict=True):
            for cell, column in zip(cells, columns, strict=True):
                words = " ".join(unescape(_TAG.sub("", _NOTE.sub("", cell["text"]))).split())
                if cell["tag"] == "td" and not _NOTHING.fullmatch(words):
                    kinds.setdefault(column, set()).add(bool(_NUMBER.fullmatch(words)))
        return {column for column, kind in kinds.items() if kind == {True}}

    def _row(self, cells, columns, scope):
        return f"<tr>{''.join(map(self._cell, cells, columns, [scope] * len(cells)))}</tr>"

    def _cell(self, cell, column, scope):
        tag, text = cell["tag"], cell["text"]
        across, down = cell["across"], cell["down"]
        attributes = f' colspan="{across}"' if across else ""
        attributes += f' rowspan="{down}"' if down else ""
        if tag == "th":
            is_group = across if scope == "col" else down
            attributes += f' scope="{scope}{"group" if is_group else ""}"'
        if column in self._numbers and not across:
            attributes += ' class="number"'
        alone = _ONE_PARAGRAPH.fullmatch(text)
        return f"<{tag}{attributes}>{alone[1] if alone else text}</{tag}>"


def _columns(rows):
    """The columns that the cells of each row begin in, those from rows above taken into account."""
    taken = {}  # column → rows below that a cell reaches into
    for cells in rows:
        columns, column = [], 0
        below = {place: left - 1 for place, left in taken.items() if left > 1}
        for cell in cells:
            while taken.get(column):
                column += 1
            columns.append(column)
            width, height = int(cell["across"] or 1), int(cell["down"] or 1)
            if height > 1:
                below |= dict.fromkeys(range(column, column + width), height - 1)
            column += width
        taken = below
        yield columns
