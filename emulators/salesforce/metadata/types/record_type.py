"""RecordType: a row of that name, a field on its object, and the picklist values it offers."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from lxml import etree

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.object_parts import elements_named, object_of
from emulators.salesforce.schema.model import RecordType as Applied
from emulators.salesforce.schema.standard import parse_field
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import text_of

FIELD = "RecordTypeId"
_FIELD_SPEC = "reference(RecordType) as:RecordType open | Record Type ID"


class RecordType(CheckedType):
    """Which values a record type offers is kept and described; writes are not held to them."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        element, sobject = component.element, object_of(component, draft)
        if element is None:
            return
        if sobject is None:
            name = component.member.full_name.partition(".")[0]
            yield component.problem(f"In field: fullName - no CustomObject named {name} found")
            return
        if not text_of(element, "label"):
            yield component.problem("Required field is missing: label")
        for entry in elements_named(element, "picklistValues"):
            name = text_of(entry, "picklist")
            field = sobject.field_named(name)
            if field is None:
                yield component.problem(f"In field: picklist - no CustomField named {name} found", entry)
                continue
            known = {value.value.casefold() for value in field.picklist_values}
            for value in _offered(entry):
                if value.casefold() not in known:
                    yield component.problem(f"Picklist value: {value} in picklist: {name} not found", entry)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        element, sobject = component.element, object_of(component, draft)
        if element is None or sobject is None:
            return keep(component, draft)
        name = component.member.full_name.partition(".")[2]
        record_id = self._write(element, sobject.name, name, draft)
        before = sobject.record_types.get(name)
        made = Applied(
            id=record_id,
            name=name,
            label=text_of(element, "label"),
            active=text_of(element, "active") == "true",
            values={
                text_of(entry, "picklist"): tuple(_offered(entry))
                for entry in elements_named(element, "picklistValues")
            },
            default_for=before.default_for if before else (),
        )
        if sobject.field_named(FIELD) is None:
            sobject = sobject.with_field(parse_field(FIELD, _FIELD_SPEC, {}))
        draft.put_object(replace(sobject, record_types={**sobject.record_types, name: made}))
        return keep(component, draft, record_id=record_id)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        object_name, _, name = member.full_name.partition(".")
        sobject = draft.sobject(object_name)
        if sobject is not None and name in sobject.record_types:
            draft.org.db.execute('DELETE FROM "RecordType" WHERE "Id" = ?', (sobject.record_types[name].id,))
            kept = {key: found for key, found in sobject.record_types.items() if key != name}
            draft.put_object(replace(sobject, record_types=kept))

    @staticmethod
    def _write(element: etree._Element, object_name: str, name: str, draft: Draft) -> str:
        values = {
            "Name": text_of(element, "label"),
            "Description": text_of(element, "description") or None,
            "IsActive": text_of(element, "active") == "true",
        }
        dml = Dml(draft.org, SYSTEM)
        row = draft.org.db.one(
            'SELECT "Id" FROM "RecordType" WHERE "SobjectType" = ? AND "DeveloperName" = ?',
            (object_name, name),
        )
        if row is None:
            return dml.insert("RecordType", {"DeveloperName": name, "SobjectType": object_name, **values})
        dml.update("RecordType", row["Id"], values)
        return str(row["Id"])


def make_default(draft: Draft, full_name: str, profile: str) -> None:
    """Let new records of a profile's users have a record type, in place of the one they had before."""
    object_name, _, name = full_name.partition(".")
    sobject = draft.sobject(object_name)
    if sobject is None or name not in sobject.record_types:
        return
    changed = {}
    for key, found in sobject.record_types.items():
        others = tuple(holder for holder in found.default_for if holder != profile)
        changed[key] = replace(found, default_for=(*others, profile) if key == name else others)
    draft.put_object(replace(sobject, record_types=changed))


def _offered(entry: etree._Element) -> Iterator[str]:
    """Values are written with what XML names cannot hold in percent notation."""
    return (unquote(text_of(value, "fullName")) for value in elements_named(entry, "values"))
