"""sObject Tree: records with their children in one call, all or nothing."""

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


@dataclass(frozen=True, slots=True)
class _Node:
    """One record of the tree. parent_field: the look-up that the parent's Id goes to."""

    reference_id: str
    sobject: str
    values: dict[str, Any]
    parent: str = ""
    parent_field: str = ""


class _Refused(Exception):
    """One record was refused; everything is undone."""

    def __init__(self, reference_id: str, error: SalesforceError) -> None:
        super().__init__(str(error))
        self.reference_id = reference_id
        self.error = error


@blueprint.post("/composite/tree/<name>")
def create_tree(name: str) -> Response:
    """Create all records of the tree: 201 with an Id for each referenceId, or 400 with the first refusal."""
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    nodes = list(_nodes(sobject, json_object().get("records"), "", ""))
    try:
        _require_sound(nodes)
        ids = _insert_all(nodes)
    except _Refused as refused:
        result = {"referenceId": refused.reference_id, "errors": [refused.error.as_record_error()]}
        return as_json({"hasErrors": True, "results": [result]}, 400)
    results = [{"referenceId": n.reference_id, "id": ids[n.reference_id]} for n in nodes]
    return as_json({"hasErrors": False, "results": results}, 201)


def _nodes(sobject: SObjectType, records: Any, parent: str, parent_field: str) -> Iterator[_Node]:
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise SalesforceError("JSON_PARSER_ERROR", "records must be a list of objects")
    children = {f.child_relationship_name: (c, f) for c, f in current().org.schema.children_of(sobject.name)}
    for record in records:
        attributes = record.get("attributes") or {}
        reference_id = str(attributes.get("referenceId") or "")
        nested = {k: v for k, v in record.items() if k in children and isinstance(v, Mapping)}
        values = {k: v for k, v in record.items() if k != "attributes" and k not in nested}
        yield _Node(reference_id, sobject.name, values, parent, parent_field)
        for relationship, inner in nested.items():
            child, field = children[relationship]
            yield from _nodes(child, inner.get("records"), reference_id, field.name)


def _require_sound(nodes: list[_Node]) -> None:
    if len(nodes) > MOST_RECORDS:
        message = f"record limit reached. cannot submit more than {MOST_RECORDS} records into this call"
        raise SalesforceError("EXCEEDED_ID_LIMIT", message)
    seen: set[str] = set()
    for node in nodes:
        if not node.reference_id:
            error = SalesforceError("INVALID_INPUT", "Every record needs a referenceId")
            raise _Refused(node.reference_id, error)
        if node.reference_id in seen:
            error = SalesforceError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
            raise _Refused(node.reference_id, error)
        seen.add(node.reference_id)


def _insert_all(nodes: list[_Node]) -> dict[str, str]:
    context = current()
    dml = Dml(context.org, context.user)
    ids: dict[str, str] = {}
    with context.org.transaction():
        for node in nodes:
            link = {node.parent_field: ids[node.parent]} if node.parent else {}
            try:
                ids[node.reference_id] = dml.insert(node.sobject, {**node.values, **link})
            except SalesforceError as error:
                raise _Refused(node.reference_id, error) from error
    return ids
