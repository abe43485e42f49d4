"""Profile: what a deploy says is merged into what the profile said before."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.components import StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.access_checks import reference_problems
from emulators.salesforce.metadata.types.base import CheckedType, keep
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


class Profile(CheckedType):
    """Kept and reference-checked. Grants nothing: access comes from permission sets, and Admin has all."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        return reference_problems(component, draft)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        earlier = draft.components.find(component.member)
        if component.element is None or earlier is None:
            return keep(component, draft)
        return keep(component, draft, _merged(parse_xml(earlier.content), component.element))

    def retrieve(self, element: etree._Element) -> etree._Element:
        present = {local_name(child) for child in child_elements(element)}
        return _profile([*child_elements(element), *(_own(n) for n in _OWN if n not in present)])


def empty_profile() -> etree._Element:
    """The file of a profile that no deploy has touched."""
    return _profile([_own(name) for name in _OWN])


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
