"""The schema as values: a deploy builds a new Schema beside the old one and swaps it in at the end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class FieldType(StrEnum):
    """Describe's field types."""

    ID = "id"
    STRING = "string"
    TEXTAREA = "textarea"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    COMBOBOX = "combobox"
    BOOLEAN = "boolean"
    INT = "int"
    DOUBLE = "double"
    CURRENCY = "currency"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    REFERENCE = "reference"
    ADDRESS = "address"
    ENCRYPTED = "encryptedstring"
    BASE64 = "base64"
    ANY = "anyType"
    LOCATION = "location"
    COMPLEX = "complexvalue"


@dataclass(frozen=True, slots=True)
class PicklistValue:
    """One entry of a picklist."""

    value: str
    label: str
    default: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; attribute names follow describe, in Python's case.

    length: characters, for text. precision and scale: digits, for numbers.
    blanks_are_zero: whether the formula takes numbers without a value for 0.
    guarded: False where field-level security does not apply although the field is optional.
    extra: what the deployed XML said that nothing here evaluates (kept for retrieve and describe).
    """

    name: str
    label: str
    type: FieldType
    length: int = 0
    precision: int = 0
    scale: int = 0
    nillable: bool = True
    createable: bool = True
    updateable: bool = True
    filterable: bool = True
    sortable: bool = True
    groupable: bool = True
    defaulted_on_create: bool = False
    custom: bool = False
    unique: bool = False
    external_id: bool = False
    id_lookup: bool = False
    case_sensitive: bool = False
    name_field: bool = False
    auto_number: str = ""
    calculated: bool = False
    html: bool = False
    restricted_picklist: bool = False
    picklist_values: tuple[PicklistValue, ...] = ()
    value_set: str = ""
    reference_to: tuple[str, ...] = ()
    relationship_name: str = ""
    child_relationship_name: str = ""
    polymorphic: bool = False
    delete_constraint: str = "SetNull"
    master_detail: bool = False
    default_value: str | bool | float | None = None
    default_formula: str = ""
    formula: str = ""
    blanks_are_zero: bool = False
    help_text: str = ""
    description: str = ""
    compound: str = ""
    guarded: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """True when create must name it: not nillable, no default, and writable."""
        return not self.nillable and self.createable and not self.defaulted_on_create

    @property
    def permissionable(self) -> bool:
        """True when a permission set may grant or withhold the field; required fields are always visible."""
        optional = self.nillable or self.type is FieldType.BOOLEAN
        return self.guarded and optional and not self.master_detail and not self.name_field


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """A deployed validation rule: a true formula refuses the record."""

    name: str
    formula: str
    message: str
    error_field: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """A deployed record type.

    id: of its RecordType record. values: the picklist values it offers, by field. default_for: names of the
    profiles whose users' new records get it.
    """

    id: str
    name: str
    label: str
    active: bool = True
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SObjectType:
    """One object with its fields, in order of definition."""

    name: str
    label: str
    label_plural: str
    key_prefix: str
    fields: Mapping[str, Field]
    custom: bool = False
    custom_setting: str = ""
    queryable: bool = True
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    searchable: bool = True
    triggerable: bool = True
    modelled: bool = True
    activities: bool = False
    sharing_model: str = "ReadWrite"
    validation_rules: Mapping[str, ValidationRule] = field(default_factory=dict)
    record_types: Mapping[str, RecordType] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)

    def field_named(self, name: str) -> Field | None:
        """Look a field up the way Salesforce does: without regard to case."""
        found = self.fields.get(name)
        if found is not None:
            return found
        folded = name.casefold()
        return next((f for key, f in self.fields.items() if key.casefold() == folded), None)

    def securing(self, field: Field) -> Field:
        """The field whose permissions decide about a field: for a part of an address the address as a whole.

        Source: https://salesforce.stackexchange.com/questions/97912 (FieldPermissions refuses
        Contact.MailingStreet and takes Contact.MailingAddress); profiles of real orgs name addresses alone.
        """
        whole = self.fields.get(field.compound)
        return whole if whole is not None and whole.type is FieldType.ADDRESS else field

    def default_record_type(self, profile: str) -> RecordType | None:
        """What new records of a profile's users get; None for the master record type."""
        active = (found for found in self.record_types.values() if found.active)
        return next((found for found in active if profile in found.default_for), None)

    def with_field(self, new: Field) -> "SObjectType":
        """A copy in which the field is added or replaced."""
        return replace(self, fields={**self.fields, new.name: new})


@dataclass(frozen=True, slots=True)
class Schema:
    """All objects of the org. Never changed in place."""

    objects: Mapping[str, SObjectType]
    global_value_sets: Mapping[str, tuple[PicklistValue, ...]] = field(default_factory=dict)

    def object_named(self, name: str) -> SObjectType | None:
        """Look an object up without regard to case."""
        found = self.objects.get(name)
        if found is not None:
            return found
        folded = name.casefold()
        return next((o for key, o in self.objects.items() if key.casefold() == folded), None)

    def with_object(self, new: SObjectType) -> "Schema":
        """A copy in which the object is added or replaced."""
        return replace(self, objects={**self.objects, new.name: new})

    def children_of(self, parent: str) -> Iterator[tuple[SObjectType, Field]]:
        """Every (object, field) whose reference field can point at parent."""
        for sobject in self.objects.values():
            for reference in sobject.fields.values():
                if parent in reference.reference_to:
                    yield sobject, reference
