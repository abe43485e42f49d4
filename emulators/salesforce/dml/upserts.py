"""Which record an upsert means, and which upserts of one call mean the same."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from emulators.salesforce.dml.checks import find_by
from emulators.salesforce.dml.lookup import reference_value
from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.dml.plan import WritePlan
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field
from emulators.salesforce.store.database import Database

AT_ONCE = 200


def key_field(plan: WritePlan, name: str) -> Field:
    """The field that tells records apart. Raises NOT_FOUND for any other, and for one that is not seen."""
    field = plan.field(name)
    if field is None or not (field.external_id or field.id_lookup):
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise SalesforceError("NOT_FOUND", message, 404)
    return field


def meant_record(db: Database, plan: WritePlan, field: Field, stored: Any) -> str | None:
    """The Id of the record with the key; None for a new one. Raises DUPLICATE_EXTERNAL_ID for several."""
    found = find_by(db, plan.sobject, field, stored)
    if len(found) > 1:
        listed = ", ".join(found)
        message = f"{field.name}: more than one record found for external id field: [{listed}]"
        raise SalesforceError("DUPLICATE_EXTERNAL_ID", message, 300)
    return found[0] if found else None


def would_create(dml: Writing, operation: Operation) -> bool | None:
    """Whether a refused upsert was one of a new record; None where its key is silent, or for no upsert."""
    if operation.kind is not OperationKind.UPSERT:
        return None
    key = _key_of(dml, operation)
    if key is None:
        return None
    plan, field, stored = key
    if field.name == "Id":
        return stored is None
    return None if stored is None else not find_by(dml.org.db, plan.sobject, field, stored)


def repeated(dml: Writing, operations: Sequence[Operation]) -> set[int]:
    """The places of the upserts whose key another one of their group has: none of them is carried out.

    Which of them should count could not be told. Source: Apex Developer Guide, upserting records; and
    https://salesforce.stackexchange.com/questions/296121, where records are looked at in groups of 200.
    """
    places: set[int] = set()
    for first in range(0, len(operations), AT_ONCE):
        keys = {
            place: _identity(dml, operation)
            for place, operation in enumerate(operations[first : first + AT_ONCE], first)
            if operation.kind is OperationKind.UPSERT
        }
        often = Counter(keys.values())
        places |= {place for place, key in keys.items() if key is not None and often[key] > 1}
    return places


def duplicate_key(operation: Operation) -> SalesforceError:
    """The refusal of one of them."""
    message = f"Duplicate external id specified: {operation.external_id}"
    return SalesforceError("DUPLICATE_VALUE", message, fields=(operation.external_id_field,))


def _identity(dml: Writing, operation: Operation) -> tuple[str, str, Any] | None:
    """What tells an upsert's record from others."""
    key = _key_of(dml, operation)
    if key is None or key[2] is None:
        return None
    plan, field, stored = key
    folds = isinstance(stored, str) and not field.case_sensitive
    return (plan.sobject.name, field.name, stored.casefold() if folds else stored)


def _key_of(dml: Writing, operation: Operation) -> tuple[WritePlan, Field, Any] | None:
    """The key with its stored value; None for one that cannot be read: the write itself will say so."""
    try:
        plan = dml.plan(operation.sobject)
        field = plan.field(operation.external_id_field)
        return None if field is None else (plan, field, reference_value(dml, field, operation.external_id))
    except SalesforceError:
        return None
