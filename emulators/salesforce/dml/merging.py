"""Merging: two or three leads, contacts or accounts become one, and what pointed at the others points at it.

Source: SOAP API Developer Guide, merge.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.pointing import point_elsewhere
from emulators.salesforce.dml.rules.members import PERSONS, show_person
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.store.database import quote

MERGEABLE = ("Lead", "Contact", "Account")
MOST_MERGED = 2
_MASTER = "MasterRecordId"
_MEMBER = "CampaignMember"


def merge(
    dml: Dml, object_name: str, master_id: str, values: Mapping[str, Any], merged_ids: Sequence[str]
) -> list[str]:
    """Merge records into a master, all or nothing; the Ids of the records that moved to it.

    values: what the master gets besides. The others go to the bin, with the master's Id. Raises
    SalesforceError.
    """
    if object_name not in MERGEABLE:
        raise SalesforceError("INVALID_TYPE", f"entity type {object_name} does not support merge")
    plan = dml.plan(object_name)
    merged = [_full_id(record_id) for record_id in merged_ids]
    master_id = _full_id(master_id)
    if not 1 <= len(set(merged)) == len(merged) <= MOST_MERGED or master_id in merged:
        message = f"a merge names one or {MOST_MERGED} records besides the master"
        raise SalesforceError("INVALID_ARGUMENT", message)
    with dml.org.transaction():
        for record_id in (master_id, *merged):
            if dml.require_record(plan.sobject, record_id).get("IsConverted"):
                raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        dml.update(object_name, master_id, values)
        own = dml.on_behalf_of_the_org()
        moved = [
            one for record_id in merged for one in _move_children(own, plan.sobject, record_id, master_id)
        ]
        if object_name in PERSONS:
            show_person(own, own.require_record(plan.sobject, master_id))
        for record_id in merged:
            own.update(object_name, record_id, {_MASTER: master_id})
            dml.delete(object_name, record_id)
    return sorted(set(moved))


def _full_id(record_id: str) -> str:
    try:
        return to_18(record_id)
    except ValueError:
        raise SalesforceError("MALFORMED_ID", f"malformed id {record_id}") from None


def _move_children(own: Dml, sobject: SObjectType, old: str, new: str) -> list[str]:
    moved = []
    for child, field in own.org.schema.children_of(sobject.name):
        if child.modelled and field.name != _MASTER:
            moved += _move(own, child, field, old, new)
    return moved


def _move(own: Dml, child: SObjectType, field: Field, old: str, new: str) -> list[str]:
    """Memberships in campaigns that the master is in already stay, and go with the record merged."""
    table, column = quote(child.name), quote(field.name)
    kept = ""
    values: tuple[str, ...] = (old,)
    if child.name == _MEMBER:
        there = f'SELECT "CampaignId" FROM {table} WHERE {column} = ? AND "IsDeleted" = 0'  # noqa: S608 -- quoted names
        kept = f' AND "CampaignId" NOT IN ({there})'
        values = (old, new)
    rows = own.org.db.all(f'SELECT "Id" FROM {table} WHERE {column} = ?{kept}', values)  # noqa: S608 -- quoted names
    moved = [row["Id"] for row in rows]
    point_elsewhere(own, child, field, moved, new)
    return moved
