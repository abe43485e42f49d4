"""Date literals such as LAST_N_DAYS:30 as half-open ranges of days.

Weeks begin on Sunday, and the fiscal year is the calendar year: an org's defaults for the
locale en_US. Source: SOQL and SOSL Reference, "Date Formats and Date Literals".
"""

import datetime as dt
import re
from collections.abc import Callable
from typing import NamedTuple
from zoneinfo import ZoneInfo

_UNITS = ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
_PLURALS = tuple(f"{unit}S" for unit in ("DAY", *_UNITS))

PLAIN_DATE_LITERALS = frozenset(
    ["YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"]
    + [f"{which}_{unit}" for which in ("LAST", "THIS", "NEXT") for unit in _UNITS]
)
COUNTED_DATE_LITERALS = frozenset(
    [f"{which}_N_{unit}" for which in ("LAST", "NEXT") for unit in _PLURALS]
    + [f"N_{unit}_AGO" for unit in _PLURALS]
)

_SHAPE = re.compile(
    r"(?P<which>LAST|THIS|NEXT|N)_(?:N_|90_)?(?:FISCAL_)?(?P<unit>DAY|WEEK|MONTH|QUARTER|YEAR)S?(?P<ago>_AGO)?"
)
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


class DayRange(NamedTuple):
    """Days from start up to and without end.

    running: the range ends at the present moment, so that nothing recorded lies after it. What `>` means for
    such a range is not documented; queries in the field take it to mean after its beginning. zone: in which
    the days begin and end.
    """

    start: dt.date
    end: dt.date
    running: bool = False
    zone: ZoneInfo = ZoneInfo("GMT")


def day_range(literal: str, count: int | None, today: dt.date) -> DayRange:
    """The days a date literal means.

    literal: in capitals, without its number; count: that number. What leaves the calendar ends at its edge.
    """
    if literal in _SINGLE_DAYS:
        return _days(today, _SINGLE_DAYS[literal], 1)
    found = _SHAPE.fullmatch(literal)
    if found is None:
        raise ValueError(literal)
    unit, which = found["unit"], found["which"]
    if "_90_" in literal:
        count = 90
    if found["ago"]:
        return _periods(unit, today, -(count or 0), 1)
    if count is None:
        return _periods(unit, today, {"LAST": -1, "THIS": 0, "NEXT": 1}[which], 1)
    if which == "NEXT":
        return _periods(unit, today, 1, count)
    if unit == "DAY":
        return _days(today, -count, count + 1)._replace(running=True)
    return _periods(unit, today, -count, count)


_SINGLE_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}


def _periods(unit: str, today: dt.date, first: int, count: int) -> DayRange:
    if unit == "DAY":
        return _days(today, first, count)
    if unit == "WEEK":
        sunday = today - dt.timedelta(days=today.isoweekday() % 7)
        return _days(sunday, first * 7, count * 7)
    months = _MONTHS[unit]
    this = (today.year * 12 + today.month - 1) // months
    return DayRange(
        _first_of_month((this + first) * months), _first_of_month((this + first + count) * months)
    )


def _days(origin: dt.date, first: int, count: int) -> DayRange:
    return DayRange(
        _clamped(lambda: origin + dt.timedelta(days=first), first),
        _clamped(lambda: origin + dt.timedelta(days=first + count), first + count),
    )


def _first_of_month(months_since_year_zero: int) -> dt.date:
    year, month = divmod(months_since_year_zero, 12)
    return _clamped(lambda: dt.date(year, month + 1, 1), year - 1)


def _clamped(compute: Callable[[], dt.date], direction: int) -> dt.date:
    try:
        return compute()
    except (OverflowError, ValueError):
        return dt.date.max if direction > 0 else dt.date.min
