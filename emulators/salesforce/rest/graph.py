"""Composite Graph: several trees of dependent subrequests in one call, each of them all or nothing."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json, json_object
from emulators.salesforce.rest.composite import answer_together, refused, wrong_ids

blueprint = Blueprint("graph", __name__)

MOST_NODES = 500
MOST_GRAPHS = 75
"""Source: REST API Developer Guide, Composite Graph Limits."""


@blueprint.post("/composite/graph")
def graph() -> Response:
    """Answer every graph in order. A failing node undoes its own graph and no other."""
    graphs = json_object().get("graphs")
    if not isinstance(graphs, list) or not graphs or not all(_is_graph(g) for g in graphs):
        raise SalesforceError("JSON_PARSER_ERROR", "graphs must be a list of graphId and compositeRequest")
    ids = [g["graphId"] for g in graphs]
    if len(set(ids)) < len(ids):
        raise SalesforceError("INVALID_INPUT", "Duplicate graphId provided in the request.")
    nodes = sum(len(g["compositeRequest"]) for g in graphs)
    if len(graphs) > MOST_GRAPHS or nodes > MOST_NODES:
        message = f"The request can\u2019t contain more than {MOST_GRAPHS} graphs or {MOST_NODES} nodes."
        raise SalesforceError("LIMIT_EXCEEDED", message)
    return as_json({"graphs": [_answer(g) for g in graphs]})


def _is_graph(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("graphId"), str):
        return False
    nodes = value.get("compositeRequest")
    return isinstance(nodes, list) and all(isinstance(node, dict) for node in nodes)


def _answer(one: Mapping[str, Any]) -> dict[str, Any]:
    refusal = wrong_ids(one["compositeRequest"])
    shown = [refused(refusal)] if refusal else answer_together(one["compositeRequest"])
    return {
        "graphId": one["graphId"],
        "graphResponse": {"compositeResponse": shown},
        "isSuccessful": all(node["httpStatusCode"] < 400 for node in shown),
    }
