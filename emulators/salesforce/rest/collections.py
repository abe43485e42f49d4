"""sObject Collections: up to 200 records in one call."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, request

from emulators.salesforce.context import current
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.operations import Operation, OperationKind, OperationResult
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.ids import to_18
from emulators.salesforce.rest.body import as_json, json_object, texts
from emulators.salesforce.rest.records import chosen_fields, living_record, record_json, visible_object
from emulators.salesforce.security.access import Access

blueprint = Blueprint("collections", __name__)

MOST_RECORDS = 200
MOST_READ = 2000
MOST_CHUNKS = 10


@blueprint.post("/composite/sobjects")
def create() -> Response:
    """New records, of mixed types."""
    records, all_or_none = _records()
    return _run([_each(record, _insert) for record in records], all_or_none=all_or_none)


@blueprint.patch("/composite/sobjects")
def change() -> Response:
    """Changed records, each with its id."""
    records, all_or_none = _records()
    repeated = _repeated([_normal_id(_id_of(record)) for record in records])
    return _run([_each(record, _update, repeated) for record in records], all_or_none=all_or_none)


@blueprint.patch("/composite/sobjects/<name>/<key>")
def upsert(name: str, key: str) -> Response:
    """Records of one type, found by external id or created."""
    context = current()
    sobject = visible_object(name, Access(context.org, context.user))
    records, all_or_none = _records()

    def prepare(record: Mapping[str, Any]) -> Operation:
        if _type_of(record) != sobject.name:
            message = f"All records must be of type {sobject.name}"
            raise SalesforceError("INVALID_INPUT", message)
        value = _take(record, key)
        if value is None and key.casefold() != "id":
            raise SalesforceError("MISSING_ARGUMENT", f"{key} not specified")
        return Operation(
            OperationKind.UPSERT,
            sobject.name,
            _values(record, key),
            external_id_field=key,
            external_id=value,
        )

    return _run([_each(record, prepare) for record in records], all_or_none=all_or_none)


@blueprint.delete("/composite/sobjects")
def remove() -> Response:
    """Records by id, of mixed types; ids and allOrNone are parameters of the URL."""
    ids = [i for i in request.args.get("ids", "").split(",") if i]
    _require_count(ids)
    all_or_none = request.args.get("allOrNone", "").lower() == "true"
    prefixes = {o.key_prefix: o.name for o in current().org.schema.objects.values() if o.key_prefix}

    def prepare(record: Mapping[str, Any]) -> Operation:
        record_id = record["id"]
        name = prefixes.get(record_id[:3])
        if name is None or _normal_id(record_id) is None:
            raise SalesforceError("MALFORMED_ID", f"malformed id {record_id}")
        return Operation(OperationKind.DELETE, name, record_id=record_id)

    return _run([_each({"id": i}, prepare) for i in ids], all_or_none=all_or_none)


@blueprint.get("/composite/sobjects/<name>")
def read(name: str) -> Response:
    """Records of one type by id: ids and fields are parameters of the URL; null for what is not there."""
    ids, fields = request.args.get("ids", "").split(","), request.args.get("fields", "").split(",")
    return _read(name, [i for i in ids if i], [f for f in fields if f])


@blueprint.post("/composite/sobjects/<name>")
def read_by_body(name: str) -> Response:
    """The same with ids and fields in the body, for up to 2,000 records."""
    body = json_object()
    return _read(name, texts(body.get("ids"), "ids"), texts(body.get("fields"), "fields"))


def _read(name: str, ids: Sequence[str], names: Sequence[str]) -> Response:
    context = current()
    access = Access(context.org, context.user)
    sobject = visible_object(name, access)
    if not ids or not names:
        raise SalesforceError("MISSING_ARGUMENT", "Both ids and fields have to be specified")
    if len(ids) > MOST_READ:
        raise _too_many(MOST_READ)
    fields = chosen_fields(sobject, access, names)
    rows = [living_record(sobject, record_id) for record_id in ids]
    return as_json([record_json(sobject, fields, row) if row else None for row in rows])


def _records() -> tuple[list[Mapping[str, Any]], bool]:
    body = json_object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        records = []
    _require_count(records)
    types = [(_attributes(r).get("type") or "") for r in records]
    chunks = 1 + sum(before != after for before, after in pairwise(types))
    if chunks > MOST_CHUNKS:
        message = (
            f"Maximum number of chunks exceeded: records of mixed types may change type {MOST_CHUNKS} times"
        )
        raise SalesforceError("LIMIT_EXCEEDED", message)
    return records, body.get("allOrNone") is True


def _require_count(records: Sequence[Any]) -> None:
    if not records:
        raise SalesforceError("REQUIRED_FIELD_MISSING", "At least 1 record is required")
    if len(records) > MOST_RECORDS:
        raise _too_many(MOST_RECORDS)


def _too_many(most: int) -> SalesforceError:
    message = f"record limit reached. cannot submit more than {most} records into this call"
    return SalesforceError("EXCEEDED_ID_LIMIT", message)


_Prepared = Operation | SalesforceError


def _each(record: Mapping[str, Any], prepare: Callable[..., Operation], *arguments: Any) -> _Prepared:
    """The operation for one record, or what is wrong with the record by itself."""
    try:
        return prepare(record, *arguments)
    except SalesforceError as error:
        return error


def _insert(record: Mapping[str, Any]) -> Operation:
    if _id_of(record) is not None:
        raise SalesforceError(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", fields=("Id",)
        )
    return Operation(OperationKind.INSERT, _type_of(record), _values(record))


def _update(record: Mapping[str, Any], repeated: set[str]) -> Operation:
    record_id = _id_of(record)
    if not record_id:
        raise SalesforceError("MISSING_ARGUMENT", "Id not specified in an update call")
    if _normal_id(record_id) in repeated:
        raise SalesforceError("DUPLICATE_VALUE", f"Duplicate id in list: {record_id}")
    return Operation(OperationKind.UPDATE, _type_of(record), _values(record), str(record_id))


def _run(prepared: Sequence[_Prepared], *, all_or_none: bool) -> Response:
    """The answer for all records, in their order; always 200, whatever became of single ones."""
    context = current()
    refused = [p for p in prepared if isinstance(p, SalesforceError)]
    operations = [p for p in prepared if isinstance(p, Operation)]
    dml = Dml(context.org, context.user)
    outcomes = iter(dml.run(operations, all_or_none=all_or_none, already_refused=bool(refused)))
    results = [
        OperationResult(error=p) if isinstance(p, SalesforceError) else next(outcomes) for p in prepared
    ]
    return as_json([result.as_rest() for result in results])


def _attributes(record: Mapping[str, Any]) -> Mapping[str, Any]:
    attributes = record.get("attributes")
    return attributes if isinstance(attributes, dict) else {}


def _type_of(record: Mapping[str, Any]) -> str:
    name = _attributes(record).get("type")
    if not isinstance(name, str) or not name:
        raise SalesforceError("INVALID_INPUT", "The type attribute must be specified for each record")
    sobject = current().org.schema.object_named(name)
    return sobject.name if sobject else name


def _values(record: Mapping[str, Any], *without: str) -> dict[str, Any]:
    left_out = {"attributes", "id", *(name.casefold() for name in without)}
    return {name: value for name, value in record.items() if name.casefold() not in left_out}


def _take(record: Mapping[str, Any], key: str) -> Any:
    folded = key.casefold()
    return next((value for name, value in record.items() if name.casefold() == folded), None)


def _id_of(record: Mapping[str, Any]) -> Any:
    return _take(record, "id")


def _normal_id(record_id: Any) -> str | None:
    try:
        return to_18(record_id)
    except (ValueError, TypeError):
        return None


def _repeated(keys: Sequence[str | None]) -> set[str]:
    return {key for key, count in Counter(keys).items() if key is not None and count > 1}
