"""sObject Tree: records with their children in one call, all or nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from emulators.salesforce.context import current
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json, json_object
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access

blueprint = Blueprint("tree", __name__)

MOST_RECORDS = 200
MOST_TYPES = 5
MOST_LEVELS = 5
"""Source: REST API Developer Guide, sObject Tree."""


@dataclass(frozen=True, slots=True)
class _Link:
    """The record above, by its referenceId, and the look-up that its Id goes to; empty above the roots."""

    parent: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class _Node:
    """One record of the tree."""

    reference_id: str
    sobject: str
    values: dict[str, Any]
    link: _Link


class _Refused(Exception):
    """One record was refused, or several of one referenceId; everything is undone."""

    def __init__(self, reference_id: str, error: SalesforceError, records: int = 1) -> None:
        super().__init__(str(error))
        result = {"referenceId": reference_id, "errors": [error.as_record_error()]}
        self.results = [result] * records


@blueprint.post("/composite/tree/<name>")
def create_tree(name: str) -> Response:
    """Create all records of the tree: 201 with an Id for each referenceId, or 400 with the first refusal."""
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    records = json_object().get("records")
    try:
        nodes = list(_nodes(sobject, records, _Link(), 1))
        _require_sound(nodes)
        ids = _insert_all(nodes)
    except _Refused as refused:
        return as_json({"hasErrors": True, "results": refused.results}, 400)
    results = [{"referenceId": n.reference_id, "id": ids[n.reference_id]} for n in nodes]
    return as_json({"hasErrors": False, "results": results}, 201)


def _nodes(sobject: SObjectType, records: Any, link: _Link, level: int) -> Iterator[_Node]:
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise SalesforceError("JSON_PARSER_ERROR", "records must be a list of objects")
    if level > MOST_LEVELS:
        raise _Refused(link.parent, _too_much(f"a tree is at most {MOST_LEVELS} levels deep"))
    children = {f.child_relationship_name: (c, f) for c, f in current().org.schema.children_of(sobject.name)}
    for record in records:
        reference_id = _reference_id(sobject, record.get("attributes"))
        nested = {k: v for k, v in record.items() if k in children and isinstance(v, Mapping)}
        values = {k: v for k, v in record.items() if k != "attributes" and k not in nested}
        yield _Node(reference_id, sobject.name, values, link)
        for relationship, inner in nested.items():
            child, field = children[relationship]
            yield from _nodes(child, inner.get("records"), _Link(reference_id, field.name), level + 1)


def _reference_id(sobject: SObjectType, attributes: Any) -> str:
    """What the record is called in the request. Every record says its type, which its place has to allow."""
    told = attributes if isinstance(attributes, dict) else {}
    reference_id, name = str(told.get("referenceId") or ""), str(told.get("type") or "")
    if not reference_id:
        raise _Refused("", SalesforceError("INVALID_INPUT", "Every record needs a referenceId"))
    if name.casefold() != sobject.name.casefold():
        message = f"The type attribute must be {sobject.name} here, not {name or 'missing'}"
        raise _Refused(reference_id, SalesforceError("INVALID_INPUT", message))
    return reference_id


def _too_much(message: str) -> SalesforceError:
    return SalesforceError("LIMIT_EXCEEDED", f"The request can\u2019t be processed: {message}.")


def _require_sound(nodes: list[_Node]) -> None:
    if len(nodes) > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
        raise SalesforceError("EXCEEDED_ID_LIMIT", message)
    if len({node.sobject for node in nodes}) > MOST_TYPES:
        raise _too_much(f"its records have more than {MOST_TYPES} types")
    used = Counter(node.reference_id for node in nodes)
    repeated = next((reference_id for reference_id, times in used.items() if times > 1), None)
    if repeated is not None:
        error = SalesforceError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
        raise _Refused(repeated, error, used[repeated])


def _insert_all(nodes: list[_Node]) -> dict[str, str]:
    context = current()
    dml = Dml(context.org, context.user)
    ids: dict[str, str] = {}
    with context.org.transaction():
        for node in nodes:
            link = {node.link.field: ids[node.link.parent]} if node.link.parent else {}
            try:
                ids[node.reference_id] = dml.insert(node.sobject, {**node.values, **link})
            except SalesforceError as error:
                raise _Refused(node.reference_id, error) from error
    return ids
