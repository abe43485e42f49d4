"""Parameterized search, as far as it finds records by their exact name.

A real search looks at words in an index that lags behind; what is asked for here either has the name or is
not found, at once. SOSL and everything else that a search could be asked is refused by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.rest.body import as_json, json_object, texts
from emulators.salesforce.rest.records import chosen_fields, record_json, visible_object
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.store.database import quote

blueprint = Blueprint("search", __name__)

DEFAULT_LIMIT = 2000
SHORTEST_TERM = 2
_MOST_DIGITS = 9
_WILDCARDS = "*?"
_KNOWN = {"q", "in", "fields", "sobjects", "defaultLimit", "overallLimit"}
_KNOWN_OF_OBJECT = {"name", "fields", "limit"}


@blueprint.get("/parameterizedSearch")
def search_by_url() -> Response:
    """The same with `q`, `sobject` (repeated), `<object>.fields` and `<object>.limit` in the URL."""
    body: dict[str, Any] = {"sobjects": [{"name": name} for name in request.args.getlist("sobject")]}
    for key, value in request.args.items():
        name, _, setting = key.rpartition(".")
        if name:
            chosen = next((one for one in body["sobjects"] if one["name"] == name), None)
            if chosen is None:
                raise SalesforceError("INVALID_SEARCH", f"{key}: {name} is not among the objects searched")
            chosen[setting] = value.split(",") if setting == "fields" else value
        elif key == "fields":
            body["fields"] = value.split(",")
        elif key != "sobject":
            body[key] = value
    return _answer(body)


@blueprint.post("/parameterizedSearch")
def search_by_body() -> Response:
    """Records of the given objects, or of all that can be searched, whose name is exactly `q`."""
    return _answer(json_object())


def _answer(body: Mapping[str, Any]) -> Response:
    _refuse_unknown(body, _KNOWN)
    term = str(body.get("q", "")).strip()
    if len(term) < SHORTEST_TERM:
        raise SalesforceError("INVALID_SEARCH", "search term must be longer than one character: " + term)
    if any(sign in term for sign in _WILDCARDS):
        raise NotSupportedHere("wildcards in parameterizedSearch")
    if str(body.get("in", "NAME")).upper() not in {"NAME", "ALL"}:
        raise NotSupportedHere(f"parameterizedSearch in {body['in']}")
    records = [r for wanted in _wanted(body) for r in _found(wanted, term, body)]
    return as_json({"searchRecords": records[: _limit(body, "overallLimit")]})


def _refuse_unknown(given: Mapping[str, Any], known: set[str]) -> None:
    for key in given:
        if key not in known:
            raise NotSupportedHere(f"parameterizedSearch with {key}")


def _wanted(body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    named = body.get("sobjects") or []
    if not isinstance(named, list) or not all(isinstance(one, dict) for one in named):
        raise SalesforceError("JSON_PARSER_ERROR", "sobjects must be a list of objects")
    if named:
        return named
    access = Access(current().org, current().user)
    objects = current().org.schema.objects.values()
    return [{"name": o.name} for o in objects if o.searchable and o.modelled and access.readable(o)]


def _found(wanted: Mapping[str, Any], term: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    _refuse_unknown(wanted, _KNOWN_OF_OBJECT)
    access = Access(current().org, current().user)
    sobject = visible_object(str(wanted.get("name", "")), access)
    names = texts(wanted.get("fields"), "fields") or texts(body.get("fields"), "fields") or ["Id"]
    fields = chosen_fields(sobject, access, names)
    limit = _limit(wanted, "limit") if "limit" in wanted else _limit(body, "defaultLimit")
    name = _name_field(sobject)
    if name is None:
        return
    alive = 'AND "IsDeleted" = 0' if "IsDeleted" in sobject.fields else ""
    sql = f'SELECT * FROM {quote(sobject.name)} WHERE {quote(name)} = ? {alive} ORDER BY "Id" LIMIT ?'  # noqa: S608 -- quoted names
    for row in current().org.db.all(sql, (term, limit)):
        yield record_json(sobject, fields, dict(row))


def _limit(given: Mapping[str, Any], name: str) -> int:
    """A limit as JSON's number or a URL's text, at most DEFAULT_LIMIT."""
    value = str(given.get(name, DEFAULT_LIMIT))
    if not value.isascii() or not value.isdecimal() or len(value) > _MOST_DIGITS or int(value) < 1:
        raise SalesforceError("INVALID_SEARCH", f"{name} must be a positive number: {value}")
    return min(int(value), DEFAULT_LIMIT)


def _name_field(sobject: SObjectType) -> str | None:
    return next((f.name for f in sobject.fields.values() if f.name_field), None)
