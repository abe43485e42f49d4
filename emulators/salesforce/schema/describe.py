"""Objects and fields as describe shows them, key for key."""

from collections.abc import Iterator
from typing import Any

from emulators.salesforce.schema.model import Field, FieldType, PicklistValue, RecordType, Schema, SObjectType
from emulators.salesforce.security.access import Access

_SOAP_TYPES = {
    FieldType.ID: "tns:ID",
    FieldType.REFERENCE: "tns:ID",
    FieldType.BOOLEAN: "xsd:boolean",
    FieldType.INT: "xsd:int",
    FieldType.DOUBLE: "xsd:double",
    FieldType.CURRENCY: "xsd:double",
    FieldType.PERCENT: "xsd:double",
    FieldType.DATE: "xsd:date",
    FieldType.DATETIME: "xsd:dateTime",
    FieldType.TIME: "xsd:time",
    FieldType.BASE64: "xsd:base64Binary",
    FieldType.ADDRESS: "urn:address",
    FieldType.LOCATION: "urn:location",
    FieldType.ANY: "xsd:anyType",
}
_ONE_BYTE_TEXT = {FieldType.ID, FieldType.REFERENCE}
_BYTES_PER_CHARACTER = 3
_UNCOUNTED = {FieldType.BOOLEAN, FieldType.ADDRESS, FieldType.BASE64}
_PERSON_PARTS = {"FirstName", "LastName", "Name", "Salutation"}
_MASTER_RECORD_TYPE = "012000000000000AAA"
_LONG_TEXT_CHARACTERS = 256
_OWN_URLS = {
    "Case": {
        "caseArticleSuggestions": "/suggestedArticles",
        "caseRowArticleSuggestions": "/{ID}/suggestedArticles",
    },
    "Event": {"eventSeriesUpdates": "/{ID}/fromThisEventOnwards"},
    "User": {"namedLayouts": "/describe/namedLayouts/{LayoutName}", "passwordUtilities": "/{ID}/password"},
}
_MERGE_FIELD = "MasterRecordId"


def describe_summary(sobject: SObjectType, access: Access, base_path: str) -> dict[str, Any]:
    """One entry of the global describe. base_path: such as /services/data/v66.0."""
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": sobject.createable and access.creatable(sobject),
        "custom": sobject.custom,
        "customSetting": bool(sobject.custom_setting),
        "deepCloneable": False,
        "deletable": sobject.deletable and access.deletable(sobject),
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix or None,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "layoutable": sobject.searchable,
        "mergeable": sobject.name in {"Account", "Contact", "Lead"},
        "mruEnabled": sobject.searchable,
        "name": sobject.name,
        "queryable": sobject.queryable,
        "replicateable": True,
        "retrieveable": sobject.queryable,
        "searchable": sobject.searchable,
        "triggerable": sobject.triggerable,
        "undeletable": "IsDeleted" in sobject.fields,
        "updateable": sobject.updateable and access.editable(sobject),
        "urls": _summary_urls(sobject, base_path),
    }


def describe_object(schema: Schema, sobject: SObjectType, access: Access, base_path: str) -> dict[str, Any]:
    """The full describe of one object, limited to the fields the user may see."""
    visible = [f for f in sobject.fields.values() if access.field_readable(sobject, f)]
    return {
        **describe_summary(sobject, access, base_path),
        "actionOverrides": [],
        "childRelationships": list(_child_relationships(schema, sobject, access)),
        "compactLayoutable": sobject.searchable,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(sobject, f, access) for f in visible],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": list(_record_types(sobject, access, base_path)),
        "searchLayoutable": sobject.searchable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [
            {"label": f"All {sobject.label_plural.lower()}", "name": "everything"},
            {"label": f"My {sobject.label_plural.lower()}", "name": "mine"},
        ],
    }


def describe_field(sobject: SObjectType, field: Field, access: Access) -> dict[str, Any]:
    """One field with all the keys of a real describe."""
    editable = access.field_editable(sobject, field)
    return {
        **_identity(field),
        **_sizes(field),
        **_usage(sobject, field),
        **_references(field),
        "createable": field.createable and editable,
        "updateable": field.updateable and editable,
        "defaultValue": field.default_value,
        "defaultValueFormula": field.default_formula or None,
        "defaultedOnCreate": field.defaulted_on_create or bool(field.default_formula),
        "picklistValues": [_picklist_value(v) for v in field.picklist_values],
        "restrictedPicklist": field.restricted_picklist,
        "dependentPicklist": False,
        "controllerName": None,
    }


