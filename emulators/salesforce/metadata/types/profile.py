"""Profile: what a deploy says is merged into what the profile said before."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.access_checks import access_remark, reference_problems
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.grants import granted_user_permissions, write_grants
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.metadata.types.record_type import make_default
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import (
    METADATA_NS,
    child_elements,
    local_name,
    new_root,
    parse_xml,
    text_of,
)

# what tells two entries of a profile's element apart
_KEYS = {
    "applicationVisibilities": ("application",),
    "classAccesses": ("apexClass",),
    "customPermissions": ("name",),
    "customSettingAccesses": ("name",),
    "fieldPermissions": ("field",),
    "flowAccesses": ("flow",),
    "layoutAssignments": ("layout", "recordType"),
    "objectPermissions": ("object",),
    "pageAccesses": ("apexPage",),
    "recordTypeVisibilities": ("recordType",),
    "tabVisibilities": ("tab",),
    "userPermissions": ("name",),
}
_OWN = {"custom": "false", "userLicense": "Salesforce"}


# The file name of a standard profile is not its label.
STANDARD_PROFILES = {"Admin": "System Administrator"}


class Profile(CheckedType):
    """What it grants is added to the permission set that the profile owns; the administrator has all anyway.

    Layout assignments, tabs and applications are kept and not looked at.
    """

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        return reference_problems(component, draft)

    def remark(self, component: Component, draft: Draft) -> str:
        if component.member.full_name not in self.builtin_names(draft.org):
            return "The local org makes no profiles: it keeps this one, and nobody has it"
        return access_remark(component)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        if component.element is not None:
            _grant(
                STANDARD_PROFILES.get(component.member.full_name, component.member.full_name),
                component.element,
                draft,
            )
        earlier = draft.components.find(component.member)
        if component.element is None or earlier is None:
            return keep(component, draft)
        return keep(component, draft, _merged(parse_xml(earlier.content), component.element))

    def builtin_names(self, org: Org) -> list[str]:
        files = {label: name for name, label in STANDARD_PROFILES.items()}
        labels = (row["Name"] for row in org.db.all('SELECT "Name" FROM "Profile" ORDER BY "Name"'))
        return [files.get(label, label) for label in labels]

    def builtin(self, name: str, org: Org) -> etree._Element:
        del name, org
        return _profile([_own(name) for name in _OWN])

    def retrieve(self, element: etree._Element) -> etree._Element:
        present = {local_name(child) for child in child_elements(element)}
        return _profile([*child_elements(element), *(_own(n) for n in _OWN if n not in present)])


def _grant(profile: str, element: etree._Element, draft: Draft) -> None:
    owned = draft.org.db.one(
        'SELECT s."Id" FROM "PermissionSet" s JOIN "Profile" p ON p."Id" = s."ProfileId" WHERE p."Name" = ?',
        (profile,),
    )
    if owned is None:
        return
    write_grants(owned["Id"], element, draft)
    told = {f"Permissions{name}": enabled for name, enabled in granted_user_permissions(element).items()}
    known = {name: enabled for name, enabled in told.items() if draft.field("PermissionSet", name)}
    if known:
        Dml(draft.org, SYSTEM).update("PermissionSet", owned["Id"], known)
    for entry in elements_named(element, "recordTypeVisibilities"):
        if text_of(entry, "default") == "true":
            make_default(draft, text_of(entry, "recordType"), profile)


def _own(name: str) -> etree._Element:
    made = etree.Element(f"{{{METADATA_NS}}}{name}")
    made.text = _OWN[name]
    return made


def _merged(old: etree._Element, new: etree._Element) -> etree._Element:
    entries = {_key(child): child for child in child_elements(old)}
    entries |= {_key(child): child for child in child_elements(new)}
    return _profile(list(entries.values()))


def _key(child: etree._Element) -> tuple[str, ...]:
    name = local_name(child)
    return (name, *(text_of(child, key) for key in _KEYS.get(name, ())))


def _profile(children: list[etree._Element]) -> etree._Element:
    root = new_root("Profile")
    root.extend(sorted((parse_xml(etree.tostring(child)) for child in children), key=_key))
    return root
