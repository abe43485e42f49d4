"""Deleting a record together with what belongs to it."""

from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.dml.pointing import point_elsewhere
from emulators.salesforce.dml.rules import NO_RULES, RULES
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote
from emulators.salesforce.store.rows import update_row

_KEPT = {"CreatedById", "LastModifiedById", "OwnerId"}


def delete_record(dml: Writing, plan: WritePlan, record_id: str) -> None:
    """Move one record to the bin; children are deleted, released, or forbid it, as their look-up says.

    Records of objects without a bin are removed for good.
    """
    row = dml.require_record(plan.sobject, record_id)
    rules = RULES.get(plan.sobject.name, NO_RULES)
    for check in rules.before_delete:
        check(dml, row)
    _delete_whole(dml, plan.sobject, row)


def _delete_whole(dml: Writing, sobject: SObjectType, row: Row) -> None:
    """The record goes before its children, so that those which lead back to it end there."""
    _remove(dml, sobject, row)
    for child, field in list(dml.org.schema.children_of(sobject.name)):
        if field.name not in _KEPT and child.modelled:
            _settle_children(dml, row, child, field)
    for after in RULES.get(sobject.name, NO_RULES).after_delete:
        after(dml, row)


def _settle_children(dml: Writing, row: Row, child: SObjectType, field: Field) -> None:
    alive = ' AND "IsDeleted" = 0' if "IsDeleted" in child.fields else ""
    table, column = quote(child.name), quote(field.name)
    found = dml.org.db.all(f'SELECT "Id" FROM {table} WHERE {column} = ?{alive}', (row["Id"],))  # noqa: S608 -- quoted
    if not found:
        return
    if field.delete_constraint == "Restrict":
        message = (
            f"Your attempt to delete {row.get('Name') or row['Id']} could not be completed because it is "
            f"associated with the following {child.label_plural}.: {', '.join(r['Id'] for r in found)}"
        )
        raise SalesforceError("DELETE_FAILED", message)
    if field.delete_constraint == "Cascade" or field.master_detail:
        own = dml.on_behalf_of_the_org()
        for child_row in found:
            _delete_child(own, child, child_row["Id"])
        return
    # What is in the bin keeps what it pointed at, for the day it comes back with it.
    point_elsewhere(dml, child, field, [r["Id"] for r in found], None)


def _delete_child(own: Writing, child: SObjectType, record_id: str) -> None:
    """Children go without the checks that protect them from being deleted on their own.

    One that went with another child a moment ago is gone already.
    """
    row = load_record(own.org.db, child, record_id)
    if row is not None and not row.get("IsDeleted"):
        _delete_whole(own, child, row)


def _remove(dml: Writing, sobject: SObjectType, row: Row) -> None:
    table = quote(sobject.name)
    if "IsDeleted" not in sobject.fields:
        dml.org.db.execute(f'DELETE FROM {table} WHERE "Id" = ?', (row["Id"],))  # noqa: S608 -- quoted names
        return
    gone = {**row, "IsDeleted": 1, "LastModifiedDate": dml.now, "LastModifiedById": dml.actor_id}
    update_row(dml.org.db, sobject, row, {**gone, "SystemModstamp": dml.now})
