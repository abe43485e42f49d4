"""Values of a field whose type a deploy changes: kept where they fit the new type, lost where they do not.

Source: https://help.salesforce.com/s/articleView?id=platform.notes_on_changing_custom_field_types.htm
"""

from typing import Any

from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.rows import update_row


def refit(org: Org, before: SObjectType, after: SObjectType) -> None:
    """Bring all records of an object to the types that its fields have now."""
    changed = [field for field in after.fields.values() if _is_other(before.fields.get(field.name), field)]
    if not changed or not after.modelled:
        return
    for found in org.db.all(f"SELECT * FROM {quote(after.name)}"):  # noqa: S608 -- quoted name
        old = dict(found)
        update_row(
            org.db, after, old, {**old, **{field.name: _fitted(field, old[field.name]) for field in changed}}
        )


def _is_other(before: Field | None, after: Field) -> bool:
    return before is not None and before.type is not after.type and not after.formula


def _fitted(field: Field, stored: Any) -> Any:
    """The value in the stored form of the field's type; nothing, or an empty checkbox, where it has none."""
    if field.type is FieldType.BOOLEAN:
        return int(str(stored) in {"1", "true"})
    whole = isinstance(stored, float) and stored.is_integer()
    try:
        return coerce(field, int(stored) if whole else stored)
    except SalesforceError:
        return None
