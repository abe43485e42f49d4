"""Checks on a whole row before it is written."""

from typing import Any

from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, Schema, SObjectType
from emulators.salesforce.store.database import Database, folded, needs_folding, quote


def require_fields(plan: WritePlan, row: Row) -> None:
    """Raises REQUIRED_FIELD_MISSING naming every required field that is empty."""
    missing = tuple(f.name for f in plan.required if row[f.name] is None)
    if missing:
        listed = ", ".join(missing)
        raise SalesforceError(
            "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{listed}]", fields=missing
        )


def require_unique(db: Database, plan: WritePlan, row: Row, old: Row | None) -> None:
    """Raises DUPLICATE_VALUE naming the record that has the value already."""
    for field in plan.unique:
        value = row[field.name]
        if value is None or (old is not None and old[field.name] == value):
            continue
        other = find_by(db, plan.sobject, field, value)
        if other and other[0] != row["Id"]:
            message = f"duplicate value found: {field.name} duplicates value on record with id: {other[0]}"
            raise SalesforceError("DUPLICATE_VALUE", message)


def find_by(db: Database, sobject: SObjectType, field: Field, value: Any) -> list[str]:
    """Ids of the records, not in the bin, whose field has a value."""
    alive = ' AND "IsDeleted" = 0' if "IsDeleted" in sobject.fields else ""
    column = quote(field.name)
    if needs_folding(value) and not field.case_sensitive:
        column, value = f"folded({column})", folded(value)
    sql = f'SELECT "Id" FROM {quote(sobject.name)} WHERE {column} = ?{alive}'  # noqa: S608 -- quoted names
    return [r["Id"] for r in db.all(sql, (value,))]


class ReferenceCheck:
    """Whether look-up values point at records; remembers within one call what was found."""

    def __init__(self, db: Database, schema: Schema) -> None:
        self._db = db
        self._types = {o.key_prefix: o for o in schema.objects.values() if o.key_prefix and o.modelled}
        self._alive: set[str] = set()

    def type_of(self, record_id: str) -> SObjectType | None:
        """The object an Id belongs to, by its first three characters."""
        return self._types.get(record_id[:3])

    def forget(self) -> None:
        """Something was deleted or rolled back."""
        self._alive.clear()

    def check(self, plan: WritePlan, row: Row, old: Row | None) -> None:
        """Raises for a reference to the wrong object, to nothing, or to a deleted record."""
        for field in plan.references:
            value = row[field.name]
            if value is None or (old is not None and old[field.name] == value):
                continue
            self._check_type(field, value)
            if value not in self._alive:
                self._check_alive(value)

    def _check_type(self, field: Field, value: str) -> None:
        target = self.type_of(value)
        if target is None or target.name not in field.reference_to:
            message = f"{field.label}: id value of incorrect type: {value}"
            raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message, fields=(field.name,))

    def _check_alive(self, value: str) -> None:
        target = self._types[value[:3]]
        found = self._db.one(f'SELECT * FROM {quote(target.name)} WHERE "Id" = ?', (value,))  # noqa: S608 -- quoted
        if found is None:
            raise SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if "IsDeleted" in target.fields and found["IsDeleted"]:
            raise SalesforceError("ENTITY_IS_DELETED", "entity is deleted")
        self._alive.add(value)
