"""Records as the UI API shows them: each field with its value and the text that people read.

Source: https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_record.htm
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.dml.lookup import load_record
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.formula.reading import as_read_by
from emulators.salesforce.lightning.values import object_of_id, record_name
from emulators.salesforce.org import Org
from emulators.salesforce.presentation.display import display_value
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.store.values import to_json

_MOST_STEPS = 5
_MOMENTS = {FieldType.DATETIME}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks."""

    org: Org
    user: OrgUser
    access: Access

    def find(self, record_id: str) -> tuple[SObjectType, Mapping[str, Any]] | None:
        """A record that the user may read, with its object; None where there is none for him."""
        sobject = object_of_id(self.org, record_id)
        if sobject is None or not sobject.modelled or not self.access.readable(sobject):
            return None
        try:
            row = load_record(self.org.db, sobject, record_id)
        except SalesforceError:
            return None
        return None if row is None or row.get("IsDeleted") else (sobject, row)

    def shown(
        self,
        sobject: SObjectType,
        row: Mapping[str, Any],
        required: Iterable[str],
        optional: Iterable[str] = (),
    ) -> dict[str, Any]:
        """The record with some of its fields, named `Object.Field` or `Object.Parent.Field`.

        Raises INVALID_FIELD for a required field that the user does not see; an optional one is left out.
        """
        paths = [_steps(sobject, name) for name in required]
        wished = (_steps(sobject, name) for name in optional)
        paths += [path for path in wished if self._reaches(sobject, path)]
        return self._record(sobject, row, paths)

    def _reaches(self, sobject: SObjectType, path: list[str]) -> bool:
        first, *rest = path
        field = sobject.field_named(first) if not rest else _look_up(sobject, first)
        if field is None or not self.access.field_readable(sobject, field):
            return False
        targets = [self.org.schema.objects[name] for name in field.reference_to]
        return not rest or any(self.access.readable(each) and self._reaches(each, rest) for each in targets)

    def _record(self, sobject: SObjectType, row: Mapping[str, Any], paths: list[list[str]]) -> dict[str, Any]:
        seen = as_read_by(self.org, self.user, sobject, row)
        fields: dict[str, Any] = {}
        for first, *rest in paths:
            if not rest:
                field = self._visible(sobject, sobject.field_named(first), first)
                fields[field.name] = self._entry(field, seen)
            elif first not in fields:
                deeper = [path[1:] for path in paths if path[0] == first and len(path) > 1]
                field = self._visible(sobject, _look_up(sobject, first), first)
                fields[field.relationship_name] = self._parent(seen[field.name], deeper)
        return {
            "apiName": sobject.name,
            "childRelationships": {},
            "fields": fields,
            "id": row["Id"],
            "lastModifiedById": row.get("LastModifiedById"),
            "lastModifiedDate": _in_utc(row.get("LastModifiedDate")),
            "recordTypeId": row.get("RecordTypeId"),
            "recordTypeInfo": None,
            "systemModstamp": _in_utc(row.get("SystemModstamp")),
        }

    def _visible(self, sobject: SObjectType, field: Field | None, name: str) -> Field:
        if field is None or not self.access.field_readable(sobject, field):
            raise SalesforceError("INVALID_FIELD", f"No such column '{name}' on entity '{sobject.name}'")
        return field

    def _entry(self, field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
        stored = row[field.name]
        value = _in_utc(stored) if field.type in _MOMENTS else to_json(field, stored)
        return {"displayValue": display_value(field, stored, self.user), "value": value}

    def _parent(self, record_id: str | None, paths: list[list[str]]) -> dict[str, Any]:
        found = self.find(record_id) if record_id else None
        if found is None:
            return {"displayValue": None, "value": None}
        sobject, row = found
        return {"displayValue": record_name(sobject, row), "value": self._record(sobject, row, paths)}


def _steps(sobject: SObjectType, name: str) -> list[str]:
    """The path behind the object's name. Raises INVALID_FIELD for one of another object, or too long."""
    owner, *path = name.strip().split(".")
    if owner.casefold() != sobject.name.casefold() or not 0 < len(path) <= _MOST_STEPS or "" in path:
        raise SalesforceError("INVALID_FIELD", f"No such column '{name}' on entity '{sobject.name}'")
    return path


def _look_up(sobject: SObjectType, relationship: str) -> Field | None:
    folded = relationship.casefold()
    found = (f for f in sobject.fields.values() if f.relationship_name.casefold() == folded)
    return next(found, None)


def _in_utc(stored: str | None) -> str | None:
    """The UI API ends moments with a Z."""
    return stored and stored.replace("+0000", "Z")
