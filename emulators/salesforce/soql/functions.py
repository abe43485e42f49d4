"""Functions that SQLite lacks and queries need: moments in a time zone, values as a locale writes them."""

import datetime as dt
import sqlite3
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.store.values import datetime_text

_LOCAL = "%Y-%m-%dT%H:%M:%S.000+0000"
_NUMBERS = {FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}


def zone_named(key: str) -> ZoneInfo:
    """A time zone by the key that users have; GMT for one this machine does not know."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("GMT")


def register(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection; repeats cost microseconds."""
    connection.create_function("local_moment", 2, local_moment)
    connection.create_function("formatted", 3, formatted)


def local_moment(stored: str | None, zone: str) -> str | None:
    """A stored time, in UTC, as the clock of a zone shows it, still in the stored form."""
    if stored is None:
        return None
    return dt.datetime.fromisoformat(stored).astimezone(ZoneInfo(zone)).strftime(_LOCAL)


def formatted(stored: str | float | None, kind: str, zone: str) -> str | None:
    """A value as the locale en_US writes it, times in the zone. Source: SOQL and SOSL Reference, FORMAT."""
    if stored is None:
        return None
    if kind in _NUMBERS:
        return _number(float(stored), kind)
    if kind == FieldType.DATE:
        day = dt.date.fromisoformat(str(stored))
        return f"{day.month}/{day.day}/{day.year}"
    if kind == FieldType.TIME:
        return _time(dt.time.fromisoformat(str(stored).rstrip("Z")))
    moment = dt.datetime.fromisoformat(str(stored)).astimezone(ZoneInfo(zone))
    return f"{moment.month}/{moment.day}/{moment.year}, {_time(moment.time())}"


def midnight(day: dt.date, zone: ZoneInfo) -> str:
    """The stored form of the moment a day begins in a zone."""
    try:
        return datetime_text(dt.datetime.combine(day, dt.time(), zone))
    except OverflowError:
        return f"{day.isoformat()}T00:00:00.000+0000"


def _number(value: float, kind: str) -> str:
    if kind == FieldType.CURRENCY:
        return f"-${-value:,.2f}" if value < 0 else f"${value:,.2f}"
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{text}%" if kind == FieldType.PERCENT else text


def _time(moment: dt.time) -> str:
    return f"{(moment.hour + 11) % 12 + 1}:{moment.minute:02d} {'AM' if moment.hour < 12 else 'PM'}"
