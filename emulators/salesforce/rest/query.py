"""query, queryAll and their next pages."""

import json
import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.host import host
from emulators.salesforce.presentation.list_views import KEY_PREFIX as VIEW_PREFIX
from emulators.salesforce.presentation.list_views import view_query
from emulators.salesforce.presentation.recent import note_viewed
from emulators.salesforce.security.access import Access
from emulators.salesforce.soql.execute import Cut, explain_query, query_columns, run_next, run_query
from emulators.salesforce.soql.locators import Locators, QueryLocator, invalid_locator
from emulators.salesforce.soql.parser import parse

blueprint = Blueprint("query", __name__)

SMALLEST_BATCH = 200
LARGEST_BATCH = 2000
_BATCH_SIZE = re.compile(r"\bbatchSize\s*=\s*(\d{1,9})\b", re.IGNORECASE)
_LOOKED_AT = re.compile(r"\bFOR\s+(VIEW|REFERENCE)\b", re.IGNORECASE)
_LOCATOR = re.compile(r"(0r8\w{12,15})-(\d{1,9})")


@blueprint.get("/query")
def query() -> Response:
    """The first batch of a query, or with the parameter explain its plan."""
    if "explain" in request.args:
        return _explain(request.args["explain"])
    return answer_query(query_text())


@blueprint.get("/queryAll")
def query_all() -> Response:
    """The first batch of a query that sees deleted records."""
    return answer_query(query_text(), all_rows=True)


@blueprint.get("/query/<locator>")
@blueprint.get("/queryAll/<locator>")
def query_more(locator: str) -> Response:
    """A later batch."""
    found = _LOCATOR.fullmatch(locator)
    if found is None:
        raise invalid_locator()
    context = current()
    locator_id, position = found.group(1), int(found.group(2))
    opened = _locators().find(locator_id, context.user.id)
    ids = opened.batch_at(position)
    records = run_next(
        context.org,
        Access(context.org, context.user),
        opened.text,
        ids,
        all_rows=opened.all_rows,
        base_path=f"{context.base_path}/sobjects",
        user_id=context.user.id,
        time_zone=context.user.time_zone,
        cut=_child_pages(opened.text, all_rows=opened.all_rows),
        child=opened.child,
    )
    resource = "queryAll" if opened.all_rows else "query"
    following = position + len(ids)
    next_url = f"{resource}/{locator_id}-{following}" if following < opened.total_size else None
    return query_answer(opened.total_size, records, next_url)


def _explain(text: str) -> Response:
    """The plan of a query, or of that of a list view, given by its Id."""
    context = current()
    access = Access(context.org, context.user)
    query = view_query(context.org, text, access) if text.startswith(VIEW_PREFIX) else text
    plan = explain_query(
        context.org, access, query, user_id=context.user.id, time_zone=context.user.time_zone
    )
    return jsonify({**plan, "sourceQuery": text})


def answer_query(text: str, *, all_rows: bool = False) -> Response:
    """The first batch of a query, with the address of the next one."""
    context = current()
    resource = "queryAll" if all_rows else "query"
    if wants_columns():
        return jsonify(query_columns(context.org, Access(context.org, context.user), text))
    batch_size = _batch_size()
    result = run_query(
        context.org,
        Access(context.org, context.user),
        text,
        all_rows=all_rows,
        batch_size=batch_size,
        base_path=f"{context.base_path}/sobjects",
        user_id=context.user.id,
        time_zone=context.user.time_zone,
        cut=_child_pages(text, all_rows=all_rows),
    )
    if _LOOKED_AT.search(text) and parse(text).viewed:
        ids = [record["attributes"]["url"].rpartition("/")[2] for record in result.records]
        viewed = result.records[0]["attributes"]["type"] if ids else ""
        note_viewed(context.org, context.user.id, viewed, ids)
    if not result.rest:
        return query_answer(result.total_size, result.records)
    locator_id = context.org.next_id("0r8")
    opened = QueryLocator(text, all_rows, context.user.id, result.total_size, batch_size, result.rest)
    _locators().keep(locator_id, opened)
    return query_answer(result.total_size, result.records, f"{resource}/{locator_id}-{len(result.records)}")


def _child_pages(text: str, *, all_rows: bool) -> Cut:
    """Gives an answer to a sub-query that was cut the address of its next page."""
    context = current()
    resource = "queryAll" if all_rows else "query"

    def keep(answer: dict[str, Any], child: int, rest: list[str]) -> None:
        locator_id = context.org.next_id("0r8")
        total = int(answer["totalSize"])
        opened = QueryLocator(text, all_rows, context.user.id, total, LARGEST_BATCH, rest, child)
        _locators().keep(locator_id, opened)
        position = total - len(rest)
        answer["nextRecordsUrl"] = f"{context.base_path}/{resource}/{locator_id}-{position}"

    return keep


def query_text() -> str:
    """The parameter q. Raises MALFORMED_QUERY when there is none."""
    if "explain" in request.args:
        raise NotSupportedHere("query plans (explain)")
    text = request.args.get("q", "")
    if not text.strip():
        raise SalesforceError("MALFORMED_QUERY", "A query string has to be specified")
    return text


def query_answer(total_size: int, records: list[dict[str, Any]], next_url: str | None = None) -> Response:
    """A query's JSON. next_url: relative to the data resource; without it the answer is the last one."""
    body: dict[str, Any] = {"totalSize": total_size, "done": next_url is None}
    if next_url is not None:
        body["nextRecordsUrl"] = f"{current().base_path}/{next_url}"
    body["records"] = records
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, content_type="application/json;charset=UTF-8")


def wants_columns() -> bool:
    """Whether the client asks for the columns instead of the records."""
    return request.args.get("columns", "").lower() == "true"


def _batch_size() -> int:
    """The size asked for in the Sforce-Query-Options header, within what the platform allows."""
    asked = _BATCH_SIZE.search(request.headers.get("Sforce-Query-Options", ""))
    return max(SMALLEST_BATCH, min(LARGEST_BATCH, int(asked.group(1)))) if asked else LARGEST_BATCH


def _locators() -> Locators:
    locators: Locators = host().memory.setdefault("query.locators", Locators())
    return locators
