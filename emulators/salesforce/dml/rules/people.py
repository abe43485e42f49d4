"""Contacts, leads and users: names put together, and addresses as one value."""

import json

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.schema.model import FieldType, SObjectType

_PARTS = ("city", "country", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state", "street")


def compose_name(_dml: Writing, row: Row, _old: Row | None) -> None:
    """First and last name with a space between; the salutation is not part of it."""
    row["Name"] = " ".join(part for part in (row["FirstName"], row["LastName"]) if part) or None


def compose_addresses(sobject: SObjectType, row: Row) -> None:
    """Every compound address of the object, as JSON; null when all its parts are."""
    for field in sobject.fields.values():
        if field.type is not FieldType.ADDRESS:
            continue
        prefix = field.name.removesuffix("Address")
        address = {part: row.get(prefix + part[0].upper() + part[1:]) for part in _PARTS}
        row[field.name] = json.dumps(address) if any(v is not None for v in address.values()) else None
