"""Outcomes of rows and of queries, in the job's content type."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from emulators.salesforce.bulk1.errors import row_error
from emulators.salesforce.bulk1.jobs import Job, Operation
from emulators.salesforce.dml.operations import OperationResult
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.execute import QueryResult
from emulators.salesforce.soql.projection import Leaf

_NOTHING_FOUND = "Records not found for this query"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows_to_csv(job: Job, results: Iterable[OperationResult]) -> str:
    """Id, Success, Created, Error for each row."""
    lines: list[list[str]] = [["Id", "Success", "Created", "Error"]]
    for result in results:
        record_id = result.record_id if result.success else ""
        error = row_error(result.error) if result.error else ""
        lines.append([record_id, _text(result.success), _text(_created(job, result)), error])
    return _csv(lines)


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


def records_to_csv(found: QueryResult) -> str:
    """One line for each record; parents' fields under dotted names."""
    if not found.records:
        return f'"{_NOTHING_FOUND}"\n'
    lines = [[".".join(path) for path, _ in found.leaves]]
    lines += [[_cell(record, leaf) for leaf in found.leaves] for record in found.records]
    return _csv(lines)


def records_to_json(found: QueryResult) -> str:
    """The records as the data API shows them, except that days and times are milliseconds since 1970."""
    moments = [path for path, kind in found.leaves if kind in {FieldType.DATE, FieldType.DATETIME}]
    for record in found.records:
        for path in moments:
            _to_milliseconds(record, path)
    return json.dumps(found.records, ensure_ascii=False)


def _created(job: Job, result: OperationResult) -> bool:
    if not result.success:
        return False
    return job.operation is Operation.INSERT if result.created is None else result.created


def _json_error(result: OperationResult) -> dict[str, Any]:
    body = result.error.as_record_error() if result.error else {}
    return {**body, "extendedErrorDetails": None}


def _cell(record: dict[str, Any], leaf: Leaf) -> str:
    path, kind = leaf
    value: Any = record
    for key in path:
        value = None if value is None else value[key]
    if kind is FieldType.DATETIME and value is not None:
        return str(value).replace("+0000", "Z")
    return _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _csv(lines: Iterable[Iterable[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(lines)
    return target.getvalue()


def _to_milliseconds(record: dict[str, Any], path: tuple[str, ...]) -> None:
    *parents, key = path
    holder: dict[str, Any] | None = record
    for parent in parents:
        holder = holder[parent] if holder else None
    if holder is not None and isinstance(holder[key], str):
        moment = datetime.fromisoformat(holder[key])
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        holder[key] = round((moment - _EPOCH).total_seconds() * 1000)
