"""Records of custom metadata types: fields that exist, contents that fit, mappings that lead somewhere."""

from collections.abc import Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.objects import FieldSpec, FieldType, ObjectKind
from metagen.model.records import MetadataRecord, RecordSet
from metagen.model.spec import Spec
from metagen.nodes import Literal, Number, Text

MAPPING = "Gift_Field_Mapping__mdt"
MAPPED_OBJECT, MAPPED_FIELD = Text("Object__c"), Text("Field__c")


def problems_of(spec: Spec) -> Iterator[Problem]:
    """What a deploy would refuse, and mappings of fields that nobody has."""
    for record_set in spec.record_sets.values():
        described = spec.objects.get(record_set.name)
        if described is None or described.kind is not ObjectKind.METADATA_TYPE:
            yield Problem(record_set.name.where, f"{record_set.name} is no custom metadata type")
            continue
        for record in record_set.records.values():
            yield from _values(record, record_set, spec)
        if record_set.name == MAPPING:
            yield from _mappings(record_set, spec)


def _values(record: MetadataRecord, record_set: RecordSet, spec: Spec) -> Iterator[Problem]:
    fields = spec.objects[record_set.name].fields
    for name, value in record.values.items():
        field = fields.get(name)
        if field is None:
            hint = did_you_mean(name, fields)
            yield Problem(name.where, f"{record_set.name} has no field {name}{hint}")
        elif not isinstance(value, _python_type(field)):
            yield Problem(name.where, f"{name} is a {field.type}, which holds no {value}")
        else:
            yield from _fits(name, value, record_set, spec)
    for name, field in fields.items():
        if field.required and name not in record.values:
            yield Problem(record.where, f"{name} is missing")


def _fits(name: Text, value: Literal, record_set: RecordSet, spec: Spec) -> Iterator[Problem]:
    words = spec.words_of(record_set.name, name)
    if words is not None and value not in words:
        yield Problem(name.where, f"{name} has no value {value}{did_you_mean(str(value), words)}")
    length = spec.objects[record_set.name].fields[name].length
    if length is not None and isinstance(value, Text) and len(value) > length:
        yield Problem(value.where, f"{name} holds {length} characters")


def _python_type(field: FieldSpec) -> type[bool | int | str]:
    return {FieldType.CHECKBOX: bool, FieldType.NUMBER: Number}.get(field.type, Text)


def _mappings(record_set: RecordSet, spec: Spec) -> Iterator[Problem]:
    for record in record_set.records.values():
        sobject, path = record.values.get(MAPPED_OBJECT), record.values.get(MAPPED_FIELD)
        if isinstance(sobject, Text) and isinstance(path, Text) and not spec.has_path(sobject, path):
            yield Problem(path.where, f"{sobject} has no field {path}")
