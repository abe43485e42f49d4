"""Objects of the Tooling API, filled from the org's schema when they are asked for.

There are no packages and no Apex in this org, so their objects are there and empty. Others, such as
SourceMember and SandboxProcess, are unknown: that is how clients learn that an org has no source tracking and
no sandboxes.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from lxml import etree

from emulators.salesforce.ids import make_id
from emulators.salesforce.metadata.components import Components
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, Schema, SObjectType
from emulators.salesforce.schema.standard import parse_field
from emulators.salesforce.soap.envelope import parse_xml, text_of
from emulators.salesforce.store.database import Database, quote
from emulators.salesforce.store.tables import create_own_tables, migrate

_UNMANAGED = "unmanaged"
_NAMED = {"NamespacePrefix": "string(15) | Namespace Prefix"}
_MANAGED = {**_NAMED, "ManageableState": "picklist(255) | Manageable State"}
_APEX = {
    **_MANAGED,
    "Name": "string(255) name | Name",
    "ApiVersion": "double(18,1) | Api Version",
    "Status": "picklist(40) | Status",
    "Body": "textarea(1000000) nofilter nosort nogroup | Body",
}
_OBJECTS: dict[str, tuple[str, dict[str, str]]] = {
    "ApexClass": ("01p", _APEX),
    "ApexTrigger": ("01q", _APEX),
    "CustomField": (
        "00N",
        {
            **_MANAGED,
            "DeveloperName": "string(80) | Custom Field Name",
            "TableEnumOrId": "picklist(40) | Entity",
        },
    ),
    "CustomObject": ("01I", {**_MANAGED, "DeveloperName": "string(80) | Object Name"}),
    "EntityDefinition": (
        "4ie",
        {
            **_NAMED,
            "DurableId": "string(255) | Durable ID",
            "QualifiedApiName": "string(70) | Qualified API Name",
            "DeveloperName": "string(80) | Developer Name",
            "Label": "string(80) | Label",
            "PluralLabel": "string(80) | Plural Label",
            "KeyPrefix": "string(3) | Key Prefix",
            "InternalSharingModel": "string(40) | Default Internal Access",
            "IsCustomSetting": "boolean | Is Custom Setting",
            "IsQueryable": "boolean | Is Queryable",
        },
    ),
    "FlexiPage": (
        "0M0",
        {
            **_MANAGED,
            "DeveloperName": "string(80) | Developer Name",
            "MasterLabel": "string(80) name | Label",
            "Type": "picklist(40) | Type",
            "EntityDefinitionId": "string(255) | Entity",
            "Metadata": "textarea(1000000) nofilter nosort nogroup | Metadata",
        },
    ),
    "Flow": (
        "301",
        {
            "DefinitionId": "reference(FlowDefinition) as:Definition | Flow Definition",
            "MasterLabel": "string(255) name | Label",
            "ManageableState": "picklist(40) | Manageable State",
            "ProcessType": "picklist(40) | Process Type",
            "Status": "picklist(40) | Status",
            "VersionNumber": "int(8) | Version Number",
        },
    ),
    "FlowDefinition": (
        "300",
        {
            **_MANAGED,
            "DeveloperName": "string(80) | API Name",
            "MasterLabel": "string(80) name | Label",
            "Description": "string(255) | Description",
            "ActiveVersionId": "reference(Flow) as:ActiveVersion | Active Version",
            "LatestVersionId": "reference(Flow) as:LatestVersion | Latest Version",
        },
    ),
    "InstalledSubscriberPackage": (
        "0A3",
        {
            "SubscriberPackageId": "reference(SubscriberPackage) as:SubscriberPackage | Package",
            "SubscriberPackageVersionId": (
                "reference(SubscriberPackageVersion) as:SubscriberPackageVersion | Package Version"
            ),
        },
    ),
    "SubscriberPackage": ("033", {**_NAMED, "Name": "string(255) name | Name"}),
    "SubscriberPackageVersion": (
        "04t",
        {
            "SubscriberPackageId": "reference(SubscriberPackage) as:SubscriberPackage | Package",
            "MajorVersion": "int(8) | Major Version",
            "MinorVersion": "int(8) | Minor Version",
            "PatchVersion": "int(8) | Patch Version",
            "BuildNumber": "int(8) | Build Number",
            "IsBeta": "boolean | Is Beta",
        },
    ),
}


class Catalogue:
    """The tooling objects of an org at this moment, in the form that queries read."""

    def __init__(self, org: Org) -> None:
        self.schema = tooling_schema()
        self.clock: Callable[[], datetime] = org.clock
        self.db = Database()
        create_own_tables(self.db)
        migrate(self.db, Schema({}), self.schema)
        self._fill("CustomObject", _custom_objects(org.schema))
        self._fill("CustomField", _custom_fields(org.schema))
        self._fill("EntityDefinition", _entities(org.schema))
        self._fill("FlexiPage", _pages(org))
        self._fill("FlowDefinition", _flow_definitions(org))
        self._fill("Flow", _flows(org))

    def close(self) -> None:
        self.db.close()

    def _fill(self, name: str, rows: Iterator[dict[str, Any]]) -> None:
        prefix = self.schema.objects[name].key_prefix
        for number, row in enumerate(rows, start=1):
            values = {"Id": make_id(prefix, number), **row}
            columns = ", ".join(quote(column) for column in values)
            marks = ", ".join("?" for _ in values)
            self.db.execute(
                f"INSERT INTO {quote(name)} ({columns}) VALUES ({marks})",  # noqa: S608 -- names of our own
                tuple(values.values()),
            )


class Unrestricted:
    """The Tooling API asks for one right to all of it; who may call it sees everything."""

    def readable(self, sobject: SObjectType) -> bool:
        return sobject.queryable

    def field_readable(self, sobject: SObjectType, field: Field) -> bool:
        return field.name in sobject.fields


@cache
def tooling_schema() -> Schema:
    """The objects above as a schema."""
    objects = {}
    for name, (prefix, specs) in _OBJECTS.items():
        fields = {"Id": parse_field("Id", "id(18) required readonly | ID", {})}
        fields |= {field: parse_field(field, spec, {}) for field, spec in specs.items()}
        objects[name] = SObjectType(
            name=name,
            label=name,
            label_plural=name,
            key_prefix=prefix,
            fields=fields,
            createable=False,
            updateable=False,
            deletable=False,
        )
    return Schema(objects)


def _custom_objects(schema: Schema) -> Iterator[dict[str, Any]]:
    for sobject in schema.objects.values():
        if sobject.custom:
            yield {"DeveloperName": _developer_name(sobject), "ManageableState": _UNMANAGED}


def _developer_name(sobject: SObjectType) -> str:
    """A name without its suffix, __c or that of another kind of custom object."""
    return sobject.name.rpartition("__")[0] if sobject.custom else sobject.name


def _custom_fields(schema: Schema) -> Iterator[dict[str, Any]]:
    for sobject in schema.objects.values():
        for field in sobject.fields.values():
            if field.custom:
                name = field.name.removesuffix("__c")
                yield {
                    "DeveloperName": name,
                    "TableEnumOrId": sobject.name,
                    "ManageableState": _UNMANAGED,
                }


def _entities(schema: Schema) -> Iterator[dict[str, Any]]:
    for sobject in schema.objects.values():
        yield {
            "DurableId": sobject.name,
            "QualifiedApiName": sobject.name,
            "DeveloperName": _developer_name(sobject),
            "Label": sobject.label,
            "PluralLabel": sobject.label_plural,
            "KeyPrefix": sobject.key_prefix,
            "InternalSharingModel": sobject.sharing_model,
            "IsCustomSetting": int(bool(sobject.custom_setting)),
            "IsQueryable": int(sobject.queryable),
        }


def _pages(org: Org) -> Iterator[dict[str, Any]]:
    for stored in Components(org).of_type("FlexiPage"):
        root = parse_xml(stored.content)
        yield {
            "DeveloperName": stored.full_name,
            "MasterLabel": text_of(root, "masterLabel"),
            "Type": text_of(root, "type"),
            "EntityDefinitionId": text_of(root, "sobjectType") or None,
            "Metadata": json.dumps(_as_json(root)),
            "ManageableState": _UNMANAGED,
        }


# Elements that may stand several times, and are lists in JSON even where they stand once.
_SEVERAL = frozenset(
    {
        "flexiPageRegions",
        "itemInstances",
        "componentInstanceProperties",
        "fieldInstanceProperties",
        "valueListItems",
        "criteria",
    }
)


def _as_json(element: etree._Element) -> Any:
    """Metadata as the Tooling API shows it: JSON in the shape of its XML."""
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        return element.text or ""
    shown: dict[str, Any] = {}
    for child in children:
        name = etree.QName(child).localname
        if name in _SEVERAL:
            shown.setdefault(name, []).append(_as_json(child))
        else:
            shown[name] = _as_json(child)
    return shown


def _flow_versions(org: Org) -> dict[str, str]:
    """The Id of each version of a flow, by the name that its definition gives it."""
    rows = org.db.all('SELECT "DurableId" FROM "FlowVersionView" ORDER BY "Id"')
    prefix = tooling_schema().objects["Flow"].key_prefix
    return {row["DurableId"]: make_id(prefix, number) for number, row in enumerate(rows, start=1)}


def _flow_definitions(org: Org) -> Iterator[dict[str, Any]]:
    versions = _flow_versions(org)
    for row in org.db.all('SELECT * FROM "FlowDefinitionView" ORDER BY "Id"'):
        yield {
            "DeveloperName": row["ApiName"],
            "MasterLabel": row["Label"],
            "Description": row["Description"],
            "ActiveVersionId": versions.get(row["ActiveVersionId"]),
            "LatestVersionId": versions.get(row["LatestVersionId"]),
            "ManageableState": _UNMANAGED,
        }


def _flows(org: Org) -> Iterator[dict[str, Any]]:
    names = [row["DurableId"] for row in org.db.all('SELECT * FROM "FlowDefinitionView" ORDER BY "Id"')]
    prefix = tooling_schema().objects["FlowDefinition"].key_prefix
    definitions = {name: make_id(prefix, number) for number, name in enumerate(names, start=1)}
    for row in org.db.all('SELECT * FROM "FlowVersionView" ORDER BY "Id"'):
        yield {
            "DefinitionId": definitions.get(row["FlowDefinitionViewId"]),
            "MasterLabel": row["Label"],
            "ProcessType": row["ProcessType"],
            "Status": row["Status"],
            "VersionNumber": row["VersionNumber"],
            "ManageableState": _UNMANAGED,
        }
