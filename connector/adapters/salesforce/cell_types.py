"""From the cells of a CSV to the values that REST gives, by the types of the org's fields."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from connector.ports import Record

Describe = Callable[[str], Mapping[str, Any]]
Convert = Callable[[str], Any]


def _moment(cell: str) -> str:
    """REST writes +0000 where CSV writes Z."""
    return f"{cell[:-1]}+0000" if cell.endswith("Z") else cell


_CONVERT: Mapping[str, Convert] = {
    "boolean": lambda cell: cell == "true",
    "int": int,
    "double": float,
    "currency": float,
    "percent": float,
    "datetime": _moment,
}


class CellReader:
    """Reads the rows of one query. Columns are named like `Id` and `Contact.Email`."""

    def __init__(self, converters: Callable[[str], Convert]) -> None:
        self._converters = converters
        self._known: dict[str, Convert] = {}

    def record(self, row: Mapping[str, str]) -> Record:
        """A row as REST would give it: parents are records of their own, missing ones None."""
        record: dict[str, Any] = {}
        for column, cell in row.items():
            parent, _, field = column.rpartition(".")
            value = self._converter(column)(cell) if cell else None
            if not parent:
                record[field] = value
            elif value is not None:
                record[parent] = (record.get(parent) or {}) | {field: value}
            else:
                record.setdefault(parent, None)
        return {name: _filled(name, value, row) for name, value in record.items()}

    def _converter(self, column: str) -> Convert:
        if column not in self._known:
            self._known[column] = self._converters(column)
        return self._known[column]


def _filled(name: str, value: Any, row: Mapping[str, str]) -> Any:
    """A parent with its empty fields as well."""
    if not isinstance(value, dict):
        return value
    fields = (column.rpartition(".")[2] for column in row if column.startswith(f"{name}."))
    return {field: value.get(field) for field in fields}


class FieldTypes:
    """Converters by what an org's describe says, asked once for each object."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._objects: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self._lock = threading.Lock()

    def reader(self, sobject: str) -> CellReader:
        """For queries of an object."""
        return CellReader(lambda column: self._converter(sobject, column))

    def _converter(self, sobject: str, column: str) -> Convert:
        *parents, field = column.split(".")
        for parent in parents:
            targets = self._target(sobject, parent)
            if len(targets) != 1:
                return str  # who it is differs from row to row: such fields are texts
            sobject = targets[0]
        kind = self._fields(sobject).get(field.lower(), {}).get("type", "")
        return _CONVERT.get(kind, str)

    def _target(self, sobject: str, relationship: str) -> list[str]:
        for field in self._fields(sobject).values():
            if str(field.get("relationshipName") or "").lower() == relationship.lower():
                return list(field["referenceTo"])
        return []

    def _fields(self, sobject: str) -> Mapping[str, Mapping[str, Any]]:
        with self._lock:
            if sobject not in self._objects:
                described = self._describe(sobject)["fields"]
                self._objects[sobject] = {str(field["name"]).lower(): field for field in described}
            return self._objects[sobject]
