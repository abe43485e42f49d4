"""What one user may write to one object, worked out once for a whole call."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access

Row = dict[str, Any]


class WritePlan:
    """The writable fields of an object by lower-case name, and the fields that need a check on every write.

    access: None for the org's own writes, which may set read-only fields.
    """

    def __init__(self, sobject: SObjectType, access: Access | None) -> None:
        self.sobject = sobject
        self._access = access
        fields = sobject.fields.values()
        self._fields = {f.name.casefold(): f for f in fields if self._visible(f)}
        self._relations = {f.relationship_name.casefold(): f for f in fields if f.relationship_name}
        self._insertable = {f.name for f in fields if self._may_insert(f)}
        self._updateable = {f.name for f in fields if self._may_update(f)}
        self.required = [
            f for f in fields if not f.nillable and f.type is not FieldType.BOOLEAN and f.createable
        ]
        self.unique = [f for f in fields if f.unique]
        self.references = [f for f in fields if f.type is FieldType.REFERENCE]
        self.defaulted = [f for f in fields if f.default_formula or f.default_value is not None]
        self.formulas = [f for f in fields if f.formula]
        self.auto_numbers = [f for f in fields if f.auto_number]
        self.blank: Row = {f.name: 0 if f.type is FieldType.BOOLEAN else None for f in fields}
        self.rules = [r for r in sobject.validation_rules.values() if r.active]

    def match(self, values: Mapping[str, Any], *, inserting: bool) -> list[tuple[Field, Any]]:
        """The named fields with their JSON values.

        Raises INVALID_FIELD for a name that does not exist for the user, INVALID_FIELD_FOR_INSERT_UPDATE for
        fields that may not be written.
        """
        matched = [(self._find(name, value), value) for name, value in values.items() if name != "attributes"]
        allowed = self._insertable if inserting else self._updateable
        refused = [field.name for field, _ in matched if field.name not in allowed]
        if refused:
            raise not_writable(refused)
        return matched

    def field(self, name: str) -> Field | None:
        """A field the user can see, without regard to case."""
        return self._fields.get(name.casefold())

    def _find(self, name: str, value: Any) -> Field:
        field = self._fields.get(name.casefold())
        if field is None and isinstance(value, Mapping):
            field = self._relations.get(name.casefold())
        if field is None:
            message = f"No such column '{name}' on sobject of type {self.sobject.name}"
            raise SalesforceError("INVALID_FIELD", message)
        return field

    def _visible(self, field: Field) -> bool:
        return self._access is None or self._access.field_readable(self.sobject, field)

    def _may_insert(self, field: Field) -> bool:
        if self._access is None:
            return field.name != "Id"
        return field.createable and self._access.field_editable(self.sobject, field)

    def _may_update(self, field: Field) -> bool:
        if self._access is None:
            return field.name != "Id"
        return field.updateable and self._access.field_editable(self.sobject, field)


def not_writable(names: Iterable[str]) -> SalesforceError:
    """The refusal of fields that are read-only, for everyone or for this user."""
    listed = tuple(names)
    message = (
        f"Unable to create/update fields: {', '.join(listed)}. "
        "Please check the security settings of this field and verify that it is read/write "
        "for your profile or permission set."
    )
    return SalesforceError("INVALID_FIELD_FOR_INSERT_UPDATE", message, fields=listed)
