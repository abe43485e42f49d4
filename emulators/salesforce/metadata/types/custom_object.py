"""CustomObject: custom objects of every kind, and the files with parts of standard objects."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.registry import OBJECT_CHILDREN
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.object_kinds import (
    METADATA_TYPE_SUFFIX,
    kind_problems,
    name_field,
    new_object,
)
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import child_elements, local_name, new_root, text_of

_SUFFIXES = ("__c", "__kav", "__x", "__mdt", "__e", "__b")
_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*__[a-z]+")
_NAME_RULE = (
    "Object Name: The Object Name field can only contain underscores and alphanumeric characters. It must be "
    "unique, begin with a letter, not include spaces, not end with an underscore, and not contain two "
    "consecutive underscores."
)
_APPLIED_SUFFIXES = ("__c", METADATA_TYPE_SUFFIX)


class CustomObject(CheckedType):
    """Applied to the schema; of standard objects only the parts inside the file are."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        name, element = component.member.full_name, component.element
        known = draft.sobject(name)
        if element is None or (known is not None and (not known.custom or not _defines(element))):
            return
        if not name.endswith(_SUFFIXES):
            yield component.problem("fullName must end with: " + " or ".join(_SUFFIXES))
            return
        if not name.endswith(_APPLIED_SUFFIXES):
            suffix = "__" + name.rpartition("__")[2]
            yield component.problem(f"The local org does not support: objects ending with {suffix}")
            return
        if not _NAME.fullmatch(name):
            yield component.problem(_NAME_RULE)
        if not _defines(element):
            yield component.problem(f"In field: fullName - no CustomObject named {name} found")
            return
        if not text_of(element, "label"):
            yield component.problem("Must specify a non-empty label for the CustomObject")
        yield from kind_problems(component, element)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        name, element = component.member.full_name, component.element
        known = draft.sobject(name)
        if element is not None and name.endswith(_APPLIED_SUFFIXES) and _defines(element):
            made = new_object(name, element, draft) if known is None else known
            draft.put_object(_with_settings(made, element))
        return keep(component, draft, None if element is None else _without_children(element))

    def builtin_names(self, org: Org) -> list[str]:
        return list(org.schema.objects)

    def builtin(self, name: str, org: Org) -> etree._Element:
        del name, org
        return new_root("CustomObject")

    def remove(self, member: Member, draft: Draft) -> None:
        sobject = draft.sobject(member.full_name)
        if sobject is None or not sobject.custom:
            raise Refused(f"No CustomObject named: {member.full_name} found")
        users = [
            f"{other.name}.{field.name}"
            for other, field in draft.schema.children_of(sobject.name)
            if field.custom and other.name != sobject.name
        ]
        if users:
            raise Refused(f"This custom object is referenced elsewhere in Salesforce: {', '.join(users)}")
        for type_name in OBJECT_CHILDREN.values():
            for inside in list(draft.components.inside(type_name, sobject.name)):
                draft.components.remove(Member(type_name, inside.full_name))
        # Its layouts go with it; one by one Salesforce would keep the last.
        for layout in list(draft.components.of_type("Layout")):
            if layout.full_name.startswith(f"{sobject.name}-"):
                draft.components.remove(Member("Layout", layout.full_name))
        for record in list(
            draft.components.inside("CustomMetadata", sobject.name.removesuffix(METADATA_TYPE_SUFFIX))
        ):
            draft.components.remove(Member("CustomMetadata", record.full_name))
        draft.components.remove(member)
        for table in ("ObjectPermissions", "FieldPermissions", "RecordType"):
            draft.org.db.execute(f'DELETE FROM "{table}" WHERE "SobjectType" = ?', (sobject.name,))  # noqa: S608 -- fixed names
        draft.drop_object(sobject.name)


def _defines(element: etree._Element) -> bool:
    """True when the file says what the object is, not only what is inside it."""
    settings = {"label", "nameField", "deploymentStatus", "sharingModel", "customSettingsType", "pluralLabel"}
    return any(local_name(child) in settings for child in child_elements(element))


def _with_settings(sobject: SObjectType, element: etree._Element) -> SObjectType:
    """The object with what a later deploy may change."""
    changed = replace(
        sobject,
        label=text_of(element, "label"),
        label_plural=text_of(element, "pluralLabel") or text_of(element, "label"),
        activities=text_of(element, "enableActivities") == "true",
        sharing_model=text_of(element, "sharingModel") or sobject.sharing_model,
        searchable=text_of(element, "enableSearch") != "false",
    )
    if sobject.custom_setting or sobject.name.endswith(METADATA_TYPE_SUFFIX):
        return changed
    return changed.with_field(name_field(element))


def _without_children(element: etree._Element) -> etree._Element:
    bare = new_root("CustomObject")
    bare.extend(
        etree.fromstring(etree.tostring(child))
        for child in child_elements(element)
        if local_name(child) not in OBJECT_CHILDREN
    )
    return bare
