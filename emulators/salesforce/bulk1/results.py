"""Outcomes of rows and of queries, in the job's content type."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from emulators.salesforce.bulk.errors import row_error
from emulators.salesforce.bulk.queries import cell_text, header, lines, value_at
from emulators.salesforce.bulk1.envelopes import NAMESPACE, document
from emulators.salesforce.bulk1.jobs import Job, Operation
from emulators.salesforce.dml.operations import OperationResult
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soap.envelope import xml_text
from emulators.salesforce.soql.execute import QueryResult

_NOTHING_FOUND = "Records not found for this query"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
# The stubs know no default namespace.
_RECORD_NAMESPACES: Any = {None: NAMESPACE, "xsi": _XSI}
_NAMESPACES: Any = {None: NAMESPACE}


def rows_to_csv(job: Job, results: Iterable[OperationResult]) -> str:
    """Id, Success, Created, Error for each row."""
    rows: list[list[str]] = [["Id", "Success", "Created", "Error"]]
    for result in results:
        record_id = result.record_id if result.success else ""
        error = row_error(result.error) if result.error else ""
        rows.append([record_id, cell_text(result.success), cell_text(_created(job, result)), error])
    return _csv(rows)


def rows_to_json(job: Job, results: Iterable[OperationResult]) -> str:
    """The same as a list of objects."""
    return json.dumps(
        [
            {
                "success": result.success,
                "created": _created(job, result),
                "id": result.record_id if result.success else None,
                "errors": [] if result.error is None else [_json_error(result)],
            }
            for result in results
        ]
    )


def rows_to_xml(job: Job, results: Iterable[OperationResult]) -> bytes:
    """The same as a list of result elements."""
    root = etree.Element(f"{{{NAMESPACE}}}results", nsmap=_NAMESPACES)
    for result in results:
        element = _child(root, "result")
        if result.error is not None:
            error = _child(element, "errors")
            for name in result.error.fields:
                _child(error, "fields", name)
            _child(error, "message", result.error.message)
            _child(error, "statusCode", result.error.code)
        else:
            _child(element, "id", result.record_id)
        _child(element, "success", cell_text(result.success))
        _child(element, "created", cell_text(_created(job, result)))
    return document(root)


def records_to_csv(found: QueryResult) -> str:
    """One line for each record; parents' fields under dotted names."""
    if not found.records:
        return f'"{_NOTHING_FOUND}"\n'
    return _csv([header(found.leaves), *lines(found.records, found.leaves)])


def records_to_json(found: QueryResult) -> str:
    """The records as the data API shows them, except that days and times are milliseconds since 1970."""
    moments = [path for path, kind in found.leaves if kind in {FieldType.DATE, FieldType.DATETIME}]
    return json.dumps([_with_milliseconds(record, moments) for record in found.records], ensure_ascii=False)


def records_to_xml(found: QueryResult) -> bytes:
    """The records as sObjects: the type and the Id, then the selected values, nulls as xsi:nil."""
    root = etree.Element(f"{{{NAMESPACE}}}queryResult", nsmap=_RECORD_NAMESPACES)
    for record in found.records:
        element = _sobject(root, "records", record)
        if ("Id",) not in {path for path, _ in found.leaves}:
            _nil(element, "Id")
        for path, kind in found.leaves:
            _put(element, record, path, kind)
    return document(root)


def _put(element: etree._Element, record: dict[str, Any], path: tuple[str, ...], kind: FieldType) -> None:
    name, *rest = path
    if rest:
        parent: dict[str, Any] | None = record[name]
        known = element.find(f"{{{NAMESPACE}}}{name}")
        if parent is None:
            if known is None:
                _nil(element, name)
            return
        nested = known if known is not None else _sobject(element, name, parent)
        _put(nested, parent, tuple(rest), kind)
        return
    value = record[name]
    if value is None:
        _nil(element, name)
    elif kind is FieldType.DATETIME:
        _child(element, name, str(value).replace("+0000", "Z"))
    else:
        _child(element, name, cell_text(value))


def _sobject(holder: etree._Element, name: str, record: dict[str, Any]) -> etree._Element:
    element = _child(holder, name)
    element.set(f"{{{_XSI}}}type", "sObject")
    _child(element, "type", record["attributes"]["type"])
    return element


def _child(holder: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(holder, f"{{{NAMESPACE}}}{name}")
    element.text = None if text is None else xml_text(text)
    return element


def _nil(holder: etree._Element, name: str) -> None:
    _child(holder, name).set(f"{{{_XSI}}}nil", "true")


def _created(job: Job, result: OperationResult) -> bool:
    if not result.success:
        return False
    return job.operation is Operation.INSERT if result.created is None else result.created


def _json_error(result: OperationResult) -> dict[str, Any]:
    body = result.error.as_record_error() if result.error else {}
    return {**body, "extendedErrorDetails": None}


def _csv(rows: Iterable[Iterable[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return target.getvalue()


def _with_milliseconds(record: dict[str, Any], moments: Iterable[tuple[str, ...]]) -> dict[str, Any]:
    """A copy with the named values as milliseconds, so that asking twice answers the same."""
    shown = record
    for path in moments:
        if isinstance(value_at(record, path), str):
            shown = _replaced(shown, path)
    return shown


def _replaced(record: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    key, *rest = path
    if rest:
        return {**record, key: _replaced(record[key], tuple(rest))}
    moment = datetime.fromisoformat(record[key])
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return {**record, key: round((moment - _EPOCH).total_seconds() * 1000)}
