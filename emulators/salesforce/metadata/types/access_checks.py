"""References of permission sets and profiles, checked alike."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.grants import granted_user_permissions
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.schema.user_permissions import evaluated_permissions, user_permissions
from emulators.salesforce.soap.envelope import child_named, text_of

# element, its child that names something, the type of what is named
_REFERENCES = (
    ("applicationVisibilities", "application", "CustomApplication"),
    ("classAccesses", "apexClass", "ApexClass"),
    ("customPermissions", "name", "CustomPermission"),
    ("flowAccesses", "flow", "Flow"),
    ("pageAccesses", "apexPage", "ApexPage"),
    ("recordTypeVisibilities", "recordType", "RecordType"),
)
_TABS = (("tabSettings", "tab"), ("tabVisibilities", "tab"))
_NEEDS_READ = ("allowCreate", "allowDelete", "allowEdit", "viewAllRecords", "modifyAllRecords")
_STANDARD = ("standard__", "standard-")
# Standard objects that the org has no table for; access to them can be granted all the same.
_WITHOUT_TABLE = {"UserExternalCredential"}


def reference_problems(component: Component, draft: Draft) -> Iterator[Problem]:
    """Everything the component names that the org has not."""
    root = component.element
    if root is None:
        return
    yield from _object_problems(component, root, draft)
    yield from _field_problems(component, root, draft)
    for element_name, child, type_name in _REFERENCES:
        for entry in elements_named(root, element_name):
            name = text_of(entry, child)
            if not name.startswith(_STANDARD) and not draft.exists(type_name, name):
                yield component.problem(f"In field: {child} - no {type_name} named {name} found", entry)
    for element_name, child in _TABS:
        for entry in elements_named(root, element_name):
            name = text_of(entry, child)
            if not name.startswith(_STANDARD) and not draft.exists("CustomTab", name):
                yield component.problem(f"In field: {child} - no CustomTab named {name} found", entry)
    known = user_permissions()
    for entry in elements_named(root, "userPermissions"):
        name = text_of(entry, "name")
        if name not in known:
            yield component.problem(f"Unknown user permission: {name}", entry)


def access_remark(component: Component) -> str:
    """What a deploy says about user permissions that are kept and change nothing in the local org."""
    granted = granted_user_permissions(component.element) if component.element is not None else {}
    idle = sorted(name for name, on in granted.items() if on and name not in evaluated_permissions())
    return (
        f"The local org keeps these user permissions but does not evaluate them: {', '.join(idle)}"
        if idle
        else ""
    )


def _object_problems(component: Component, root: etree._Element, draft: Draft) -> Iterator[Problem]:
    for entry in elements_named(root, "objectPermissions", "customSettingAccesses"):
        setting = child_named(entry, "object") is None
        name = text_of(entry, "name" if setting else "object")
        if name in _WITHOUT_TABLE:
            continue
        if draft.sobject(name) is None:
            label = "name" if setting else "object"
            yield component.problem(f"In field: {label} - no CustomObject named {name} found", entry)
            continue
        for permission in _NEEDS_READ:
            if text_of(entry, permission) == "true" and text_of(entry, "allowRead") != "true":
                verb = permission.removeprefix("allow")
                yield component.problem(
                    f"Permission {verb}{name} depends on permission(s): Read{name}", entry
                )


def _field_problems(component: Component, root: etree._Element, draft: Draft) -> Iterator[Problem]:
    for entry in elements_named(root, "fieldPermissions"):
        name = text_of(entry, "field")
        object_name, _, field_name = name.partition(".")
        field = draft.field(object_name, field_name)
        sobject = draft.sobject(object_name)
        if field is None or sobject is None or sobject.securing(field) is not field:
            yield component.problem(f"In field: field - no CustomField named {name} found", entry)
        elif _always_visible(field):
            yield component.problem(f"You cannot deploy to a required field: {name}", entry)


def _always_visible(field: Field) -> bool:
    """True for fields outside field-level security: required ones, names and master-detail look-ups."""
    optional = field.nillable or field.type is FieldType.BOOLEAN
    return not optional or field.master_detail or field.name_field
