"""Bringing records back from the bin, and with them what went there because of them."""

from emulators.salesforce.dml.checks import require_unique
from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.dml.pointing import point_elsewhere
from emulators.salesforce.dml.rules import NO_RULES, RULES
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote


def undelete_record(dml: Writing, plan: WritePlan, record_id: str) -> None:
    """Take one record out of the bin.

    Look-ups that its deletion emptied stay empty, and its own are emptied where their target went meanwhile.
    Raises UNDELETE_FAILED for a record that is not in the bin, ENTITY_IS_DELETED while a record is there to
    which it has to belong, and DUPLICATE_VALUE when another has taken its place meanwhile.
    """
    row = load_record(dml.org.db, plan.sobject, record_id)
    if row is None:
        raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", 404)
    if not row.get("IsDeleted"):
        raise SalesforceError("UNDELETE_FAILED", "Entity is not in the recycle bin")
    _require_owners(dml, plan, row)
    _restore(dml, plan.sobject, row["Id"], row["LastModifiedDate"])


def _require_owners(dml: Writing, plan: WritePlan, row: Row) -> None:
    for field in plan.references:
        owner = dml.org.schema.objects.get(field.reference_to[0]) if len(field.reference_to) == 1 else None
        if _goes_along(field) and not field.nillable and owner is not None and row[field.name]:
            dml.require_record(owner, row[field.name])


def _restore(dml: Writing, sobject: SObjectType, record_id: str, deleted_at: str) -> None:
    _require_free_place(dml, sobject, record_id)
    table = quote(sobject.name)
    dml.org.db.execute(
        f'UPDATE {table} SET "IsDeleted" = 0, "LastModifiedDate" = ?, "LastModifiedById" = ?, '  # noqa: S608 -- quoted name
        '"SystemModstamp" = ? WHERE "Id" = ?',
        (dml.now, dml.actor_id, dml.now, record_id),
    )
    _empty_dead_look_ups(dml, sobject, record_id)
    row = dml.require_record(sobject, record_id)
    for after in RULES.get(sobject.name, NO_RULES).after_undelete:
        after(dml, row)
    for child, field in list(dml.org.schema.children_of(sobject.name)):
        if child.modelled and "IsDeleted" in child.fields and _goes_along(field):
            _restore_children(dml, child, field, record_id, deleted_at)


def _empty_dead_look_ups(dml: Writing, sobject: SObjectType, record_id: str) -> None:
    """What the record pointed at may have gone while it was in the bin."""
    row = dml.require_record(sobject, record_id)
    for field in dml.plan(sobject.name).references:
        if row[field.name] and not _goes_along(field) and not _is_there(dml, field, row[field.name]):
            point_elsewhere(dml, sobject, field, [record_id], None)


def _is_there(dml: Writing, field: Field, record_id: str) -> bool:
    targets = (dml.org.schema.objects.get(name) for name in field.reference_to)
    target = next((t for t in targets if t and t.modelled and record_id.startswith(t.key_prefix)), None)
    found = load_record(dml.org.db, target, record_id) if target else None
    return target is None or (found is not None and not found.get("IsDeleted"))


def _require_free_place(dml: Writing, sobject: SObjectType, record_id: str) -> None:
    """Whatever refuses a second record of the kind refuses this one."""
    row = load_record(dml.org.db, sobject, record_id) or {}
    require_unique(dml.org.db, dml.plan(sobject.name), row, None)
    for check in RULES.get(sobject.name, NO_RULES).check:
        check(dml, row, None)


def _restore_children(
    dml: Writing, child: SObjectType, field: Field, record_id: str, deleted_at: str
) -> None:
    found = dml.org.db.all(
        f'SELECT "Id" FROM {quote(child.name)} WHERE {quote(field.name)} = ? '  # noqa: S608 -- quoted names
        'AND "IsDeleted" = 1 AND "LastModifiedDate" = ?',
        (record_id, deleted_at),
    )
    own = dml.on_behalf_of_the_org()
    for child_row in found:
        _restore(own, child, child_row["Id"], deleted_at)


def _goes_along(field: Field) -> bool:
    return field.delete_constraint == "Cascade" or field.master_detail
