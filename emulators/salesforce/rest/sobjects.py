"""Single records: create, read, change and delete, by Id or by external id."""

from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.dml.checks import find_by
from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.rest.blobs import blob_answer, blob_field
from emulators.salesforce.rest.body import as_json, json_object, not_found
from emulators.salesforce.rest.conditions import conditional_record, require_unchanged
from emulators.salesforce.rest.records import chosen_fields, living_record, record_json, visible_object
from emulators.salesforce.rest.related import parent_at, read_path
from emulators.salesforce.rest.screens import recent_items
from emulators.salesforce.schema.describe import describe_summary
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.security.access import Access

blueprint = Blueprint("sobjects", __name__)

_UNSUPPORTED = {
    "defaultValues",
    "describe",  # with what is not known behind it
    "namedLayouts",
    "quickActions",
}


@blueprint.get("/sobjects/<name>")
def basic_information(name: str) -> Response:
    """The short describe, and the records that the user viewed last."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    return as_json(
        {
            "objectDescribe": describe_summary(sobject, access, context.base_path),
            "recentItems": recent_items(sobject.name),
        }
    )


@blueprint.post("/sobjects/<name>")
@blueprint.post("/sobjects/<name>/Id")
def create(name: str) -> Response:
    """A new record: 201 with its Id and Location. `Id` stands for an upsert by an Id that there is not yet.

    Source: REST API Developer Guide, sObject Rows by External ID.
    """
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    values = _without_id(json_object())
    record_id = Dml(context.org, context.user).insert(sobject.name, values)
    return _created(sobject, record_id)


@blueprint.get("/sobjects/<name>/<record_id>")
def read(name: str, record_id: str) -> Response:
    """One record, with all fields or those of the parameter `fields`; 304 where the client has it."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    _require_id(record_id)
    row = _living(sobject, record_id)
    body = record_json(sobject, chosen_fields(sobject, access, _asked_fields()), row)
    return conditional_record(sobject, row, body)


@blueprint.patch("/sobjects/<name>/<record_id>")
def change(name: str, record_id: str) -> Response:
    """Changed fields of one record: 204; 412 where it is no longer what the client saw."""
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    _require_id(record_id)
    values = json_object()
    row = living_record(sobject, record_id)
    if row is not None:
        require_unchanged(sobject, row)
    if any(key.casefold() == "id" for key in values):
        raise SalesforceError("INVALID_FIELD", "The Id field should not be specified in the sobject data.")
    _as_resource(lambda: Dml(context.org, context.user).update(sobject.name, record_id, values))
    return Response(status=204)


@blueprint.delete("/sobjects/<name>/<record_id>")
def remove(name: str, record_id: str) -> Response:
    """One record to the bin: 204."""
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    _require_id(record_id)
    Dml(context.org, context.user).delete(sobject.name, record_id)
    return Response(status=204)


