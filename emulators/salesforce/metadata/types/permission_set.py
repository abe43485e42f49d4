"""PermissionSet: becomes the records that decide what its assignees may do."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.access_checks import reference_problems
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import text_of

_OBJECT_FLAGS = {
    "PermissionsCreate": "allowCreate",
    "PermissionsRead": "allowRead",
    "PermissionsEdit": "allowEdit",
    "PermissionsDelete": "allowDelete",
    "PermissionsViewAllRecords": "viewAllRecords",
    "PermissionsModifyAllRecords": "modifyAllRecords",
    "PermissionsViewAllFields": "viewAllFields",
}


class PermissionSet(CheckedType):
    """A deploy replaces what the set granted before; its assignments stay."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        return reference_problems(component, draft)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        if component.element is not None:
            _write(component.member.full_name, component.element, draft)
        return super().apply(component, draft)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        found = _record_id(member.full_name, draft)
        if found:
            Dml(draft.org, SYSTEM).delete("PermissionSet", found)


def _record_id(name: str, draft: Draft) -> str:
    row = draft.org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (name,))
    return row["Id"] if row else ""


def _write(name: str, element: etree._Element, draft: Draft) -> None:
    dml = Dml(draft.org, SYSTEM)
    values = _record(name, element, draft)
    record_id = _record_id(name, draft)
    if record_id:
        dml.update("PermissionSet", record_id, values)
        for table in ("ObjectPermissions", "FieldPermissions"):
            draft.org.db.execute(f'DELETE FROM "{table}" WHERE "ParentId" = ?', (record_id,))  # noqa: S608 -- two fixed names
    else:
        record_id = dml.insert("PermissionSet", values)
    for entry in elements_named(element, "objectPermissions"):
        flags = {column: text_of(entry, flag) == "true" for column, flag in _OBJECT_FLAGS.items()}
        sobject = draft.sobject(text_of(entry, "object"))
        if sobject is not None and any(flags.values()):
            dml.insert("ObjectPermissions", {"ParentId": record_id, "SobjectType": sobject.name, **flags})
    for entry in elements_named(element, "fieldPermissions"):
        _write_field(dml, record_id, entry)


def _write_field(dml: Dml, record_id: str, entry: etree._Element) -> None:
    """One field permission; a field that nobody may read or edit leaves no record."""
    name = text_of(entry, "field")
    edit = text_of(entry, "editable") == "true"
    if not edit and text_of(entry, "readable") != "true":
        return
    row: dict[str, Any] = {"ParentId": record_id, "SobjectType": name.partition(".")[0], "Field": name}
    dml.insert("FieldPermissions", {**row, "PermissionsRead": True, "PermissionsEdit": edit})


def _record(name: str, element: etree._Element, draft: Draft) -> dict[str, Any]:
    granted = {
        text_of(entry, "name")
        for entry in elements_named(element, "userPermissions")
        if text_of(entry, "enabled") == "true"
    }
    flags = {
        field.name: field.name.removeprefix("Permissions") in granted
        for field in draft.org.schema.objects["PermissionSet"].fields.values()
        if field.name.startswith("Permissions")
    }
    return {
        "Name": name,
        "Label": text_of(element, "label"),
        "Description": text_of(element, "description") or None,
        "HasActivationRequired": text_of(element, "hasActivationRequired") == "true",
        "IsCustom": True,
        "IsOwnedByProfile": False,
        "Type": "Regular",
        **flags,
    }
