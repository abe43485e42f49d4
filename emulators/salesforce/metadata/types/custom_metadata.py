"""CustomMetadata: records of custom metadata types, to be queried like other records."""

import math
from collections.abc import Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.object_kinds import METADATA_TYPE_SUFFIX
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.schema.model import FieldType, SObjectType
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import XSI_NS, child_named, text_of

_NUMBERS = {FieldType.DOUBLE, FieldType.PERCENT, FieldType.CURRENCY, FieldType.INT}


class CustomMetadata(CheckedType):
    """Becomes a row of its type's table, read by administrators and by those who are granted the type."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        type_name = _type_name(component.member)
        sobject = draft.sobject(type_name)
        if sobject is None:
            yield component.problem(f"In field: fullName - no CustomObject named {type_name} found")
            return
        if component.element is None:
            return
        for entry in elements_named(component.element, "values"):
            name = text_of(entry, "field")
            field = sobject.field_named(name)
            if field is None:
                yield component.problem(
                    f"In field: field - no CustomField named {type_name}.{name} found", entry
                )
            elif field.type in _NUMBERS and not _is_number(_text(entry)):
                yield component.problem(f'For input string: "{_text(entry)}"', entry)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        sobject = draft.sobject(_type_name(component.member))
        if sobject is None or component.element is None:
            return keep(component, draft)
        values = _row(component.member, component.element, sobject)
        dml = Dml(draft.org, SYSTEM)
        try:
            record_id = _record_id(component.member, draft)
            if record_id:
                dml.update(sobject.name, record_id, values)
            else:
                record_id = dml.insert(sobject.name, values)
        except SalesforceError as error:
            raise Refused(error.message) from error
        return keep(component, draft, record_id=record_id)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        table = _type_name(member)
        if draft.org.schema.object_named(table) is not None:
            record_id = _record_id(member, draft)
            draft.org.db.execute(f'DELETE FROM "{table}" WHERE "Id" = ?', (record_id,))  # noqa: S608 -- an object's name


def _type_name(member: Member) -> str:
    return member.full_name.partition(".")[0] + METADATA_TYPE_SUFFIX


def _record_id(member: Member, draft: Draft) -> str:
    query = f'SELECT "Id" FROM "{_type_name(member)}" WHERE "DeveloperName" = ?'  # noqa: S608 -- an object's name
    row = draft.org.db.one(query, (member.full_name.partition(".")[2],))
    return row["Id"] if row else ""


def _row(member: Member, element: etree._Element, sobject: SObjectType) -> dict[str, Any]:
    name = member.full_name.partition(".")[2]
    label = text_of(element, "label") or name
    row: dict[str, Any] = {
        "DeveloperName": name,
        "MasterLabel": label,
        "Label": label,
        "QualifiedApiName": name,
        "Language": "en_US",
    }
    for entry in elements_named(element, "values"):
        field = sobject.field_named(text_of(entry, "field"))
        if field is not None:
            row[field.name] = _value(entry, field.type)
    return row


def _value(entry: etree._Element, kind: FieldType) -> Any:
    text = _text(entry)
    if not text:
        return None
    if kind is FieldType.BOOLEAN:
        return text == "true"
    return float(text) if kind in _NUMBERS else text


def _text(entry: etree._Element) -> str:
    """What is written for a value; empty for null."""
    told = child_named(entry, "value")
    is_null = told is None or told.get(f"{{{XSI_NS}}}nil") == "true"
    return "" if told is None or is_null else (told.text or "")


def _is_number(text: str) -> bool:
    try:
        return not text or math.isfinite(float(text))
    except ValueError:
        return False
