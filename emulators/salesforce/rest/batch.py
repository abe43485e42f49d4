"""Composite Batch: up to 25 independent subrequests. Each counts against the day's calls."""

from typing import Any

from flask import Blueprint, Response

from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json, json_object
from emulators.salesforce.rest.subrequests import SubResponse, answer

blueprint = Blueprint("batch", __name__)

MOST_SUBREQUESTS = 25
_HALTED = SubResponse(
    412,
    [
        {
            "errorCode": "BATCH_PROCESSING_HALTED",
            "message": "Batch processing has halted because of an error in a previous subrequest",
        }
    ],
    {},
)


@blueprint.post("/composite/batch")
def batch() -> Response:
    """Answer every subrequest in order; failures undo nothing. With haltOnError the rest is not tried."""
    body = json_object()
    requests = body.get("batchRequests")
    if not isinstance(requests, list) or not all(isinstance(r, dict) for r in requests):
        raise SalesforceError("JSON_PARSER_ERROR", "batchRequests must be a list of subrequests")
    if len(requests) > MOST_SUBREQUESTS:
        message = f"The request can\u2019t contain more than {MOST_SUBREQUESTS} operations."
        raise SalesforceError("LIMIT_EXCEEDED", message)
    responses: list[SubResponse] = []
    for one in requests:
        halted = body.get("haltOnError") is True and any(r.failed for r in responses)
        responses.append(_HALTED if halted else _answer(one, first=not responses))
    results = [{"statusCode": r.status, "result": r.body} for r in responses]
    return as_json({"hasErrors": any(r.failed for r in responses), "results": results})


def _answer(one: dict[str, Any], *, first: bool) -> SubResponse:
    if not first:
        try:
            current().org.limits.count_call()
        except SalesforceError as error:
            return SubResponse(error.status, [error.as_rest()], {})
    method = str(one.get("method", "GET")).upper()
    return answer(method, str(one.get("url", "")), one.get("richInput"))
