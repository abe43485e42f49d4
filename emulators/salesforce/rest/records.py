"""Records as REST shows them."""

from collections.abc import Iterable
from typing import Any

from emulators.salesforce.context import current
from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import not_found
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.store.values import to_json


def visible_object(name: str, access: Access) -> SObjectType:
    """An object by name, as far as the user may see it. Raises NOT_FOUND."""
    sobject = current().org.schema.object_named(name)
    if sobject is None or not sobject.modelled or not access.readable(sobject):
        raise not_found()
    return sobject


def chosen_fields(sobject: SObjectType, access: Access, names: Iterable[str] | None) -> list[Field]:
    """The named fields, or all the user may see. Raises INVALID_FIELD for one that they cannot see."""
    if names is None:
        return [f for f in sobject.fields.values() if access.field_readable(sobject, f)]
    return [_visible_field(sobject, access, name.strip()) for name in names]


def _visible_field(sobject: SObjectType, access: Access, name: str) -> Field:
    field = sobject.field_named(name)
    if field is None or not access.field_readable(sobject, field):
        raise SalesforceError("INVALID_FIELD", f"No such column '{name}' on entity '{sobject.name}'")
    return field


def record_json(sobject: SObjectType, fields: Iterable[Field], row: Row) -> dict[str, Any]:
    """A record with its attributes first and always with its Id."""
    url = f"{current().base_path}/sobjects/{sobject.name}/{row['Id']}"
    body: dict[str, Any] = {"attributes": {"type": sobject.name, "url": url}}
    for field in fields:
        value = to_json(field, row[field.name])
        blob = field.type is FieldType.BASE64 and value is not None
        body[field.name] = f"{url}/{field.name}" if blob else value
    return body if "Id" in body else {**body, "Id": row["Id"]}


def living_record(sobject: SObjectType, record_id: str) -> Row | None:
    """The row, unless it is missing, in the bin, or the Id is none of the object's."""
    try:
        row = load_record(current().org.db, sobject, record_id)
    except SalesforceError:
        return None
    return None if row is None or row.get("IsDeleted") else row
