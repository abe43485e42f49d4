"""Standard objects, read from compact facts in `standard/*.yml`.

A file describes one object::

    name: Contact
    label: Contact
    plural: Contacts
    prefix: "003"
    id_label: Contact ID    # where it is not the label and "ID"
    system: full            # full, setup (no IsDeleted), or none; which system fields the object has
    activities: true        # Task.WhatId and Task.WhoId may point here
    fields:
      LastName: string(80) required in:Name | Last Name
      LeadSource: picklist(255) values:LeadSource | Lead Source

The text before the bar is a type with its size (characters, or precision and scale, or the objects a
reference points to) and marks. Without marks a field is optional and writable; booleans are never null.

required      not nillable                        readonly     neither createable nor updateable
fixed         createable only                     later        updateable only
defaulted     filled in when left out             =X           default value
open          not subject to field permissions    guarded      subject to them against the rule below
name          the name field                      idlookup     usable as key of an upsert
polymorphic   may point at objects not modelled here, too
restricted    only listed values                  as:X         relationship name
children:X    relationship name seen from there   cascade      deleted with the parent
values:X      picklist in picklists.yml           in:X         part of a compound field
restrict      keeps the parent from being deleted
numbered:X    numbered by itself in the format X
nofilter, nosort, nogroup, case, unique: as the words say

Optional writable fields are subject to field permissions; read-only and boolean ones are not unless marked.
"""

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from emulators.salesforce.schema.model import Field, FieldType, PicklistValue, Schema, SObjectType

_SPEC = re.compile(r"(?P<type>\w+)(?:\((?P<size>[^)]*)\))?(?P<marks>[^|]*)\|\s*(?P<label>.*)")
_NUMBERS = {FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}
_UNSORTED = {FieldType.ADDRESS, FieldType.BASE64}
_UNGROUPED = {*_NUMBERS, FieldType.DATETIME, *_UNSORTED}
_LONG_TEXT_CHARACTERS = 256


@cache
def standard_schema() -> Schema:
    """All standard objects that the local org models."""
    folder = files("emulators.salesforce.schema") / "standard"
    picklists = _picklists(yaml.safe_load((folder / "picklists.yml").read_text("utf-8")))
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".yml"))
    sources = [folder / name for name in names if name != "picklists.yml"]
    objects = [_sobject(yaml.safe_load(f.read_text("utf-8")), picklists) for f in sources]
    return Schema({sobject.name: sobject for sobject in objects})


def system_fields(label: str, *, deletable: bool = True, id_label: str = "") -> dict[str, Field]:
    """The fields every record has: Id, then IsDeleted when records go to the bin, then who and when."""
    specs = {"Id": f"id(18) required readonly defaulted idlookup | {id_label or label + ' ID'}"}
    if deletable:
        specs["IsDeleted"] = "boolean readonly defaulted | Deleted"
    specs |= {
        "CreatedDate": "datetime required readonly defaulted | Created Date",
        "CreatedById": "reference(User) required readonly defaulted as:CreatedBy | Created By ID",
        "LastModifiedDate": "datetime required readonly defaulted | Last Modified Date",
        "LastModifiedById": "reference(User) required readonly defaulted as:LastModifiedBy"
        " | Last Modified By ID",
        "SystemModstamp": "datetime required readonly defaulted | System Modstamp",
    }
    return {name: parse_field(name, spec, {}) for name, spec in specs.items()}


