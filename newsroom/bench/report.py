"""Tables and bars as plain text."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Say = Callable[[str], None]


@dataclass(frozen=True)
class Bar:
    """A claim about ``value``, which is the worst that was measured."""

    claim: str
    value: float
    limit: float
    where: str = ""
    is_ceiling: bool = True
    is_count: bool = False

    @property
    def is_met(self) -> bool:
        return self.value <= self.limit if self.is_ceiling else self.value >= self.limit

    def __str__(self):
        bound = "at most" if self.is_ceiling else "at least"
        value = f"{self.value:.0f}" if self.is_count else f"{self.value:.2f}"
        where = f" ({self.where})" if self.where else ""
        verdict = "met" if self.is_met else "not met"
        return f"{verdict:<8} {self.claim}: {value}, {bound} {self.limit:g}{where}"


def table(head: Iterable[str], rows: Iterable[Iterable]) -> str:
    """Columns as wide as what stands in them: the first flush left, the others right."""
    lines = [[*map(str, head)], *([*map(str, row)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    aligned = [
        "  ".join(
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([aligned[0], "  ".join("-" * width for width in widths), *aligned[1:]])
