"""Finding the records that a write names."""

from collections.abc import Mapping
from typing import Any

from emulators.salesforce.dml.checks import find_by
from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import Database, quote


def load_record(db: Database, sobject: SObjectType, record_id: str) -> Row | None:
    """The stored row, in the bin or not. Raises MALFORMED_ID for what is no Id of the object."""
    try:
        wanted = to_18(record_id)
    except ValueError:
        raise SalesforceError("MALFORMED_ID", f"malformed id {record_id}") from None
    if not wanted.startswith(sobject.key_prefix):
        message = f"{sobject.label} ID: id value of incorrect type: {record_id}"
        raise SalesforceError("MALFORMED_ID", message, fields=("Id",))
    row = db.one(f'SELECT * FROM {quote(sobject.name)} WHERE "Id" = ?', (wanted,))  # noqa: S608 -- quoted names
    return dict(row) if row else None


def reference_value(dml: Writing, field: Field, value: Any) -> Any:
    """The stored form of a value; a look-up may name its record by external id instead of Id.

    That form is the relationship with one field: `"Account": {"External_Id__c": "A-1"}`. Where the look-up
    leads to several objects, the attributes say to which one.
    """
    if not (field.reference_to and isinstance(value, Mapping)):
        return coerce(field, value)
    keys = {k: v for k, v in value.items() if k not in {"attributes", "type"}}
    attributes = value.get("attributes")
    declared = attributes.get("type") if isinstance(attributes, Mapping) else None
    target = dml.plan(str(value.get("type") or declared or field.reference_to[0]))
    if len(keys) != 1:
        raise SalesforceError(
            "INVALID_FIELD", f"Exactly one external id is needed for {field.relationship_name}"
        )
    name, wanted = next(iter(keys.items()))
    key = target.field(name)
    if key is None or not (key.external_id or key.id_lookup):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise SalesforceError("INVALID_FIELD", message)
    found = find_by(dml.org.db, target.sobject, key, coerce(key, wanted))
    if len(found) != 1:
        message = f"Foreign key external ID: {wanted} not found for field {key.name} "
        message += f"in entity {target.sobject.name}"
        raise SalesforceError("INVALID_FIELD", message)
    return found[0]
