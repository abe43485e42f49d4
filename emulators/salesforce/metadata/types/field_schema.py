"""From a CustomField's XML to a field of the schema."""

from typing import Any

from lxml import etree

from emulators.salesforce.metadata.types.object_kinds import auto_number_of
from emulators.salesforce.metadata.types.picklists import read_values
from emulators.salesforce.schema.model import Field, FieldType, PicklistValue, Schema
from emulators.salesforce.soap.envelope import child_named, text_of, texts_of

_TYPES = {
    "AutoNumber": FieldType.STRING,
    "Checkbox": FieldType.BOOLEAN,
    "Currency": FieldType.CURRENCY,
    "Date": FieldType.DATE,
    "DateTime": FieldType.DATETIME,
    "Email": FieldType.EMAIL,
    "EncryptedText": FieldType.ENCRYPTED,
    "Html": FieldType.TEXTAREA,
    "Location": FieldType.LOCATION,
    "LongTextArea": FieldType.TEXTAREA,
    "Lookup": FieldType.REFERENCE,
    "MasterDetail": FieldType.REFERENCE,
    "MultiselectPicklist": FieldType.MULTIPICKLIST,
    "Number": FieldType.DOUBLE,
    "Percent": FieldType.PERCENT,
    "Phone": FieldType.PHONE,
    "Picklist": FieldType.PICKLIST,
    "Text": FieldType.STRING,
    "TextArea": FieldType.TEXTAREA,
    "Time": FieldType.TIME,
    "Url": FieldType.URL,
}
_LENGTHS = {"AutoNumber": 30, "Email": 80, "Phone": 40, "Picklist": 255, "MultiselectPicklist": 4099}
_LENGTHS |= {"TextArea": 255, "Url": 255, "Lookup": 18, "MasterDetail": 18}
_UNSORTED = {"LongTextArea", "Html", "EncryptedText", "MultiselectPicklist"}
_UNFILTERED = {"LongTextArea", "Html", "EncryptedText"}
_UNGROUPED = {*_UNSORTED, "Currency", "Number", "Percent", "DateTime", "Location", "AutoNumber", "Time"}
_FORMULA_TEXT_LENGTH = 1300


def holds(type_name: str) -> FieldType:
    """The type that a custom field of a known type name has in the schema."""
    return _TYPES[type_name]


def read_field(element: etree._Element, name: str, schema: Schema) -> Field:
    """The field of a checked CustomField. name: with its suffix."""
    type_name = text_of(element, "type")
    formula = text_of(element, "formula")
    required = text_of(element, "required") == "true" or type_name in {"Checkbox", "MasterDetail"}
    unique = text_of(element, "unique") == "true"
    external_id = text_of(element, "externalId") == "true"
    writable = not formula and type_name != "AutoNumber"
    details: dict[str, Any] = {}
    details |= (
        _reference(element, name, type_name, schema)
        | _picklist(element, schema)
        | _default(element, type_name)
    )
    return Field(
        name=name,
        label=text_of(element, "label"),
        type=_TYPES[type_name],
        length=_FORMULA_TEXT_LENGTH if formula and type_name == "Text" else _length(element, type_name),
        precision=_number(element, "precision"),
        scale=_number(element, "scale"),
        nillable=not required,
        createable=writable,
        updateable=writable and (type_name != "MasterDetail" or _reparentable(element)),
        filterable=type_name not in _UNFILTERED,
        sortable=type_name not in _UNSORTED,
        groupable=type_name not in _UNGROUPED and not formula,
        custom=True,
        unique=unique,
        external_id=external_id,
        id_lookup=external_id,
        case_sensitive=text_of(element, "caseSensitive") == "true",
        auto_number=auto_number_of(element),
        calculated=bool(formula),
        html=type_name == "Html",
        formula=formula,
        blanks_are_zero=bool(formula) and text_of(element, "formulaTreatBlanksAs") == "BlankAsZero",
        help_text=text_of(element, "inlineHelpText"),
        description=text_of(element, "description"),
        **details,
    )


def _length(element: etree._Element, type_name: str) -> int:
    return _number(element, "length") or _LENGTHS.get(type_name, 0)


def _number(element: etree._Element, name: str) -> int:
    return int(text_of(element, name) or 0)


def _reparentable(element: etree._Element) -> bool:
    return text_of(element, "reparentableMasterDetail") == "true"


def _reference(element: etree._Element, name: str, type_name: str, schema: Schema) -> dict[str, Any]:
    if _TYPES[type_name] is not FieldType.REFERENCE:
        return {}
    children = text_of(element, "relationshipName")
    targets = (schema.object_named(target) for target in texts_of(element, "referenceTo"))
    is_detail = type_name == "MasterDetail"
    return {
        "reference_to": tuple(target.name for target in targets if target is not None),
        "relationship_name": name.removesuffix("__c") + "__r",
        "child_relationship_name": f"{children}__r" if children else "",
        "delete_constraint": "Cascade" if is_detail else text_of(element, "deleteConstraint") or "SetNull",
        "master_detail": is_detail,
    }


def _picklist(element: etree._Element, schema: Schema) -> dict[str, Any]:
    value_set = child_named(element, "valueSet")
    if value_set is None:
        return {}
    shared = text_of(value_set, "valueSetName")
    definition = child_named(value_set, "valueSetDefinition")
    values: tuple[PicklistValue, ...] = schema.global_value_sets.get(shared, ())
    if definition is not None:
        values = read_values(definition, "value")
    chosen = next((value.value for value in values if value.default), None)
    details: dict[str, Any] = {
        "picklist_values": values,
        "value_set": shared,
        "restricted_picklist": bool(shared) or text_of(value_set, "restricted") == "true",
    }
    return details if chosen is None else details | {"default_value": chosen}


def _default(element: etree._Element, type_name: str) -> dict[str, Any]:
    text = text_of(element, "defaultValue")
    if type_name == "Checkbox":
        return {"default_value": text == "true", "defaulted_on_create": not text_of(element, "formula")}
    return {"default_formula": text} if text else {}
