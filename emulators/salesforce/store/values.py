"""Stored values to JSON and back to storage form."""

import json
from datetime import UTC, datetime
from typing import Any

from emulators.salesforce.schema.model import Field, FieldType

_NUMBERS = {FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}


def datetime_text(moment: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmm+0000`, always UTC, so that the order of strings is the order of time."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}+0000"


def to_json(field: Field, stored: Any) -> Any:
    """A stored value as REST answers show it."""
    if stored is None:
        return False if field.type is FieldType.BOOLEAN else None
    if field.type is FieldType.BOOLEAN:
        return bool(stored)
    if field.type in _NUMBERS:
        return float(stored)
    if field.type is FieldType.ADDRESS:
        return json.loads(stored)
    return stored
