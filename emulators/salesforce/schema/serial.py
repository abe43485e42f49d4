"""The schema as JSON, so that an org survives a restart."""

import json
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from emulators.salesforce.schema.model import (
    Field,
    FieldType,
    PicklistValue,
    RecordType,
    Schema,
    SObjectType,
    ValidationRule,
)


def dump_schema(schema: Schema) -> str:
    """The whole schema; values equal to a dataclass's default are left out."""
    return json.dumps(_plain(schema), separators=(",", ":"))


def load_schema(text: str) -> Schema:
    """The reverse of dump_schema."""
    source = json.loads(text)
    return Schema(
        {name: _sobject(o) for name, o in source["objects"].items()},
        {name: _values(vs) for name, vs in source.get("global_value_sets", {}).items()},
    )


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        pairs = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: _plain(v) for f, v in pairs if v != f.default and v not in ((), {})}
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return str(value) if isinstance(value, StrEnum) else value


def _values(source: list[dict[str, Any]]) -> tuple[PicklistValue, ...]:
    return tuple(PicklistValue(**v) for v in source)


def _field(source: dict[str, Any]) -> Field:
    plain = {**source, "type": FieldType(source["type"])}
    if "picklist_values" in source:
        plain["picklist_values"] = _values(source["picklist_values"])
    if "reference_to" in source:
        plain["reference_to"] = tuple(source["reference_to"])
    return Field(**plain)


def _record_type(source: dict[str, Any]) -> RecordType:
    values = {name: tuple(offered) for name, offered in source.get("values", {}).items()}
    return RecordType(**{**source, "values": values, "default_for": tuple(source.get("default_for", ()))})


def _sobject(source: dict[str, Any]) -> SObjectType:
    rules = {name: ValidationRule(**rule) for name, rule in source.get("validation_rules", {}).items()}
    types = {name: _record_type(found) for name, found in source.get("record_types", {}).items()}
    own_fields = {name: _field(f) for name, f in source["fields"].items()}
    return SObjectType(**{**source, "fields": own_fields, "validation_rules": rules, "record_types": types})
