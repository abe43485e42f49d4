"""Values as people read them on screens: in US English, dollars, and the reader's time zone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.security.users import OrgUser

LOCALE, CURRENCY = "en-US", "USD"


def display_value(field: Field, stored: Any, user: OrgUser) -> str | None:
    """The text that stands for a stored value; None for what is read as it is, and for nothing."""
    written = _WRITTEN.get(field.type)
    return None if stored is None or written is None else written(field, stored, user)


def _money(_field: Field, stored: float, _user: OrgUser) -> str:
    return f"-${-stored:,.2f}" if stored < 0 else f"${stored:,.2f}"


def _number(field: Field, stored: float, _user: OrgUser) -> str:
    return f"{stored:,.{field.scale}f}" if field.scale else f"{stored:,.0f}"


def _day(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _moment(_field: Field, stored: str, user: OrgUser) -> str:
    local = datetime.fromisoformat(stored).astimezone(ZoneInfo(user.time_zone))
    return f"{_day(local.date())}, {local.hour % 12 or 12}:{local:%M %p}"


def _label(field: Field, stored: str, _user: OrgUser) -> str:
    labels = {offered.value: offered.label for offered in field.picklist_values}
    return labels.get(stored, stored)


_WRITTEN: Mapping[FieldType, Callable[[Field, Any, OrgUser], str]] = {
    FieldType.CURRENCY: _money,
    FieldType.PERCENT: lambda field, stored, user: f"{_number(field, stored, user)}%",
    FieldType.DOUBLE: _number,
    FieldType.INT: _number,
    FieldType.DATE: lambda _field, stored, _user: _day(date.fromisoformat(stored)),
    FieldType.DATETIME: _moment,
    FieldType.PICKLIST: _label,
}
