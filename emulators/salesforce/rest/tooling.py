"""Tooling API: queries, the list of its objects, and by name what is not done."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.rest.query import query_text, wants_columns
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soql.execute import query_columns, run_query
from emulators.salesforce.tooling.catalogue import Catalogue, Unrestricted, tooling_schema

blueprint = Blueprint("tooling", __name__)

# What CumulusCI runs before each deploy. This org schedules no Apex, so the loop has nothing to go through.
_ABORT_SCHEDULED_JOBS = "for (CronTrigger t : [SELECT Id FROM CronTrigger]) { System.abortJob(t.Id); }"


@blueprint.get("/tooling/query")
def tooling_query() -> Response:
    """A query over tooling objects; never more than one page."""
    text = query_text()
    context = current()
    catalogue = Catalogue(context.org)
    try:
        if wants_columns():
            return jsonify(query_columns(catalogue, Unrestricted(), text))
        base_path = f"{context.base_path}/tooling/sobjects"
        result = run_query(catalogue, Unrestricted(), text, base_path=base_path, user_id=context.user.id)
    finally:
        catalogue.close()
    _show_metadata(result.records)
    types = {record["attributes"]["type"] for record in result.records}
    return jsonify(
        {
            "size": len(result.records),
            "totalSize": result.total_size,
            "done": True,
            "queryLocator": None,
            "entityTypeName": next(iter(types)) if len(types) == 1 else None,
            "records": result.records,
        }
    )


def _show_metadata(records: list[dict[str, Any]]) -> None:
    """Metadata is told of one row at a time, as an object.

    Source: Tooling API Developer Guide, SOQL operation limits.
    """
    if not any("Metadata" in record for record in records):
        return
    if len(records) > 1:
        raise SalesforceError(
            "MALFORMED_QUERY",
            "When retrieving results with Metadata or FullName fields, the query qualifications must specify"
            f" no more than one row for retrieval. Result size: {len(records)}",
            400,
        )
    for record in records:
        record["Metadata"] = json.loads(record["Metadata"])


@blueprint.get("/tooling/sobjects")
def list_objects() -> Response:
    """The tooling objects that can be queried."""
    objects = [_summary(sobject) for sobject in tooling_schema().objects.values()]
    return jsonify({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})


@blueprint.get("/tooling/sobjects/<name>/describe")
def describe(name: str) -> Response:
    """An object's fields, as far as a query needs them. Raises NOT_FOUND."""
    sobject = tooling_schema().object_named(name)
    if sobject is None:
        raise SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)
    fields = [
        {"name": f.name, "label": f.label, "type": str(f.type), "length": f.length, "nillable": f.nillable}
        for f in sobject.fields.values()
    ]
    return jsonify({**_summary(sobject), "fields": fields})


@blueprint.get("/tooling/executeAnonymous")
def execute_anonymous() -> Response:
    """Apex is not run here, except for the one script that has nothing to do in this org."""
    body = request.args.get("anonymousBody", "")
    if " ".join(body.split()) != _ABORT_SCHEDULED_JOBS:
        raise NotSupportedHere("executeAnonymous (Apex)")
    return jsonify(
        {
            "line": -1,
            "column": -1,
            "compiled": True,
            "success": True,
            "compileProblem": None,
            "exceptionStackTrace": None,
            "exceptionMessage": None,
        }
    )


@blueprint.route(
    "/tooling/<any(runTestsAsynchronous, runTestsSynchronous):resource>", methods=["GET", "POST"]
)
def run_tests(resource: str) -> Response:
    """Apex tests are not run here."""
    raise NotSupportedHere(f"{resource} (Apex)")


def _summary(sobject: SObjectType) -> dict[str, Any]:
    base = f"{current().base_path}/tooling/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.label_plural,
        "keyPrefix": sobject.key_prefix,
        "queryable": sobject.queryable,
        "createable": sobject.createable,
        "updateable": sobject.updateable,
        "deletable": sobject.deletable,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }
