"""CustomObject: custom objects, hierarchy custom settings, and the files with parts of standard objects."""

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.registry import OBJECT_CHILDREN
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.schema.standard import parse_field, system_fields
from emulators.salesforce.soap.envelope import child_elements, child_named, local_name, new_root, text_of

_SUFFIXES = ("__c", "__kav", "__x", "__mdt", "__e", "__b")
_NAME_TYPES = {"Text", "AutoNumber"}
_NAME_LENGTH = 80


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
        if not name.endswith("__c"):
            suffix = "__" + name.rpartition("__")[2]
            yield component.problem(f"The local org does not support: objects ending with {suffix}")
            return
        if not _defines(element):
            yield component.problem(f"In field: fullName - no CustomObject named {name} found")
            return
        if not text_of(element, "label"):
            yield component.problem("Must specify a non-empty label for the CustomObject")
        if text_of(element, "customSettingsType"):
            yield from _setting_problems(component, element)
        else:
            yield from _record_problems(component, element)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        name, element = component.member.full_name, component.element
        known = draft.sobject(name)
        if element is not None and name.endswith("__c") and _defines(element):
            made = _new_object(name, element, draft) if known is None else known
            draft.put_object(_with_settings(made, element))
        return keep(component, draft, None if element is None else _without_children(element))

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
        draft.components.remove(member)
        for table in ("ObjectPermissions", "FieldPermissions"):
            draft.org.db.execute(f'DELETE FROM "{table}" WHERE "SobjectType" = ?', (sobject.name,))  # noqa: S608 -- two fixed names
        draft.drop_object(sobject.name)


def _defines(element: etree._Element) -> bool:
    """True when the file says what the object is, not only what is inside it."""
    settings = {"label", "nameField", "deploymentStatus", "sharingModel", "customSettingsType", "pluralLabel"}
    return any(local_name(child) in settings for child in child_elements(element))


def _setting_problems(component: Component, element: etree._Element) -> Iterator[Problem]:
    if text_of(element, "customSettingsType") != "Hierarchy":
        at = child_named(element, "customSettingsType")
        yield component.problem("The local org does not support: list custom settings", at)


def _record_problems(component: Component, element: etree._Element) -> Iterator[Problem]:
    if not text_of(element, "pluralLabel"):
        yield component.problem("Must specify a non-empty pluralLabel for the CustomObject")
    name_field = child_named(element, "nameField")
    if name_field is None or text_of(name_field, "type") not in _NAME_TYPES:
        yield component.problem("Must specify a nameField of type Text or AutoNumber", name_field)
    elif not text_of(name_field, "label"):
        yield component.problem("Must specify a non-empty label for the nameField", name_field)
    elif text_of(name_field, "type") == "AutoNumber" and not text_of(name_field, "displayFormat"):
        text = "Must specify 'displayFormat' for a CustomField of type AutoNumber"
        yield component.problem(text, name_field)
    if not text_of(element, "sharingModel"):
        yield component.problem("Must specify a sharingModel for the CustomObject")
    if not text_of(element, "deploymentStatus"):
        yield component.problem("Must specify a deploymentStatus for the CustomObject")


def _new_object(name: str, element: etree._Element, draft: Draft) -> SObjectType:
    label = text_of(element, "label")
    around = system_fields(label)
    leading = {key: around.pop(key) for key in ("Id", "IsDeleted")}
    return SObjectType(
        name=name,
        label=label,
        label_plural=text_of(element, "pluralLabel") or label,
        key_prefix=f"a{draft.org.next_number('custom object'):02d}",
        fields={**leading, **_own_fields(element), **around},
        custom=True,
        custom_setting=text_of(element, "customSettingsType"),
    )


def _own_fields(element: etree._Element) -> dict[str, Field]:
    if text_of(element, "customSettingsType"):
        owner = parse_field(
            "SetupOwnerId", "reference(Organization,Profile,User) required fixed as:SetupOwner | Location", {}
        )
        return {"Name": _setting_name(), "SetupOwnerId": owner}
    owner = parse_field("OwnerId", "reference(User) required defaulted as:Owner | Owner ID", {})
    return {"OwnerId": owner, "Name": _name_field(element)}


def _setting_name() -> Field:
    return Field(
        name="Name",
        label="Name",
        type=FieldType.STRING,
        length=38,
        name_field=True,
        guarded=False,
    )


def _name_field(element: etree._Element) -> Field:
    described = child_named(element, "nameField")
    is_number = text_of(described, "type") == "AutoNumber"
    return Field(
        name="Name",
        label=text_of(described, "label"),
        type=FieldType.STRING,
        length=_NAME_LENGTH,
        nillable=not is_number,
        createable=not is_number,
        updateable=not is_number,
        defaulted_on_create=is_number,
        name_field=True,
        id_lookup=True,
        auto_number=text_of(described, "displayFormat") if is_number else "",
        guarded=False,
    )


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
    if sobject.custom_setting:
        return changed
    return changed.with_field(_name_field(element))


def _without_children(element: etree._Element) -> etree._Element:
    bare = new_root("CustomObject")
    bare.extend(
        etree.fromstring(etree.tostring(child))
        for child in child_elements(element)
        if local_name(child) not in OBJECT_CHILDREN
    )
    return bare
