"""JSON values to stored values, one function for each kind of field.

Salesforce takes numbers and booleans as text as well, trims text, and keeps datetimes to the second.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.store.values import datetime_text

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\"]+@[^@\s,;<>()\[\]\"]+\.[^@\s,;<>()\[\]\"]+")
# Python reads more of ISO 8601 than the platform does.
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(_DATE.pattern + r"(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?Z?", re.ASCII)
_INT_LIMIT = 2**31
_FIRST_DAY, _LAST_DAY = date(1700, 1, 1), date(4000, 12, 31)


def coerce(field: Field, value: Any) -> Any:
    """The stored form of a JSON value, or None for null and for empty text.

    Raises SalesforceError with the text Salesforce has for the kind of field.
    """
    if value is None or value == "":
        return _empty(field)
    plain = _PLAIN.get(field.type)
    return plain(value) if plain else _COERCIONS[field.type](field, value)


def _empty(field: Field) -> None:
    if field.type is FieldType.BOOLEAN:
        message = f"{field.label}: value not of required type: "
        raise SalesforceError("INVALID_TYPE_ON_FIELD_IN_RECORD", message, fields=(field.name,))


def _unreadable(value: Any, kind: str) -> SalesforceError:
    if isinstance(value, dict):
        token, shown = "START_OBJECT", "{"
    elif isinstance(value, list):
        token, shown = "START_ARRAY", "["
    else:
        token, shown = f"VALUE_{_token(value)}", str(value)
    text = f"Cannot deserialize instance of {kind} from {token} value {shown}"
    text += " or request may be missing a required field at [line:1, column:1]"
    return SalesforceError("JSON_PARSER_ERROR", text)


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return {int: "NUMBER_INT", float: "NUMBER_FLOAT"}.get(type(value), "STRING")


def _text(field: Field, value: Any) -> str | None:
    if isinstance(value, dict | list):
        raise _unreadable(value, "string")
    if isinstance(value, bool):
        value = str(value).lower()
    text = str(value).strip()
    if field.length and len(text) > field.length:
        message = f"{field.label}: data value too large: {text} (max length={field.length})"
        raise SalesforceError("STRING_TOO_LONG", message, fields=(field.name,))
    return text or None


def _email(field: Field, value: Any) -> str | None:
    """An address, in lower case: so Salesforce keeps it, and so CumulusCI's recordings have it."""
    text = _text(field, value)
    if text is not None and not _EMAIL.fullmatch(text):
        message = f"{field.label}: invalid email address: {text}"
        raise SalesforceError("INVALID_EMAIL_ADDRESS", message, fields=(field.name,))
    return None if text is None else text.lower()


def _picklist(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is None or not field.restricted_picklist:
        return text
    return _listed(field, text, text)


def _multipicklist(field: Field, value: Any) -> str | None:
    text = _text(field, value)
    if text is None or not field.restricted_picklist:
        return text
    return ";".join(_listed(field, part, text) for part in text.split(";"))


def _listed(field: Field, wanted: str, shown: str) -> str:
    folded = wanted.casefold()
    for candidate in field.picklist_values:
        if candidate.active and candidate.value.casefold() == folded:
            return candidate.value
    message = f"{field.label}: bad value for restricted picklist field: {shown}"
    raise SalesforceError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, fields=(field.name,))


def _boolean(value: Any) -> int:
    if isinstance(value, bool):
        return int(value)
    text = str(value).strip().casefold()
    if text in {"true", "1"}:
        return 1
    if text in {"false", "0"}:
        return 0
    raise _unreadable(value, "boolean")


def _number(value: Any, kind: str) -> float:
    if isinstance(value, bool | dict | list):
        raise _unreadable(value, kind)
    try:
        number = float(value)
    except ValueError:
        raise _unreadable(value, kind) from None
    if not math.isfinite(number):
        raise _unreadable(value, kind)
    return number


def _integer(value: Any) -> int:
    number = _number(value, "int")
    if abs(number) >= _INT_LIMIT or number != int(number):
        raise _unreadable(value, "int")
    return int(number)


def _double(field: Field, value: Any) -> float:
    number = _number(value, "double")
    digits_before_point = field.precision - field.scale
    if field.precision and abs(number) >= 10**digits_before_point:
        message = f"{field.label}: value outside of valid range on numeric field: {number}"
        raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE", message, fields=(field.name,))
    unit = Decimal(1).scaleb(-field.scale)
    return float(Decimal(str(number)).quantize(unit, ROUND_HALF_UP)) if field.precision else number


def _of_form(form: re.Pattern[str], value: Any) -> str:
    """The value, if it is a text of the form. Raises ValueError."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError(value)
    return value


def _date(field: Field, value: Any) -> str:
    try:
        day = date.fromisoformat(_of_form(_DATE, value))
    except ValueError:
        raise _unreadable(value, "date") from None
    _require_calendar(field, day)
    return day.isoformat()


def _require_calendar(field: Field, day: date) -> None:
    """Raises NUMBER_OUTSIDE_VALID_RANGE. Source: Object Reference, primitive data types."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        message = f"{field.label}: invalid date: {day:%a %b %d} 00:00:00 GMT {day.year:04}"
        raise SalesforceError("NUMBER_OUTSIDE_VALID_RANGE", message, fields=(field.name,))


def _datetime(field: Field, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(_of_form(_DATETIME, value))
    except ValueError:
        raise _unreadable(value, "datetime") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    _require_calendar(field, moment.date())
    return datetime_text(moment.replace(microsecond=0))


def _time(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(f"1970-01-01T{_of_form(_TIME, value)}")
    except ValueError:
        raise _unreadable(value, "time") from None
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _blob(value: Any) -> str:
    """The text of the base64 itself, which is how it is stored."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise _unreadable(value, "base64Binary") from None
    return str(value)


def _reference(field: Field, value: Any) -> str:
    """An Id of 18 characters. Whether the record exists is checked elsewhere."""
    try:
        return to_18(value)
    except (ValueError, TypeError):
        message = f"{field.label}: id value of incorrect type: {value}"
        raise SalesforceError("MALFORMED_ID", message, fields=(field.name,)) from None


# These need nothing of the field but its type.
_PLAIN: dict[FieldType, Callable[[Any], Any]] = {
    FieldType.BOOLEAN: _boolean,
    FieldType.INT: _integer,
    FieldType.TIME: _time,
    FieldType.BASE64: _blob,
}
_COERCIONS: dict[FieldType, Callable[[Field, Any], Any]] = {
    **dict.fromkeys(FieldType, _text),
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.EMAIL: _email,
    FieldType.PICKLIST: _picklist,
    FieldType.MULTIPICKLIST: _multipicklist,
    FieldType.DOUBLE: _double,
    FieldType.CURRENCY: _double,
    FieldType.PERCENT: _double,
    FieldType.REFERENCE: _reference,
    FieldType.ID: _reference,
}
