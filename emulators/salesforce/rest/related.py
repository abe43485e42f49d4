"""Relationship paths: `sobjects/<object>/<id>/<relationship>[/<relationship>...]`.

A path to a parent stands for that record; one that ends at children stands for a query of them.
"""

from dataclasses import dataclass

from flask import Response

from emulators.salesforce.context import current
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.rest.body import as_json, not_found
from emulators.salesforce.rest.query import answer_query
from emulators.salesforce.rest.records import chosen_fields, living_record, record_json
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.security.access import Access


@dataclass(frozen=True, slots=True)
class RelatedRecord:
    """The record at the end of a path of parents."""

    sobject: SObjectType
    row: Row


def parent_at(sobject: SObjectType, row: Row, path: list[str], access: Access) -> RelatedRecord:
    """Follow look-ups from a record. Raises NOT_FOUND for an unknown relationship and for an empty one."""
    for step in path:
        field = _look_up(sobject, step, access)
        target = _target(row[field.name] or "")
        if target is None or not access.readable(target):
            raise not_found()
        found = living_record(target, row[field.name])
        if found is None:
            raise not_found()
        sobject, row = target, found
    return RelatedRecord(sobject, row)


def read_path(
    sobject: SObjectType, row: Row, path: list[str], access: Access, fields: list[str] | None
) -> Response:
    """The parent, or the children, at the end of a path. Raises NOT_FOUND."""
    holder = parent_at(sobject, row, path[:-1], access)
    children = _children(holder.sobject, path[-1], access)
    if children is None:
        end = parent_at(holder.sobject, holder.row, path[-1:], access)
        return as_json(record_json(end.sobject, chosen_fields(end.sobject, access, fields), end.row))
    child, reference = children
    names = ", ".join(f.name for f in chosen_fields(child, access, fields))
    return answer_query(f"SELECT {names} FROM {child.name} WHERE {reference.name} = '{holder.row['Id']}'")  # noqa: S608 -- names of the schema and an Id


def _look_up(sobject: SObjectType, name: str, access: Access) -> Field:
    folded = name.casefold()
    for field in sobject.fields.values():
        if field.relationship_name.casefold() == folded and access.field_readable(sobject, field):
            return field
    raise not_found()


def _children(sobject: SObjectType, name: str, access: Access) -> tuple[SObjectType, Field] | None:
    folded = name.casefold()
    for child, field in current().org.schema.children_of(sobject.name):
        if (
            field.child_relationship_name.casefold() == folded
            and child.modelled
            and access.field_readable(child, field)
        ):
            return child, field
    return None


def _target(record_id: str) -> SObjectType | None:
    objects = current().org.schema.objects.values()
    return next((o for o in objects if o.key_prefix and record_id.startswith(o.key_prefix)), None)