def _identity(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": str(field.type),
        "soapType": _SOAP_TYPES.get(field.type, "xsd:string"),
        "custom": field.custom,
        "nillable": field.nillable,
        "inlineHelpText": field.help_text or None,
        "compoundFieldName": field.compound or None,
        "extraTypeInfo": _extra_type(field),
        "nameField": field.name_field,
        "autoNumber": bool(field.auto_number),
        "calculated": field.calculated,
        "calculatedFormula": field.formula or None,
        "formulaTreatNullNumberAsZero": field.blanks_are_zero,
        "deprecatedAndHidden": False,
        "encrypted": field.type is FieldType.ENCRYPTED,
        "mask": None,
        "maskType": None,
        "aiPredictionField": False,
        "htmlFormatted": field.html,
        "displayLocationInDecimal": False,
        "highScaleNumber": False,
    }


def _sizes(field: Field) -> dict[str, Any]:
    is_int = field.type is FieldType.INT
    wide = 1 if field.type in _ONE_BYTE_TEXT or field.name == "Fiscal" else _BYTES_PER_CHARACTER
    return {
        "length": field.length,
        "byteLength": field.length * wide,
        "digits": field.precision if is_int else 0,
        "precision": 0 if is_int else field.precision,
        "scale": field.scale,
    }


def _usage(sobject: SObjectType, field: Field) -> dict[str, Any]:
    long_text = field.type is FieldType.TEXTAREA and field.length >= _LONG_TEXT_CHARACTERS
    return {
        "aggregatable": field.type not in _UNCOUNTED and not long_text,
        "filterable": field.filterable,
        "groupable": field.groupable,
        "sortable": field.sortable,
        "searchPrefilterable": field.type is FieldType.REFERENCE and field.permissionable,
        "queryByDistance": field.type is FieldType.LOCATION,
        "externalId": field.external_id,
        "idLookup": field.id_lookup or field.external_id,
        "unique": field.unique,
        "caseSensitive": field.case_sensitive,
        "permissionable": field.permissionable and bool(sobject.key_prefix),
    }


def _references(field: Field) -> dict[str, Any]:
    return {
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name or None,
        "relationshipOrder": 0 if field.master_detail else None,
        "referenceTargetField": None,
        "filteredLookupInfo": None,
        "namePointing": field.polymorphic,
        "polymorphicForeignKey": field.polymorphic,
        "cascadeDelete": field.custom and (field.master_detail or field.delete_constraint == "Cascade"),
        "restrictedDelete": field.custom and field.delete_constraint == "Restrict",
        "writeRequiresMasterRead": False,
    }


def _extra_type(field: Field) -> str | None:
    if field.name in _PERSON_PARTS and (field.compound == "Name" or field.length == 121):
        return "personname"
    if field.type is FieldType.TEXTAREA:
        return "richtextarea" if field.html else "plaintextarea"
    if field.name == "PhotoUrl":
        return "imageurl"
    return "externallookup" if field.extra.get("externalLookup") else None


def _picklist_value(value: PicklistValue) -> dict[str, Any]:
    return {
        "active": value.active,
        "defaultValue": value.default,
        "label": value.label,
        "validFor": None,
        "value": value.value,
    }


def _child_relationships(schema: Schema, sobject: SObjectType, access: Access) -> Iterator[dict[str, Any]]:
    for child, field in schema.children_of(sobject.name):
        if child.modelled and access.readable(child) and field.name != _MERGE_FIELD:
            yield {
                "cascadeDelete": field.master_detail or field.delete_constraint == "Cascade",
                "childSObject": child.name,
                "deprecatedAndHidden": False,
                "field": field.name,
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": field.child_relationship_name or None,
                "restrictedDelete": field.delete_constraint == "Restrict",
            }


def _summary_urls(sobject: SObjectType, base_path: str) -> dict[str, str]:
    path = f"{base_path}/sobjects/{sobject.name}"
    urls = {"rowTemplate": f"{path}/{{ID}}", "describe": f"{path}/describe", "sobject": path}
    if sobject.searchable:
        urls["layouts"] = f"{path}/describe/layouts"
        urls["compactLayouts"] = f"{path}/describe/compactLayouts"
        urls["approvalLayouts"] = f"{path}/describe/approvalLayouts"
        urls |= {name: f"{path}/{name}" for name in ("listviews", "quickActions")}
        urls["defaultValues"] = f"{path}/defaultValues?recordTypeId&fields"
    return urls | {name: path + rest for name, rest in _OWN_URLS.get(sobject.name, {}).items()}


def _record_types(sobject: SObjectType, access: Access, base_path: str) -> Iterator[dict[str, Any]]:
    """The deployed record types, and the master one, which every searchable object has."""
    if not sobject.searchable:
        return
    chosen = sobject.default_record_type(access.profile)
    master = RecordType(id=_MASTER_RECORD_TYPE, name="Master", label="Master")
    layouts = f"{base_path}/sobjects/{sobject.name}/describe/layouts"
    for found in (*sobject.record_types.values(), master):
        yield {
            "active": found.active,
            "available": found.active,
            "defaultRecordTypeMapping": found is (chosen or master),
            "developerName": found.name,
            "master": found is master,
            "name": found.label,
            "recordTypeId": found.id,
            "urls": {"layout": f"{layouts}/{found.id}"},
        }
