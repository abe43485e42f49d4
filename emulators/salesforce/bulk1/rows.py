"""Uploaded rows to DML operations."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from emulators.salesforce.bulk1.errors import InvalidBatch
from emulators.salesforce.bulk1.jobs import ContentType, Job
from emulators.salesforce.bulk1.jobs import Operation as JobOperation
from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soql.scope import Reader

MAX_RECORDS = 10_000
_NULL = "#N/A"

Row = Mapping[str, Any]


def read_operations(job: Job, body: bytes, reader: Reader, sobject: SObjectType) -> list[Operation]:
    """The operations a batch asks for, one for each row.

    reader: knows which fields the user sees. Raises InvalidBatch when the upload as a whole cannot be used.
    """
    rows = _read_csv(body) if job.content_type is ContentType.CSV else _read_json(body)
    if not rows:
        raise InvalidBatch("Records not found")
    if len(rows) > MAX_RECORDS:
        raise InvalidBatch(f"Exceeded maximum number of {MAX_RECORDS} records in a batch")
    names = dict.fromkeys(name for row in rows for name in row)
    _check_names(job, names, reader, sobject)
    return [_operation(job, row) for row in rows]


def _read_csv(body: bytes) -> list[Row]:
    try:
        lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline=""), strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidBatch(f"Failed to parse CSV. {error}") from None
    lines = [line for line in lines if line]
    if not lines:
        return []
    header, *records = lines
    if any(len(record) > len(header) for record in records):
        raise InvalidBatch("Failed to parse CSV. A row has more values than the header has names")
    return [_csv_row(header, record) for record in records]


def _csv_row(header: list[str], record: list[str]) -> Row:
    """An empty value leaves the field alone, #N/A empties it; Account.Key__c names a parent by its key."""
    row: dict[str, Any] = {}
    for name, text in zip(header, record, strict=False):
        if text == "":
            row.setdefault(name, _UNSET)
            continue
        row[name] = None if text == _NULL else text
    return row


def _read_json(body: bytes) -> list[Row]:
    try:
        rows = json.loads(body)
    except ValueError:
        raise InvalidBatch("Failed to parse JSON") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidBatch("Failed to parse JSON. A batch is a list of records")
    return [_json_row(row) for row in rows]


def _json_row(row: dict[str, Any]) -> Row:
    """Nested parents become the dotted names of CSV, so that both are checked alike."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name == "attributes":
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items() if key != "attributes"}
        else:
            flat[name] = value
    return flat


class _Unset:
    """An empty CSV value."""


_UNSET = _Unset()


def _check_names(job: Job, names: Iterable[str], reader: Reader, sobject: SObjectType) -> None:
    for name in names:
        relationship, _, field_name = name.rpartition(".")
        owner: SObjectType | None = sobject
        if relationship:
            reference = reader.relation(sobject, relationship)
            owner = reader.targets(reference)[0] if reference else None
        found = owner.field_named(field_name) if owner else None
        if owner is None or found is None or not reader.sees(owner, found):
            raise InvalidBatch(f"Field name not found : {name}")
    key = _key_name(job)
    if key and key.casefold() not in {name.casefold() for name in names}:
        raise InvalidBatch(f"Field name not found : {key}")


def _key_name(job: Job) -> str:
    if job.operation is JobOperation.UPSERT:
        return job.external_id_field
    return "" if job.operation is JobOperation.INSERT else "Id"


def _operation(job: Job, row: Row) -> Operation:
    kind = OperationKind(str(job.operation))
    key = _key_name(job)
    key_value = next((v for n, v in row.items() if key and n.casefold() == key.casefold()), None)
    if key_value is _UNSET:
        key_value = None
    values: dict[str, Any] = {}
    for name, value in row.items():
        if value is not _UNSET and not (key and name.casefold() == key.casefold()):
            _put(values, name, value)
    if kind is OperationKind.UPSERT:
        return Operation(kind, job.sobject, values, external_id_field=key, external_id=key_value)
    if kind is OperationKind.DELETE:
        values = {}
    return Operation(kind, job.sobject, values, record_id=str(key_value or ""))


def _put(values: dict[str, Any], name: str, value: Any) -> None:
    relationship, _, field_name = name.rpartition(".")
    if relationship:
        values[relationship] = {field_name: value}
    else:
        values[name] = value
