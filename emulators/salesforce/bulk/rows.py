"""Uploaded rows to DML operations, whatever they were written in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from emulators.salesforce.bulk.errors import InvalidBatch
from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soql.scope import Reader

Row = Mapping[str, Any]

_NULL = "#N/A"


class _Unset:
    """An empty value, which leaves the field alone."""


UNSET: Final = _Unset()


@dataclass(frozen=True, slots=True)
class Target:
    """What a job does to the rows it is given.

    external_id_field: for upserts, the field that tells records apart; Id inserts the rows that have none.
    """

    kind: OperationKind
    sobject: SObjectType
    external_id_field: str = ""

    @property
    def key(self) -> str:
        """The column that names the record of a row; none for inserts."""
        if self.kind is OperationKind.UPSERT:
            return self.external_id_field
        return "" if self.kind is OperationKind.INSERT else "Id"

    def check_names(self, names: Iterable[str], reader: Reader) -> None:
        """Raise InvalidBatch for the first column that the user does not have, or for a missing key."""
        known = list(names)
        for name in known:
            if not _exists(name, self.sobject, reader):
                raise InvalidBatch(f"Field name not found : {name}")
        needed = "" if self._inserts_without_key else self.key
        if needed and needed.casefold() not in {name.casefold() for name in known}:
            raise InvalidBatch(f"Field name not found : {needed}")

    def operation(self, row: Row) -> Operation:
        """What one row asks for."""
        key = self.key.casefold()
        key_value: Any = None
        values: dict[str, Any] = {}
        for name, value in row.items():
            if value is UNSET:
                continue
            if name.casefold() == key:
                key_value = value
            else:
                _put(values, name, value)
        name = self.sobject.name
        if self.kind is OperationKind.UPSERT:
            return Operation(
                self.kind, name, values, external_id_field=self.external_id_field, external_id=key_value
            )
        if self.kind is OperationKind.DELETE:
            values = {}
        return Operation(self.kind, name, values, record_id=str(key_value or ""))

    @property
    def _inserts_without_key(self) -> bool:
        return self.kind is OperationKind.UPSERT and self.external_id_field.casefold() == "id"


def csv_row(header: Sequence[str], cells: Sequence[str]) -> Row:
    """An empty value leaves the field alone, #N/A empties it; Account.Key__c names a parent by its key.

    User:Owner.Username says besides which object the parent is of, where a look-up leads to several.
    Source: Bulk API 2.0 and Bulk API Developer Guide, Relationship Fields in a Header Row.
    """
    row: dict[str, Any] = {}
    for name, text in zip(header, cells, strict=False):
        if text == "":
            row.setdefault(name, UNSET)
            continue
        row[name] = None if text == _NULL else text
    return row


def nested_row(row: Mapping[str, Any]) -> Row:
    """Nested parents become the dotted names of CSV, so that both are checked alike."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name == "attributes":
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items() if key != "attributes"}
        else:
            flat[name] = value
    return flat


def _exists(name: str, sobject: SObjectType, reader: Reader) -> bool:
    path, _, field_name = name.rpartition(".")
    owner: SObjectType | None = sobject
    if path:
        kind, _, relationship = path.rpartition(":")
        reference = reader.relation(sobject, relationship)
        targets = reader.targets(reference) if reference else []
        owner = next((one for one in targets if kind.casefold() in {"", one.name.casefold()}), None)
    found = owner.field_named(field_name) if owner else None
    return owner is not None and found is not None and reader.sees(owner, found)


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    path, _, field_name = name.rpartition(".")
    if path:
        kind, _, relationship = path.rpartition(":")
        values[relationship] = {field_name: value} | ({"type": kind} if kind else {})
    else:
        values[name] = value
