"""Flow: every deploy makes a version; at most one version is active. None is run.

Source: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_visual_workflow.htm
"""

from typing import Any

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Refused
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import MISSING_TO_DELETE, MetadataType, keep
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import child_named, text_of
from emulators.salesforce.standins import stand_in_for

_ACTIVE, _OBSOLETE = "Active", "Obsolete"
_DEFINITIONS, _VERSIONS = "FlowDefinitionView", "FlowVersionView"


class Flow(MetadataType):
    """Kept with its versions. A deploy of the very same file makes none. Some have a rule that stands in."""

    def remark(self, component: Component, draft: Draft) -> str:
        stand_in = stand_in_for(component.member.full_name)
        if stand_in is None:
            return super().remark(component, draft)
        return (
            "The local org does not run flows. While this one is active, a stand-in of the local org "
            f"{stand_in.does}"
        )

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        element = component.element
        earlier = draft.components.find(component.member)
        if element is not None and (earlier is None or earlier.content != etree.tostring(element)):
            _add_version(component.member.full_name, element, draft)
        return keep(component, draft)

    def remove(self, member: Member, draft: Draft) -> None:
        """One version (`Name-1`), and with the last one the Flow itself; or all of them by the bare name."""
        name, _, number = member.full_name.rpartition("-")
        if number.isdecimal() and _definition(name, draft) is not None:
            _remove_version(name, int(number), draft)
            return
        definition = _definition(member.full_name, draft)
        if definition is not None and definition["IsActive"]:
            raise Refused(f"{member.full_name}: active flows cannot be deleted; deactivate it first")
        super().remove(member, draft)
        _forget(member.full_name, draft)


def _remove_version(name: str, number: int, draft: Draft) -> None:
    durable = _durable(name, number)
    version = draft.org.db.one('SELECT * FROM "FlowVersionView" WHERE "DurableId" = ?', (durable,))
    if version is None:
        raise Refused(MISSING_TO_DELETE.format(type="Flow", name=durable))
    if version["Status"] == _ACTIVE:
        raise Refused(f"{durable}: active flows cannot be deleted; deactivate it first")
    draft.org.db.execute('DELETE FROM "FlowVersionView" WHERE "DurableId" = ?', (durable,))
    rest = 'SELECT 1 FROM "FlowVersionView" WHERE "FlowDefinitionViewId" = ?'
    if draft.org.db.one(rest, (_durable(name),)) is None:
        draft.components.remove(Member("Flow", name))
        _forget(name, draft)


def _forget(name: str, draft: Draft) -> None:
    """Without a version there is no definition, and nothing to switch on."""
    draft.components.remove(Member("FlowDefinition", name))
    draft.org.db.execute('DELETE FROM "FlowDefinitionView" WHERE "ApiName" = ?', (name,))
    versions = 'DELETE FROM "FlowVersionView" WHERE "FlowDefinitionViewId" = ?'
    draft.org.db.execute(versions, (_durable(name),))


class FlowDefinition(MetadataType):
    """Switches a version on, or with 0 all off."""

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        name = component.member.full_name
        number = "" if component.element is None else text_of(component.element, "activeVersionNumber")
        if number.isdecimal():
            _activate(name, int(number), draft)
        return keep(component, draft)


def _durable(name: str, number: int | None = None) -> str:
    return name if number is None else f"{name}-{number}"


def _definition(name: str, draft: Draft) -> Any:
    return draft.org.db.one('SELECT * FROM "FlowDefinitionView" WHERE "ApiName" = ?', (name,))


def _add_version(name: str, element: etree._Element, draft: Draft) -> None:
    dml = Dml(draft.org, SYSTEM)
    definition = _definition(name, draft)
    number = 1 if definition is None else definition["VersionNumber"] + 1
    status = text_of(element, "status") or "Draft"
    shared: dict[str, Any] = {
        "Label": text_of(element, "label"),
        "ProcessType": text_of(element, "processType") or "Flow",
    }
    shared |= {"VersionNumber": number, "LastModifiedDate": dml.now}
    dml.insert(
        _VERSIONS,
        {
            **shared,
            "DurableId": _durable(name, number),
            "FlowDefinitionViewId": _durable(name),
            "Status": status,
        },
    )
    values = {
        **shared,
        "Description": text_of(element, "description") or None,
        "TriggerType": text_of(child_named(element, "start"), "triggerType") or None,
        "LatestVersionId": _durable(name, number),
    }
    if definition is None:
        known = {"DurableId": _durable(name), "ApiName": name, "ManageableState": "unmanaged"}
        dml.insert(_DEFINITIONS, {**known, **values})
    else:
        dml.update(_DEFINITIONS, definition["Id"], values)
    if status == _ACTIVE:
        _activate(name, number, draft)
    elif status == _OBSOLETE:
        _activate(name, 0, draft)


def _activate(name: str, number: int, draft: Draft) -> None:
    """Make one version the active one. number: 0 for none."""
    db, durable = draft.org.db, _durable(name, number)
    db.execute(
        'UPDATE "FlowVersionView" SET "Status" = CASE WHEN "VersionNumber" = ? THEN ? ELSE ? END '
        'WHERE "FlowDefinitionViewId" = ? AND ("Status" = ? OR "VersionNumber" = ?)',
        (number, _ACTIVE, _OBSOLETE, _durable(name), _ACTIVE, number),
    )
    db.execute(
        'UPDATE "FlowDefinitionView" SET "ActiveVersionId" = ?, "IsActive" = ? WHERE "ApiName" = ?',
        (durable if number else None, int(number > 0), name),
    )