@blueprint.get("/sobjects/<name>/<key>/<path:value>")
def read_by_external_id(name: str, key: str, value: str) -> Response:
    """One record found by external id; 300 with the addresses where several are found."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    if _is_id(key):
        return _read_below(sobject, key, value, access)
    found = _found(sobject, _key_field(sobject, access, key), value)
    if len(found) > 1:
        return as_json([f"{context.base_path}/sobjects/{sobject.name}/{i}" for i in found], 300)
    row = living_record(sobject, found[0]) if found else None
    if row is None:
        raise not_found()
    return as_json(record_json(sobject, chosen_fields(sobject, access, _asked_fields()), row))


@blueprint.patch("/sobjects/<name>/<key>/<path:value>")
def upsert(name: str, key: str, value: str) -> Response:
    """Update the record with that external id (200), or create it (201).

    With the parameter updateOnly nothing is created: 404, a status that the documentation does not name.
    """
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    if _is_id(key):
        end = parent_at(sobject, _living(sobject, key), value.split("/"), access)
        Dml(context.org, context.user).update(end.sobject.name, end.row["Id"], json_object())
        return Response(status=204)
    field = _key_field(sobject, access, key)
    values = json_object()
    named = {k.casefold() for k in values}
    for forbidden in ("Id", field.name):
        if forbidden.casefold() in named:
            message = f"The {forbidden} field should not be specified in the sobject data."
            raise SalesforceError("INVALID_FIELD", message)
    found = _found(sobject, field, value)
    if len(found) > 1:
        return as_json([f"{context.base_path}/sobjects/{sobject.name}/{one}" for one in found], 300)
    if not found and request.args.get("updateOnly", "").lower() == "true":
        raise not_found()
    record_id, created = Dml(context.org, context.user).upsert(sobject.name, field.name, value, values)
    body = {"id": record_id, "success": True, "errors": [], "created": created}
    return as_json(body, 201 if created else 200)


@blueprint.delete("/sobjects/<name>/<key>/<path:value>")
def remove_by_external_id(name: str, key: str, value: str) -> Response:
    """The record with that external id to the bin: 204."""
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    if _is_id(key):
        end = parent_at(sobject, _living(sobject, key), value.split("/"), access)
        Dml(context.org, context.user).delete(end.sobject.name, end.row["Id"])
        return Response(status=204)
    found = _found(sobject, _key_field(sobject, access, key), value)
    if len(found) != 1:
        raise not_found()
    Dml(context.org, context.user).delete(sobject.name, found[0])
    return Response(status=204)


def _read_below(sobject: SObjectType, record_id: str, path: str, access: Access) -> Response:
    """The bytes of a file, or what a relationship path leads to."""
    row = _living(sobject, record_id)
    blob = blob_field(sobject, access, path)
    if blob is not None:
        return blob_answer(blob, row)
    return read_path(sobject, row, path.split("/"), access, _asked_fields())


def _living(sobject: SObjectType, record_id: str) -> Row:
    row = living_record(sobject, record_id)
    if row is None:
        raise not_found()
    return row


def _created(sobject: SObjectType, record_id: str) -> Response:
    location = f"{current().base_path}/sobjects/{sobject.name}/{record_id}"
    return as_json({"id": record_id, "success": True, "errors": []}, 201, {"Location": location})


def _without_id(values: dict[str, Any]) -> dict[str, Any]:
    if any(key.casefold() == "id" for key in values):
        raise SalesforceError(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=("Id",)
        )
    return values


def _asked_fields() -> list[str] | None:
    names = request.args.get("fields")
    return names.split(",") if names else None


def _is_id(text: str) -> bool:
    """Fifteen letters alone do not make an Id: its first three must be those of an object."""
    try:
        prefix = to_18(text)[:3]
    except ValueError:
        return False
    return any(o.key_prefix == prefix for o in current().org.schema.objects.values())


def _require_id(text: str) -> None:
    """A path that is no Id is taken for an external id field, and there is none of that name."""
    _require_supported(text)
    if not _is_id(text):
        message = f"Provided external ID field does not exist or is not accessible: {text}"
        raise SalesforceError("NOT_FOUND", message, 404)


def _require_supported(resource: str) -> None:
    if resource in _UNSUPPORTED:
        raise NotSupportedHere(f"sobjects/<object>/{resource}")


def _key_field(sobject: SObjectType, access: Access, key: str) -> Field:
    _require_supported(key)
    field = sobject.field_named(key)
    usable = field is not None and (field.external_id or field.id_lookup)
    if field is None or not usable or not access.field_readable(sobject, field):
        message = f"Provided external ID field does not exist or is not accessible: {key}"
        raise SalesforceError("NOT_FOUND", message, 404)
    return field


def _found(sobject: SObjectType, field: Field, value: str) -> list[str]:
    return find_by(current().org.db, sobject, field, coerce(field, value))


def _as_resource(write: Any) -> None:
    """A record that never was is, seen as a resource, not found."""
    try:
        write()
    except SalesforceError as error:
        if error.code == "INVALID_CROSS_REFERENCE_KEY" and error.status == 404:
            raise not_found() from None
        raise