def parse_field(name: str, spec: str, picklists: dict[str, tuple[PicklistValue, ...]]) -> Field:
    """One field from its compact notation. Raises ValueError for a notation that is not one."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise ValueError(f"{name}: {spec}")
    kind = FieldType(match["type"])
    plain = Field(name=name, label=match["label"].strip(), type=kind)
    field = _with_size(plain, match["size"] or "")
    field = _with_marks(field, match["marks"].split(), picklists)
    return _with_usage(field, set(match["marks"].split()))


def _picklists(source: dict[str, list[str]]) -> dict[str, tuple[PicklistValue, ...]]:
    """Lists of values; a star behind a value marks the default."""
    return {
        name: tuple(
            PicklistValue(v.removesuffix(" *"), v.removesuffix(" *"), v.endswith(" *")) for v in values
        )
        for name, values in source.items()
    }


def _sobject(source: dict[str, Any], picklists: dict[str, tuple[PicklistValue, ...]]) -> SObjectType:
    own = {name: parse_field(name, spec, picklists) for name, spec in source["fields"].items()}
    system = source.get("system", "full")
    around = system_fields(source["label"], deletable=system == "full", id_label=source.get("id_label", ""))
    if system == "none":
        around = {"Id": around["Id"]}
    leading = {n: f for n, f in around.items() if n in {"Id", "IsDeleted"}}
    flags = {name: source[name] for name in _FLAGS if name in source}
    return SObjectType(
        name=source["name"],
        label=source["label"],
        label_plural=source["plural"],
        key_prefix=source["prefix"],
        fields={**leading, **own, **{n: f for n, f in around.items() if n not in leading}},
        **flags,
    )


_FLAGS = ("activities", "createable", "updateable", "deletable", "searchable", "triggerable", "queryable")


def _with_size(field: Field, size: str) -> Field:
    if field.type is FieldType.REFERENCE:
        targets = tuple(size.split(","))
        return replace(field, length=18, reference_to=targets, polymorphic=len(targets) > 1)
    if field.type in _NUMBERS:
        precision, _, scale = size.partition(",")
        return replace(field, precision=int(precision), scale=int(scale or 0))
    if field.type is FieldType.INT:
        return replace(field, precision=int(size or 8))
    return replace(field, length=int(size or 0))


def _with_marks(field: Field, marks: list[str], picklists: dict[str, tuple[PicklistValue, ...]]) -> Field:
    changes: dict[str, Any] = {}
    if field.type is FieldType.BOOLEAN:
        changes |= {"nillable": False, "default_value": False, "defaulted_on_create": True}
    for mark in marks:
        changes |= _mark(mark, picklists)
    if field.type is FieldType.BOOLEAN:
        changes["default_value"] = changes["default_value"] == "true"
    return replace(field, **changes)


def _mark(mark: str, picklists: dict[str, tuple[PicklistValue, ...]]) -> dict[str, Any]:
    if mark in _MARKS:
        return _MARKS[mark]
    if mark.startswith("="):
        return {"default_value": mark[1:].replace("_", " ")}
    key, _, value = mark.partition(":")
    if key == "values":
        values = picklists[value]
        chosen = next((v.value for v in values if v.default), None)
        return {"picklist_values": values, **({"default_value": chosen} if chosen else {})}
    return {_NAMED_MARKS[key]: value}


_NAMED_MARKS = {
    "as": "relationship_name",
    "children": "child_relationship_name",
    "in": "compound",
    "numbered": "auto_number",
}
_MARKS: dict[str, dict[str, Any]] = {
    "required": {"nillable": False},
    "readonly": {"createable": False, "updateable": False},
    "fixed": {"updateable": False},
    "later": {"createable": False},
    "defaulted": {"defaulted_on_create": True},
    "open": {},
    "guarded": {},
    "name": {"name_field": True},
    "polymorphic": {"polymorphic": True},
    "idlookup": {"id_lookup": True},
    "restricted": {"restricted_picklist": True},
    "cascade": {"delete_constraint": "Cascade"},
    "restrict": {"delete_constraint": "Restrict"},
    "nofilter": {"filterable": False},
    "nosort": {"sortable": False},
    "nogroup": {"groupable": False},
    "case": {"case_sensitive": True},
    "unique": {"unique": True, "id_lookup": True},
}


def _with_usage(field: Field, marks: set[str]) -> Field:
    """Field security, and what SOQL may do with the field: both follow from type and size."""
    long_text = field.type is FieldType.TEXTAREA and field.length >= _LONG_TEXT_CHARACTERS
    readable_by_rule = field.createable and field.type is not FieldType.BOOLEAN and field.compound != "Name"
    return replace(
        field,
        guarded="guarded" in marks or (readable_by_rule and "open" not in marks),
        filterable=field.filterable and not long_text,
        sortable=field.sortable and not long_text and field.type not in _UNSORTED,
        groupable=field.groupable and not long_text and field.type not in _UNGROUPED,
    )
