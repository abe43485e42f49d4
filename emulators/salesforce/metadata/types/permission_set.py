"""PermissionSet: becomes the records that decide what its assignees may do."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.access_checks import access_remark, reference_problems
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.grants import (
    forget_grants,
    granted_user_permissions,
    write_grants,
)
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import text_of


class PermissionSet(CheckedType):
    """A deploy replaces what the set granted before; its assignments stay."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        return reference_problems(component, draft)

    def remark(self, component: Component, draft: Draft) -> str:
        del draft
        return access_remark(component)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        record_id = ""
        if component.element is not None:
            record_id = _write(component.member.full_name, component.element, draft)
        return keep(component, draft, record_id=record_id)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        found = _record_id(member.full_name, draft)
        if found:
            Dml(draft.org, SYSTEM).delete("PermissionSet", found)


def _record_id(name: str, draft: Draft) -> str:
    row = draft.org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (name,))
    return row["Id"] if row else ""


def _write(name: str, element: etree._Element, draft: Draft) -> str:
    dml = Dml(draft.org, SYSTEM)
    values = _record(name, element, draft)
    record_id = _record_id(name, draft)
    if record_id:
        dml.update("PermissionSet", record_id, values)
        forget_grants(record_id, draft)
    else:
        record_id = dml.insert("PermissionSet", values)
    write_grants(record_id, element, draft)
    return record_id


def _record(name: str, element: etree._Element, draft: Draft) -> dict[str, Any]:
    granted = granted_user_permissions(element)
    flags = {
        field.name: granted.get(field.name.removeprefix("Permissions"), False)
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
