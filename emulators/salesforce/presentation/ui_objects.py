"""Objects and picklists as the UI API shows them, from the schema and one user's rights.

Source: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_object_info.htm
"""

from typing import Any

from emulators.salesforce.schema.describe import describe_field, describe_object
from emulators.salesforce.schema.model import Field, FieldType, Schema, SObjectType
from emulators.salesforce.security.access import Access

_DATA_TYPES = {
    FieldType.ID: "Reference",
    FieldType.REFERENCE: "Reference",
    FieldType.TEXTAREA: "TextArea",
    FieldType.MULTIPICKLIST: "MultiPicklist",
    FieldType.COMBOBOX: "ComboBox",
    FieldType.DATETIME: "DateTime",
    FieldType.ENCRYPTED: "EncryptedString",
}
# What describe says of a field in the same words.
_SAME = [
    "calculated",
    "controllerName",
    "createable",
    "custom",
    "extraTypeInfo",
    "filterable",
    "filteredLookupInfo",
    "highScaleNumber",
    "htmlFormatted",
    "inlineHelpText",
    "label",
    "length",
    "nameField",
    "polymorphicForeignKey",
    "precision",
    "referenceTargetField",
    "relationshipName",
    "scale",
    "searchPrefilterable",
    "sortable",
    "unique",
    "updateable",
]


def object_info(schema: Schema, sobject: SObjectType, access: Access) -> dict[str, Any]:
    """An object with the fields, relationships and record types that the user has."""
    described = describe_object(schema, sobject, access, "")
    fields = [f for f in sobject.fields.values() if access.field_readable(sobject, f)]
    types = described["recordTypeInfos"]
    default = next((info["recordTypeId"] for info in types if info["defaultRecordTypeMapping"]), None)
    same = (
        "createable custom deletable feedEnabled keyPrefix label labelPlural layoutable mruEnabled queryable"
    )
    return {
        "apiName": sobject.name,
        **{name: described[name] for name in [*same.split(), "searchable", "updateable"]},
        "childRelationships": [_child(told) for told in described["childRelationships"]],
        "defaultRecordTypeId": default,
        "dependentFields": {},
        "fields": {field.name: _field(schema, sobject, field, access) for field in fields},
        "nameFields": [field.name for field in fields if field.name_field],
        "recordTypeInfos": {info["recordTypeId"]: _record_type(info) for info in types},
        "themeInfo": None,
    }


def picklist_values(sobject: SObjectType, record_type_id: str, field: Field) -> dict[str, Any]:
    """What a record type offers in a field. Raises LookupError for an unknown record type."""
    offered = _offered(sobject, record_type_id, field)
    values = [value for value in field.picklist_values if value.active and value.value in offered]
    shown = [_value(value.value, value.label) for value in values]
    default = next((told for told, value in zip(shown, values, strict=True) if value.default), None)
    return {"controllerValues": {}, "defaultValue": default, "values": shown}


def picklists_of(sobject: SObjectType, access: Access) -> list[Field]:
    """The picklists that the user sees."""
    kinds = {FieldType.PICKLIST, FieldType.MULTIPICKLIST}
    return [f for f in sobject.fields.values() if f.type in kinds and access.field_readable(sobject, f)]


def _offered(sobject: SObjectType, record_type_id: str, field: Field) -> set[str]:
    everything = {value.value for value in field.picklist_values}
    for kind in sobject.record_types.values():
        if kind.id[:15] == record_type_id[:15]:
            return set(kind.values.get(field.name, everything))
    if record_type_id[:15] != "012000000000000":
        raise LookupError(record_type_id)
    return everything


def _value(value: str, label: str) -> dict[str, Any]:
    return {"attributes": None, "label": label, "validFor": [], "value": value}


def _child(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "childObjectApiName": told["childSObject"],
        "fieldName": told["field"],
        "junctionIdListNames": told["junctionIdListNames"],
        "junctionReferenceTo": told["junctionReferenceTo"],
        "relationshipName": told["relationshipName"],
    }


def _record_type(info: dict[str, Any]) -> dict[str, Any]:
    return {
        key: info[key] for key in ("available", "defaultRecordTypeMapping", "master", "name", "recordTypeId")
    }


def _field(schema: Schema, sobject: SObjectType, field: Field, access: Access) -> dict[str, Any]:
    described = describe_field(sobject, field, access)
    parts = any(part.compound == field.name for part in sobject.fields.values())
    return {
        "apiName": field.name,
        **{name: described[name] for name in _SAME},
        "compound": parts,
        "compoundComponentName": None,
        "compoundFieldName": field.compound or None,
        "controllingFields": [],
        "dataType": _DATA_TYPES.get(field.type, str(field.type).capitalize()),
        "reference": field.type is FieldType.REFERENCE,
        "referenceToInfos": [_target(schema, name) for name in field.reference_to],
        "required": field.required,
    }


def _target(schema: Schema, name: str) -> dict[str, Any]:
    target = schema.objects.get(name)
    named = [f.name for f in target.fields.values() if f.name_field] if target else []
    return {"apiName": name, "nameFields": named}
