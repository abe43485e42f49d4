"""The UI API as far as Lightning Data Service asks for it: object-info, records, related lists.

Components of the record page reach the same resources below `/lightning/ui-api`, with the browser's session.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request

from emulators.salesforce.context import RequestContext, current, set_current
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.gate import LATEST_VERSION, InvalidSession
from emulators.salesforce.host import host
from emulators.salesforce.lightning.layout import layout_of
from emulators.salesforce.oauth.browser import browser_session, browser_user
from emulators.salesforce.presentation.ui_objects import object_info, picklist_values, picklists_of
from emulators.salesforce.presentation.ui_records import Reader
from emulators.salesforce.presentation.ui_related import children_of, counted, related_lists
from emulators.salesforce.rest.body import as_json, json_object, not_found
from emulators.salesforce.rest.records import visible_object
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access

blueprint = Blueprint("ui_api", __name__)

_JSON = "application/json"


@blueprint.before_request
def use_browser_session() -> None:
    """Requests of the record page come with a cookie; what they send must be JSON, which no form can send."""
    if "salesforce" in g:
        return
    user = browser_user()
    if user is None:
        raise InvalidSession
    if request.method not in {"GET", "HEAD"} and request.mimetype != _JSON:
        raise SalesforceError("UNSUPPORTED_MEDIA_TYPE", "The content type must be application/json", 415)
    set_current(RequestContext(host().org, user, browser_session(), LATEST_VERSION))


@blueprint.get("/ui-api/object-info/<name>")
def one_object(name: str) -> Response:
    """An object with its fields."""
    sobject = visible_object(name, _reader().access)
    return as_json(_object(sobject))


@blueprint.get("/ui-api/object-info/batch/<names>")
def several_objects(names: str) -> Response:
    """Several objects, each with a status of its own."""
    results = []
    for name in names.split(",")[:100]:
        try:
            sobject = visible_object(name, _reader().access)
            results.append({"result": _object(sobject), "statusCode": 200})
        except SalesforceError as error:
            results.append({"result": [error.as_rest()], "statusCode": error.status})
    return as_json({"results": results})


@blueprint.get("/ui-api/object-info/<name>/picklist-values/<record_type_id>")
def all_picklists(name: str, record_type_id: str) -> Response:
    """The values of all picklists."""
    sobject = visible_object(name, _reader().access)
    fields = picklists_of(sobject, _reader().access)
    values = {field.name: _values(sobject, record_type_id, field.name) for field in fields}
    return as_json({"picklistFieldValues": values})


@blueprint.get("/ui-api/object-info/<name>/picklist-values/<record_type_id>/<field>")
def one_picklist(name: str, record_type_id: str, field: str) -> Response:
    """The values of one picklist."""
    sobject = visible_object(name, _reader().access)
    return as_json(_values(sobject, record_type_id, field))


@blueprint.get("/ui-api/records/<record_id>")
def read(record_id: str) -> Response:
    """One record with the fields that were asked for, by name or by layout."""
    reader = _reader()
    sobject, row = _record(reader, record_id)
    fields, optional = _asked("fields"), _asked("optionalFields")
    if request.args.get("layoutTypes"):
        fields += _layout_fields(reader, sobject)
    if not fields and not optional:
        text = "One of fields, optionalFields and layoutTypes is required"
        raise SalesforceError("ILLEGAL_QUERY_PARAMETER_VALUE", text)
    return as_json(reader.shown(sobject, row, fields, optional))


@blueprint.post("/ui-api/records")
def create() -> Response:
    """A new record: 201 with what its layout shows."""
    reader = _reader()
    body = json_object()
    sobject = visible_object(_text(body, "apiName"), reader.access)
    record_id = Dml(reader.org, reader.user).insert(sobject.name, _fields(body))
    return _written(reader, record_id, 201)


@blueprint.patch("/ui-api/records/<record_id>")
def change(record_id: str) -> Response:
    """Changed fields of a record: 200 with what its layout shows."""
    reader = _reader()
    sobject, row = _record(reader, record_id)
    Dml(reader.org, reader.user).update(sobject.name, row["Id"], _fields(json_object()))
    return _written(reader, row["Id"], 200)


@blueprint.delete("/ui-api/records/<record_id>")
def remove(record_id: str) -> Response:
    """A record to the bin: 204."""
    reader = _reader()
    sobject, row = _record(reader, record_id)
    Dml(reader.org, reader.user).delete(sobject.name, row["Id"])
    return Response(status=204)


@blueprint.get("/ui-api/related-list-info/<name>")
def lists_of(name: str) -> Response:
    """The related lists of an object."""
    reader = _reader()
    sobject = visible_object(name, reader.access)
    lists = [
        {
            "entityLabel": child.label,
            "entityLabelPlural": child.label_plural,
            "fieldApiName": lookup.name,
            "label": child.label_plural,
            "objectApiName": child.name,
            "relatedListId": relationship,
            "themeInfo": None,
        }
        for relationship, child, lookup in related_lists(reader, sobject)
    ]
    return as_json({"parentObjectApiName": sobject.name, "parentRecordTypeId": None, "relatedLists": lists})


@blueprint.get("/ui-api/related-list-count/<parent_id>/<relationship>")
def count(parent_id: str, relationship: str) -> Response:
    """How many records a related list has."""
    reader = _reader()
    most = counted(request.args.get("maxCount"))
    return as_json(children_of(reader, parent_id, relationship).count(reader, most))


@blueprint.route("/ui-api/related-list-records/<parent_id>/<relationship>", methods=["GET", "POST"])
def list_records(parent_id: str, relationship: str) -> Response:
    """The records of a related list, asked for in the address or in a body."""
    reader = _reader()
    asked: Mapping[str, Any] = json_object() if request.method == "POST" else request.args
    return as_json(children_of(reader, parent_id, relationship).page(reader, asked))


@blueprint.route("/ui-api/<path:rest>", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])
def others(rest: str) -> Response:
    """What the UI API has besides."""
    raise NotSupportedHere(f"ui-api/{rest}")


def _reader() -> Reader:
    context = current()
    return Reader(context.org, context.user, Access(context.org, context.user))


def _object(sobject: SObjectType) -> dict[str, Any]:
    return object_info(current().org.schema, sobject, _reader().access)


def _values(sobject: SObjectType, record_type_id: str, name: str) -> dict[str, Any]:
    field = sobject.field_named(name)
    if field is None or field not in picklists_of(sobject, _reader().access):
        raise not_found()
    try:
        values = picklist_values(sobject, record_type_id, field)
    except LookupError:
        raise not_found() from None
    path = f"ui-api/object-info/{sobject.name}/picklist-values/{record_type_id}/{field.name}"
    return {**values, "url": f"{current().base_path}/{path}"}


def _record(reader: Reader, record_id: str) -> tuple[SObjectType, Mapping[str, Any]]:
    found = reader.find(record_id)
    if found is None:
        raise not_found()
    return found


def _asked(name: str) -> list[str]:
    return [part.strip() for part in request.args.get(name, "").split(",") if part.strip()]


def _layout_fields(reader: Reader, sobject: SObjectType) -> list[str]:
    layout = layout_of(reader.org, sobject, reader.access)
    placed = [one.field.name for section in layout.sections for one in section.fields]
    return [f"{sobject.name}.{name}" for name in dict.fromkeys(["Id", *placed])]


def _written(reader: Reader, record_id: str, status: int) -> Response:
    found = reader.find(record_id)
    if found is None:
        # Whoever may write an object he cannot read gets no more than the Id.
        return as_json({"id": record_id}, status)
    return as_json(reader.shown(*found, _layout_fields(reader, found[0])), status)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise SalesforceError("JSON_PARSER_ERROR", f"{name} must be a text")
    return value


def _fields(body: Mapping[str, Any]) -> dict[str, Any]:
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise SalesforceError("JSON_PARSER_ERROR", "fields must be an object of names and values")
    return fields
