"""What permission sets and profiles grant, written as the records that decide access."""

from typing import Any

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.types.custom_permission import custom_permission_id
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.security.entities import METADATA_TYPE
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import text_of
from emulators.salesforce.store.rows import insert_row

_OBJECT_FLAGS = {
    "PermissionsCreate": "allowCreate",
    "PermissionsRead": "allowRead",
    "PermissionsEdit": "allowEdit",
    "PermissionsDelete": "allowDelete",
    "PermissionsViewAllRecords": "viewAllRecords",
    "PermissionsModifyAllRecords": "modifyAllRecords",
    "PermissionsViewAllFields": "viewAllFields",
}
_TABLES = ("ObjectPermissions", "FieldPermissions", "SetupEntityAccess")


def write_grants(parent_id: str, element: etree._Element, draft: Draft) -> None:
    """Write every grant of a PermissionSet or Profile element; one that is named again replaces the earlier.

    parent_id: the permission set, for a profile the one that it owns.
    """
    dml = Dml(draft.org, SYSTEM)
    for entry in elements_named(element, "objectPermissions"):
        _write_object(dml, parent_id, entry, draft)
    for entry in elements_named(element, "fieldPermissions"):
        _write_field(dml, parent_id, entry, draft)
    for entry in elements_named(element, "customPermissions"):
        entity_id = custom_permission_id(text_of(entry, "name"), draft)
        _write_entity(dml, parent_id, entry, (entity_id, "CustomPermission"))
    for entry in elements_named(element, "customMetadataTypeAccesses"):
        found = draft.components.find(Member("CustomObject", text_of(entry, "name")))
        if found is not None:
            _write_entity(dml, parent_id, entry, (found.id, METADATA_TYPE))


def forget_grants(parent_id: str, draft: Draft) -> None:
    """Take everything back."""
    for table in _TABLES:
        draft.org.db.execute(f'DELETE FROM "{table}" WHERE "ParentId" = ?', (parent_id,))  # noqa: S608 -- fixed names


def granted_user_permissions(element: etree._Element) -> dict[str, bool]:
    """User permissions by name, as an element says; those that it does not mention are left out."""
    return {
        text_of(entry, "name"): text_of(entry, "enabled") == "true"
        for entry in elements_named(element, "userPermissions")
    }


def _write_object(dml: Dml, parent_id: str, entry: etree._Element, draft: Draft) -> None:
    sobject = draft.sobject(text_of(entry, "object"))
    if sobject is None:
        return
    _forget_one(dml, "ObjectPermissions", parent_id, "SobjectType", sobject.name)
    flags = {column: text_of(entry, flag) == "true" for column, flag in _OBJECT_FLAGS.items()}
    if any(flags.values()):
        dml.insert("ObjectPermissions", {"ParentId": parent_id, "SobjectType": sobject.name, **flags})


def _write_field(dml: Dml, parent_id: str, entry: etree._Element, draft: Draft) -> None:
    """One field permission; a field that nobody may read or edit leaves no record."""
    object_name, _, field_name = text_of(entry, "field").partition(".")
    sobject, field = draft.sobject(object_name), draft.field(object_name, field_name)
    if sobject is None or field is None:
        return
    name = f"{sobject.name}.{field.name}"
    dml.org.db.execute(
        'DELETE FROM "FieldPermissions" WHERE "ParentId" = ? AND "Field" = ?', (parent_id, name)
    )
    edit = text_of(entry, "editable") == "true"
    if not edit and text_of(entry, "readable") != "true":
        return
    row: dict[str, Any] = {"ParentId": parent_id, "SobjectType": sobject.name, "Field": name}
    dml.insert("FieldPermissions", {**row, "PermissionsRead": True, "PermissionsEdit": edit})


def _write_entity(dml: Dml, parent_id: str, entry: etree._Element, entity: tuple[str, str]) -> None:
    """A grant on something of the set-up. entity: its Id and its type.

    The row is written past the checks of references, because entities are components as well as records.
    """
    entity_id, kind = entity
    _forget_one(dml, "SetupEntityAccess", parent_id, "SetupEntityId", entity_id)
    if text_of(entry, "enabled") == "true":
        access = dml.org.schema.objects["SetupEntityAccess"]
        row = {"Id": dml.org.next_id(access.key_prefix), "ParentId": parent_id}
        row |= {"SetupEntityId": entity_id, "SetupEntityType": kind}
        row |= dict.fromkeys(("CreatedById", "LastModifiedById"), dml.actor_id)
        row |= dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), dml.now)
        insert_row(dml.org.db, access, row)


def _forget_one(dml: Dml, table: str, parent_id: str, column: str, value: str) -> None:
    dml.org.db.execute(f'DELETE FROM "{table}" WHERE "ParentId" = ? AND "{column}" = ?', (parent_id, value))  # noqa: S608 -- fixed names
