"""Which queries may run in bulk, and what their records look like in CSV."""

from collections.abc import Iterable, Iterator
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.calls import AGGREGATES
from emulators.salesforce.soql.projection import Leaf
from emulators.salesforce.soql.tree import Call, FieldItem, Query, SubqueryItem, TypeofItem


def check_bulk_query(query: Query, *, in_json: bool = False) -> None:
    """Raise FUNCTIONALITY_NOT_ENABLED for what the data API queries and the Bulk APIs do not.

    in_json: the answer is JSON, which has a place for records of several types; real orgs run TYPEOF then.
    """
    if any(isinstance(item, SubqueryItem) for item in query.select):
        raise _not_enabled("Aggregate Relationships not supported in Bulk Query")
    if not in_json and any(isinstance(item, TypeofItem) for item in query.select):
        raise _not_enabled("TYPEOF not supported in Bulk Query")
    if query.group_by or any(_aggregates(item) for item in query.select if isinstance(item, FieldItem)):
        raise _not_enabled("Aggregate functions not supported in Bulk Query")
    if query.offset:
        raise _not_enabled("OFFSET not supported in Bulk Query")


def check_leaves(leaves: Iterable[Leaf]) -> None:
    """Raise FUNCTIONALITY_NOT_ENABLED for compound fields, which CSV cannot hold."""
    if any(kind is FieldType.ADDRESS for _, kind in leaves):
        raise _not_enabled("Selecting compound data not supported in Bulk Query")


def header(leaves: Iterable[Leaf]) -> list[str]:
    """The column names; parents' fields under dotted names."""
    return [".".join(path) for path, _ in leaves]


def lines(records: Iterable[dict[str, Any]], leaves: tuple[Leaf, ...]) -> Iterator[list[str]]:
    """The cells of each record."""
    for record in records:
        yield [_cell(record, leaf) for leaf in leaves]


def cell_text(value: Any) -> str:
    """A value in CSV: empty for null, true and false for booleans."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_at(record: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The value under a path of keys; null when a parent on the way is missing."""
    value: Any = record
    for key in path:
        value = None if value is None else value[key]
    return value


def _cell(record: dict[str, Any], leaf: Leaf) -> str:
    path, kind = leaf
    value = value_at(record, path)
    if kind is FieldType.DATETIME and value is not None:
        return str(value).replace("+0000", "Z")
    return cell_text(value)


def _aggregates(item: FieldItem) -> bool:
    return isinstance(item.expression, Call) and item.expression.name in AGGREGATES


def _not_enabled(message: str) -> SalesforceError:
    return SalesforceError("FUNCTIONALITY_NOT_ENABLED", message)
