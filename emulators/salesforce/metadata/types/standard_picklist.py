"""Standard picklist fields as readMetadata shows them: fields of the org itself, which no deploy made.

Up to API 37.0 they carry their values; from 38.0 on those stand in the StandardValueSet.
Source: Metadata API Developer Guide, CustomField and StandardValueSet.
"""

from lxml import etree

from emulators.salesforce.dml.conversion import CONVERTED_STATUSES
from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.types.standard_value_set import FIELDS
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, PicklistValue
from emulators.salesforce.soap.envelope import element, new_root

_LAST_WITH_VALUES = 37.0
_STANDARD = {f"{sobject}.{field}" for fields in FIELDS.values() for sobject, field in fields}
_LEAD_STATUS = "Lead.Status"


def standard_picklist(org: Org, member: Member, api_version: str) -> etree._Element | None:
    """The field's element; None for what is no standard picklist field."""
    if member.type != "CustomField" or member.full_name not in _STANDARD:
        return None
    object_name, _, name = member.full_name.partition(".")
    sobject = org.schema.objects.get(object_name)
    field = sobject.fields.get(name) if sobject else None
    if field is None:
        return None
    root = new_root("CustomField")
    root.extend([element("fullName", name), element("type", "Picklist")])
    if float(api_version) <= _LAST_WITH_VALUES:
        root.append(_picklist(member.full_name, field))
    return root


def _picklist(full_name: str, field: Field) -> etree._Element:
    values = (_value(full_name, value) for value in field.picklist_values)
    return element("picklist", None, *values, element("sorted", "false"))


def _value(full_name: str, value: PicklistValue) -> etree._Element:
    told = [element("fullName", value.value), element("default", str(value.default).lower())]
    if full_name == _LEAD_STATUS:
        told.append(element("converted", str(value.value in CONVERTED_STATUSES).lower()))
    return element("picklistValues", None, *told)
