"""Bringing records back from the bin, and with them what went there because of them."""

from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.dml.plan import WritePlan
from emulators.salesforce.dml.rules import NO_RULES, RULES
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote


def undelete_record(dml: Writing, plan: WritePlan, record_id: str) -> None:
    """Take one record out of the bin. Look-ups that its deletion emptied stay empty.

    Raises UNDELETE_FAILED for a record that is not in the bin.
    """
    row = load_record(dml.org.db, plan.sobject, record_id)
    if row is None:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", 404)
    if not row.get("IsDeleted"):
        raise SalesforceError("UNDELETE_FAILED", "Entity is not in the recycle bin")
    _restore(dml, plan.sobject, row["Id"], row["LastModifiedDate"])


def _restore(dml: Writing, sobject: SObjectType, record_id: str, deleted_at: str) -> None:
    table = quote(sobject.name)
    dml.org.db.execute(
        f'UPDATE {table} SET "IsDeleted" = 0, "LastModifiedDate" = ?, "LastModifiedById" = ?, '  # noqa: S608 -- quoted name
        '"SystemModstamp" = ? WHERE "Id" = ?',
        (dml.now, dml.actor_id, dml.now, record_id),
    )
    row = dml.require_record(sobject, record_id)
    for after in RULES.get(sobject.name, NO_RULES).after_undelete:
        after(dml, row)
    for child, field in list(dml.org.schema.children_of(sobject.name)):
        if child.modelled and "IsDeleted" in child.fields and _goes_along(field):
            _restore_children(dml, child, field, record_id, deleted_at)


def _restore_children(
    dml: Writing, child: SObjectType, field: Field, record_id: str, deleted_at: str
) -> None:
    found = dml.org.db.all(
        f'SELECT "Id" FROM {quote(child.name)} WHERE {quote(field.name)} = ? '  # noqa: S608 -- quoted names
        'AND "IsDeleted" = 1 AND "LastModifiedDate" = ?',
        (record_id, deleted_at),
    )
    for child_row in found:
        _restore(dml, child, child_row["Id"], deleted_at)


def _goes_along(field: Field) -> bool:
    return field.delete_constraint == "Cascade" or field.master_detail
