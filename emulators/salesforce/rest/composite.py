"""Composite: up to 25 dependent subrequests in one call."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response

from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.rest.body import as_json, json_object
from emulators.salesforce.rest.references import resolve
from emulators.salesforce.rest.subrequests import SubResponse, answer

blueprint = Blueprint("composite", __name__)

MOST_SUBREQUESTS = 25
MOST_QUERIES_AND_COLLECTIONS = 5
"""Source: REST API Developer Guide, Send Multiple Requests Using Composite."""

_COUNTED_URL = re.compile(r"/?(?:services/data/)?v\d\d\.\d/(query|queryAll|composite/sobjects)\b.*")
_ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."


class _RollBack(Exception):
    """The way out of a transaction in which a subrequest failed."""


@blueprint.get("/composite")
def list_composites() -> Response:
    """The composite resources by name."""
    base = f"{current().base_path}/composite"
    return as_json({name: f"{base}/{name}" for name in ("batch", "graph", "sobjects", "tree")})


@blueprint.post("/composite")
def composite() -> Response:
    """Answer every subrequest in order; with allOrNone, one failure undoes all."""
    body = json_object()
    requests = body.get("compositeRequest")
    if not isinstance(requests, list) or not all(isinstance(r, dict) for r in requests):
        raise SalesforceError("JSON_PARSER_ERROR", "compositeRequest must be a list of subrequests")
    refusal = _too_much(requests) or wrong_ids(requests)
    if refusal is not None:
        return as_json({"compositeResponse": [refused(refusal)]}, 400)
    if body.get("allOrNone") is True:
        return as_json({"compositeResponse": answer_together(requests)})
    answers: dict[str, Any] = {}
    return as_json({"compositeResponse": [_shown(_id(r), _answer(r, answers)) for r in requests]})


def _too_much(requests: Sequence[Mapping[str, Any]]) -> SalesforceError | None:
    """The first text is on record; the one about queries and collections is made after it."""
    counted = sum(bool(_COUNTED_URL.fullmatch(str(r.get("url", "")))) for r in requests)
    if len(requests) > MOST_SUBREQUESTS:
        message = f"The request can\u2019t contain more than {MOST_SUBREQUESTS} operations."
    elif counted > MOST_QUERIES_AND_COLLECTIONS:
        most = MOST_QUERIES_AND_COLLECTIONS
        message = f"The request can\u2019t contain more than {most} query or sObject Collections operations."
    else:
        return None
    return SalesforceError("LIMIT_EXCEEDED", message)


def wrong_ids(requests: Sequence[Mapping[str, Any]]) -> SalesforceError | None:
    """What is wrong with the referenceIds, if anything is."""
    ids = [_id(r) for r in requests]
    if any(not re.fullmatch(r"[A-Za-z0-9]\w*", i) for i in ids):
        return SalesforceError(
            "INVALID_INPUT", "Every subrequest needs a referenceId of letters, digits and _"
        )
    if len(set(ids)) < len(ids):
        return SalesforceError("INVALID_INPUT", "Duplicate ReferenceId provided in the request.")
    return None


def refused(error: SalesforceError) -> dict[str, Any]:
    """The one item of an answer to a call that was not even begun."""
    return _shown(None, _failure(error))


def answer_together(requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Answer subrequests in order, all or nothing: after a failure the others report PROCESSING_HALTED."""
    answers: dict[str, Any] = {}
    shown: list[dict[str, Any]] = []
    failed = -1
    try:
        with current().org.transaction():
            for position, one in enumerate(requests):
                response = _answer(one, answers)
                shown.append(_shown(_id(one), response))
                if response.failed:
                    failed = position
                    raise _RollBack  # noqa: TRY301 -- the way out of the transaction
    except _RollBack:
        halted = _failure(SalesforceError("PROCESSING_HALTED", _ROLLED_BACK))
        return [shown[i] if i == failed else _shown(_id(r), halted) for i, r in enumerate(requests)]
    return shown


def _answer(one: Mapping[str, Any], answers: dict[str, Any]) -> SubResponse:
    try:
        url, body = resolve(str(one.get("url", "")), answers), resolve(one.get("body"), answers)
    except SalesforceError as error:
        return _failure(error)
    response = answer(str(one.get("method", "GET")).upper(), url, body, one.get("httpHeaders"))
    if not response.failed:
        answers[_id(one)] = response.body
    return response


def _id(one: Mapping[str, Any]) -> str:
    return str(one.get("referenceId") or "")


def _failure(error: SalesforceError) -> SubResponse:
    return SubResponse(400, [error.as_rest()], {})


def _shown(reference_id: str | None, response: SubResponse) -> dict[str, Any]:
    return {
        "body": response.body,
        "httpHeaders": response.headers,
        "httpStatusCode": response.status,
        "referenceId": reference_id,
    }
