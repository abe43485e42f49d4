"""The schema as JSON, so that an org survives a restart."""

import json
from dataclasses import fields
from functools import cache
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
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    pairs = ((name, getattr(value, name), default) for name, default in _parts(value.__class__))
    return {name: _plain(v) for name, v, default in pairs if v != default and v not in _EMPTY}


_SCALARS = (str, int, float, type(None))
_EMPTY: tuple[Any, ...] = ((), {})


@cache
def _parts(of: Any) -> tuple[tuple[str, Any], ...]:
    """Name and default of each field of a dataclass. A schema has thousands of values of few classes."""
    return tuple((f.name, f.default) for f in fields(of))


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
