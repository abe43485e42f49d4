"""An object's list views: which there are, what they show, and the records in them."""

from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.presentation.list_views import (
    ListView,
    Translated,
    find_view,
    list_views,
    translate_view,
    translates,
)
from emulators.salesforce.rest.body import as_json
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soql.execute import run_query

blueprint = Blueprint("list_views", __name__)

_ROWS = 25
_MOST_ROWS = 2000


@blueprint.get("/sobjects/<name>/listviews")
def views(name: str) -> Response:
    """All views of an object."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    entries = [_entry(sobject, view, access) for view in list_views(context.org, sobject)]
    return as_json({"done": True, "listviews": entries, "nextRecordsUrl": None, "size": len(entries)})


@blueprint.get("/sobjects/<name>/listviews/<view_id>")
def view(name: str, view_id: str) -> Response:
    """One view, in short."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    return as_json(_entry(sobject, find_view(context.org, sobject, view_id), access))


@blueprint.get("/sobjects/<name>/listviews/<view_id>/describe")
def describe(name: str, view_id: str) -> Response:
    """A view's columns, conditions and query."""
    found, translated = _translated(name, view_id)
    field, _, direction = translated.order.partition(" ")
    ascending = "ascending" if direction == "ASC" else "descending"
    return as_json(
        {
            "columns": _columns(translated),
            "id": found.id,
            "orderBy": [{"fieldNameOrPath": field, "nullsPosition": "first", "sortDirection": ascending}],
            "query": translated.soql,
            "relatedEntityId": None,
            "scope": translated.scope or "everything",
            "scopeEntityId": None,
            "sobjectType": translated.sobject,
            "whereCondition": {
                "conditions": [
                    {"field": one.field, "operator": one.operator, "values": list(one.values)}
                    for one in translated.conditions
                ],
                "conjunction": "and",
            },
        }
    )


@blueprint.get("/sobjects/<name>/listviews/<view_id>/results")
def results(name: str, view_id: str) -> Response:
    """The view's records. Parameters: limit (25, at most 2,000) and offset."""
    found, translated = _translated(name, view_id)
    context = current()
    limit, offset = min(_number("limit", _ROWS), _MOST_ROWS), _number("offset", 0)
    result = run_query(
        context.org,
        Access(context.org, context.user),
        f"{translated.soql} LIMIT {limit + 1} OFFSET {offset}",
        user_id=context.user.id,
        time_zone=context.user.time_zone,
    )
    columns = _columns(translated)
    names = [column["fieldNameOrPath"] for column in columns]
    rows = [
        {"columns": [{"fieldNameOrPath": name, "value": _text(record[name])} for name in names]}
        for record in result.records[:limit]
    ]
    return as_json(
        {
            "columns": columns,
            "developerName": found.name,
            "done": len(result.records) <= limit,
            "id": found.id,
            "label": found.label,
            "records": rows,
            "size": len(rows),
        }
    )


def _translated(name: str, view_id: str) -> tuple[ListView, Translated]:
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    found = find_view(context.org, sobject, view_id)
    return found, translate_view(sobject, found, access)


def _entry(sobject: SObjectType, view: ListView, access: Access) -> dict[str, Any]:
    url = f"{current().base_path}/sobjects/{sobject.name}/listviews/{view.id}"
    return {
        "describeUrl": f"{url}/describe",
        "developerName": view.name,
        "id": view.id,
        "label": view.label,
        "resultsUrl": f"{url}/results",
        "soqlCompatible": translates(sobject, view, access),
        "url": url,
    }


def _columns(translated: Translated) -> list[dict[str, Any]]:
    columns = [_column(field, translated.order, hidden=False) for field in translated.columns]
    identity = {"fieldNameOrPath": "Id", "label": "Record ID", "type": "id"}
    if all(field.name != "Id" for field in translated.columns):
        columns.append({**_plain(hidden=True), **identity, "selectListItem": "Id"})
    return columns


def _column(field: Field, order: str, *, hidden: bool) -> dict[str, Any]:
    sorted_by, _, direction = order.partition(" ")
    first = sorted_by == field.name
    return {
        **_plain(hidden=hidden),
        "fieldNameOrPath": field.name,
        "label": field.label,
        "selectListItem": field.name,
        "sortDirection": ("ascending" if direction == "ASC" else "descending") if first else None,
        "sortIndex": 0 if first else None,
        "sortable": field.sortable,
        "type": str(field.type),
    }


def _plain(*, hidden: bool) -> dict[str, Any]:
    return {
        "ascendingLabel": None,
        "descendingLabel": None,
        "hidden": hidden,
        "searchable": False,
        "sortDirection": None,
        "sortIndex": None,
        "sortable": False,
    }


def _text(value: Any) -> str | None:
    """Values are text in a list view's results."""
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(name: str, default: int) -> int:
    given = request.args.get(name, str(default))
    if not given.isascii() or not given.isdecimal() or len(given) > len("999999"):
        raise SalesforceError("INVALID_QUERY_LOCATOR", f"{name} must be a number: {given}")
    return int(given)
