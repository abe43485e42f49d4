"""Values of records as pages show them, and what was typed into forms as values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.ids import to_18
from emulators.salesforce.lightning.layout import Placed
from emulators.salesforce.org import Org
from emulators.salesforce.presentation.display import display_value
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.store.database import quote

_NUMBERS = {FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT, FieldType.INT}
LIST_ROWS = 50
_SCHEMES = {FieldType.EMAIL: "mailto", FieldType.PHONE: "tel"}
# Where a page's word is another than the API's.
_SCREEN_LABELS = {"Business Phone": "Phone", "Business Fax": "Fax", "Full Name": "Name"}


def name_field(sobject: SObjectType) -> Field | None:
    """The field that names a record."""
    return next((field for field in sobject.fields.values() if field.name_field), None)


def record_name(sobject: SObjectType, row: Mapping[str, Any]) -> str:
    """How a record is called; its Id where it has no name."""
    field = name_field(sobject)
    return str((row[field.name] if field else "") or row["Id"])


@dataclass(frozen=True, slots=True)
class Shown:
    """A value on a page. text: as people read it. href: where it leads. checked: of a check box."""

    text: str
    href: str = ""
    checked: bool | None = None


def screen_label(sobject: SObjectType, field: Field) -> str:
    """What pages call a field; look-ups are called after what they lead to, and not after its Id."""
    if field.custom or field.type is not FieldType.REFERENCE:
        return _SCREEN_LABELS.get(field.label, field.label)
    if field.name == "OwnerId":
        return f"{sobject.label} Owner"
    return "Account Name" if field.name == "AccountId" else field.label.removesuffix(" ID")


def shown(org: Org, user: OrgUser, field: Field, value: Any) -> Shown:
    """A stored value as a page shows it; a look-up as the name of its record, with the way there."""
    if field.type is FieldType.BOOLEAN:
        return Shown("True" if value else "False", checked=bool(value))
    if value is None:
        return Shown("")
    if field.type is FieldType.REFERENCE:
        return _record(org, field, str(value))
    text = display_value(field, value, user) or str(value)
    web = field.type is FieldType.URL and text.casefold().startswith(("https://", "http://"))
    return Shown(text, text if web else _SCHEMES.get(field.type, "") and f"{_SCHEMES[field.type]}:{text}")


def typed(placed: Iterable[Placed], form: Mapping[str, str]) -> dict[str, Any]:
    """What a form says about the fields that may be written; an empty input is null.

    Look-ups are typed as record Ids.
    """
    values: dict[str, Any] = {}
    for one in placed:
        if one.editable:
            values[one.field.name] = _typed(one.field, form.get(one.field.name, "").strip())
    return values


def records_of(
    org: Org, sobject: SObjectType, where: tuple[str, str] | None = None, ids: list[str] | None = None
) -> list[Any]:
    """Live records, the newest first. where: a field and its value. ids: of the only ones wanted."""
    table, conditions, values = quote(sobject.name), [], []
    if "IsDeleted" in sobject.fields:
        conditions.append('"IsDeleted" = 0')
    if where is not None:
        conditions.append(f"{quote(where[0])} = ?")
        values.append(where[1])
    if ids is not None:
        conditions.append(f'"Id" IN ({", ".join("?" for _ in ids)})')
        values.extend(ids)
    condition = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return org.db.all(
        f'SELECT * FROM {table} {condition} ORDER BY "Id" DESC LIMIT {LIST_ROWS}',  # noqa: S608 -- quoted names
        tuple(values),
    )


def object_of_id(org: Org, record_id: str) -> SObjectType | None:
    """The object whose key prefix an Id has."""
    objects = org.schema.objects.values()
    return next((found for found in objects if found.key_prefix and found.key_prefix == record_id[:3]), None)


def _typed(field: Field, text: str) -> Any:
    if field.type is FieldType.BOOLEAN:
        return bool(text)
    if not text:
        return None
    if field.type in _NUMBERS:
        return _number(text)
    return _widened(text) if field.type is FieldType.REFERENCE else text


def _widened(text: str) -> str:
    """An Id with 18 characters, or the text as it is: the org then says what is wrong with it."""
    try:
        return to_18(text)
    except ValueError:
        return text


def _number(text: str) -> float | str:
    """The number, or the text as it is: the org then says what is wrong with it."""
    try:
        return float(text)
    except ValueError:
        return text


def _record(org: Org, field: Field, record_id: str) -> Shown:
    sobject = object_of_id(org, record_id)
    if sobject is None or sobject.name not in field.reference_to:
        return Shown(record_id)
    query = f'SELECT * FROM {quote(sobject.name)} WHERE "Id" = ?'  # noqa: S608 -- quoted name
    row = org.db.one(query, (record_id,))
    if row is None:
        return Shown(record_id)
    path = f"/lightning/r/{sobject.name}/{record_id}/view" if sobject.searchable else ""
    return Shown(record_name(sobject, dict(row)), path)
