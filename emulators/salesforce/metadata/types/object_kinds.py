"""The kinds of custom objects: records, hierarchy and list custom settings, custom metadata types."""

import re
from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.schema.standard import parse_field, system_fields
from emulators.salesforce.soap.envelope import child_named, text_of

METADATA_TYPE_SUFFIX = "__mdt"
_NAME_TYPES = {"Text", "AutoNumber"}
# What a name that counts looks like when nothing else is asked for: only other fields must say it.
_PLAIN_NUMBER = "{0}"
_PLACES = re.compile(r"\{[^}]*\}")
_NUMBER = re.compile(r"\{0+\}")
_NAME_LENGTH = 80
_HIERARCHY, _LIST = "Hierarchy", "List"
_METADATA_FIELDS = {
    "DeveloperName": "string(40) required | Custom Metadata Record Name",
    "MasterLabel": "string(40) required name | Label",
    "Language": "picklist(40) defaulted | Master Language",
    "NamespacePrefix": "string(15) readonly | Namespace Prefix",
    "Label": "string(40) readonly | Label",
    "QualifiedApiName": "string(70) readonly | Qualified API Name",
}


def kind_problems(component: Component, element: etree._Element) -> Iterator[Problem]:
    """What is missing for the kind of object that the element describes."""
    setting = text_of(element, "customSettingsType")
    if component.member.full_name.endswith(METADATA_TYPE_SUFFIX):
        if not text_of(element, "pluralLabel"):
            yield component.problem("Must specify a non-empty pluralLabel for the CustomObject")
    elif setting:
        if setting not in {_HIERARCHY, _LIST}:
            at = child_named(element, "customSettingsType")
            yield component.problem(f"The local org does not support: custom settings of type {setting}", at)
    else:
        yield from _record_problems(component, element)


def new_object(name: str, element: etree._Element, draft: Draft) -> SObjectType:
    """The object as its first deploy makes it."""
    label = text_of(element, "label")
    is_metadata = name.endswith(METADATA_TYPE_SUFFIX)
    prefix = "m" if is_metadata else "a"
    around = system_fields(label, deletable=not is_metadata)
    leading: dict[str, Field] = {key: around.pop(key) for key in ("Id", "IsDeleted") if key in around}
    own = _metadata_fields() if is_metadata else _own_fields(element)
    return SObjectType(
        name=name,
        label=label,
        label_plural=text_of(element, "pluralLabel") or label,
        key_prefix=f"{prefix}{draft.org.next_number('custom object'):02d}",
        fields={**leading, **own, **around},
        custom=True,
        custom_setting=text_of(element, "customSettingsType"),
        createable=not is_metadata,
        updateable=not is_metadata,
        deletable=not is_metadata,
        triggerable=not is_metadata,
        searchable=not is_metadata,
    )


def name_field(element: etree._Element) -> Field:
    """The Name of an object with records, as its description says."""
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
        auto_number=auto_number_of(described),
        guarded=False,
    )


def auto_number_of(described: etree._Element | None) -> str:
    """How the numbers of a field look; empty for a field without numbers."""
    is_number = text_of(described, "type") == "AutoNumber"
    return (text_of(described, "displayFormat") or _PLAIN_NUMBER) if is_number else ""


def auto_number_problem(described: etree._Element | None) -> str:
    """What is wrong with how the numbers of a field look; empty for nothing.

    Source: https://help.salesforce.com/s/articleView?id=platform.custom_field_types.htm, Auto Number.
    """
    places = _PLACES.findall(auto_number_of(described))
    if any(not _NUMBER.fullmatch(place) for place in places):
        return "The local org does not support: display formats with dates"
    if auto_number_of(described) and len(places) != 1:
        return "displayFormat must contain the number once, such as {0} or {0000}"
    return ""


def _record_problems(component: Component, element: etree._Element) -> Iterator[Problem]:
    if not text_of(element, "pluralLabel"):
        yield component.problem("Must specify a non-empty pluralLabel for the CustomObject")
    named = child_named(element, "nameField")
    if named is None or text_of(named, "type") not in _NAME_TYPES:
        yield component.problem("Must specify a nameField of type Text or AutoNumber", named)
    elif not text_of(named, "label"):
        yield component.problem("Must specify a non-empty label for the nameField", named)
    problem = auto_number_problem(named)
    if problem:
        yield component.problem(problem, named)
    if not text_of(element, "sharingModel"):
        yield component.problem("Must specify a sharingModel for the CustomObject")
    if not text_of(element, "deploymentStatus"):
        yield component.problem("Must specify a deploymentStatus for the CustomObject")


def _own_fields(element: etree._Element) -> dict[str, Field]:
    setting = text_of(element, "customSettingsType")
    if setting == _LIST:
        return {"Name": parse_field("Name", "string(38) required name unique | Name", {})}
    if setting:
        owner = parse_field(
            "SetupOwnerId", "reference(Organization,Profile,User) required fixed as:SetupOwner | Location", {}
        )
        return {"Name": parse_field("Name", "string(38) open name | Name", {}), "SetupOwnerId": owner}
    owner = parse_field("OwnerId", "reference(User) required defaulted as:Owner | Owner ID", {})
    return {"OwnerId": owner, "Name": name_field(element)}


def _metadata_fields() -> dict[str, Field]:
    return {name: parse_field(name, spec, {}) for name, spec in _METADATA_FIELDS.items()}
