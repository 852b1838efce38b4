"""Days, months and years of a time zone, as stretches of moments."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .addresses import address


@dataclass(frozen=True)
class Period:
    """A day, a month or a year: all moments from ``begin`` on and before ``end``, both in UTC."""

    first: date  # its first day
    kind: str  # "day", "month" or "year"
    begin: datetime
    end: datetime

    @property
    def path(self) -> str:
        """Of its page in the archive."""
        parts = {"year": 1, "month": 2, "day": 3}[self.kind]
        return address(f"archive_{self.kind}", *f"{self.first:%Y-%m-%d}".split("-")[:parts])


def period(zone: ZoneInfo, year: int, month: int | None = None, day: int | None = None) -> Period:
    """Of the calendar in ``zone``. Raises ValueError for one that it does not have."""
    first = date(year, month or 1, day or 1)
    try:
        if day:
            kind, following = "day", first + timedelta(days=1)
        elif month:
            kind, following = "month", (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        else:
            kind, following = "year", date(year + 1, 1, 1)
        begin, end = _midnight(first, zone), _midnight(following, zone)
    except OverflowError as error:
        raise ValueError("At the end of the calendar.") from error
    return Period(first, kind, begin, end)


def period_with(moment: datetime, kind: str, zone: ZoneInfo) -> Period:
    """The period of a kind in which ``moment`` (aware) lies."""
    local = moment.astimezone(zone)
    parts = {"year": 1, "month": 2, "day": 3}[kind]
    return period(zone, *(local.year, local.month, local.day)[:parts])


def parts_of(whole: Period, zone: ZoneInfo) -> list[Period]:
    """The months of a year or the days of a month, in order; a day has none."""
    if whole.kind == "day":
        return []
    year, month = whole.first.year, whole.first.month
    if whole.kind == "year":
        return [period(zone, year, n) for n in range(1, 13)]
    length = (whole.end.astimezone(zone).date() - whole.first).days
    return [period(zone, year, month, n) for n in range(1, length + 1)]


def years_between(first: datetime, last: datetime, zone: ZoneInfo) -> list[Period]:
    """All years from that of ``first`` to that of ``last``, in order."""
    begin, end = (moment.astimezone(zone).year for moment in (first, last))
    return [period(zone, year) for year in range(begin, end + 1)]


def _midnight(day, zone):
    """When ``day`` begins; where clocks are put forward at midnight, the moment they are."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
