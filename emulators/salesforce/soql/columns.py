"""What a query would select, without running it: the answer to `columns=true`.

The parameter is not documented; the Salesforce CLI reads column names with it before it prints a table. Only
what it and its kin read is here: names, rough types, and the nesting of parents and children.
"""

from collections.abc import Iterable
from typing import Any

from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.soql.literals import NUMBERS
from emulators.salesforce.soql.projection import Leaf
from emulators.salesforce.soql.statement import Statement
from emulators.salesforce.soql.tree import Call, FieldItem, Query, SelectItem

Column = dict[str, Any]


def describe_columns(query: Query, statement: Statement) -> dict[str, Any]:
    """The columns of a query and the object they come from."""
    columns = _computed(query.select) if statement.grouped else _columns(statement)
    sobject = statement.base.sobject
    return {
        "columnMetadata": columns,
        "entityName": sobject.name,
        "groupBy": bool(query.group_by),
        "idSelected": any(path == ("Id",) for path, _ in statement.leaves),
        "keyPrefix": sobject.key_prefix,
    }


def _columns(statement: Statement) -> list[Column]:
    columns = _nested(statement.leaves)
    for children in statement.children:
        inner = _columns(children.statement)
        columns.append(_column(children.name, None, aggregate=True, inside=inner))
    return columns


def _nested(leaves: Iterable[Leaf]) -> list[Column]:
    """Leaves gathered below the parents they belong to, in the order of their first appearance."""
    groups: dict[str, list[Leaf]] = {}
    for (head, *rest), kind in leaves:
        groups.setdefault(head, []).append((tuple(rest), kind))
    return [
        _column(head, inner[0][1]) if not inner[0][0] else _column(head, None, inside=_nested(inner))
        for head, inner in groups.items()
    ]


def _computed(select: Iterable[SelectItem]) -> list[Column]:
    columns: list[Column] = []
    unnamed = 0
    for item in select:
        if not isinstance(item, FieldItem):
            continue
        if not isinstance(item.expression, Call):
            columns.append(_column(item.alias or item.expression.parts[-1], None))
            continue
        name = item.alias or f"expr{unnamed}"
        unnamed += not item.alias
        arguments = ", ".join(str(argument) for argument in item.expression.arguments)
        shown = f"{item.expression.name.lower()}({arguments})"
        columns.append({**_column(name, None, aggregate=True), "displayName": shown})
    return columns


def _column(
    name: str, kind: FieldType | None, *, aggregate: bool = False, inside: list[Column] | None = None
) -> Column:
    return {
        "aggregate": aggregate,
        "booleanType": kind is FieldType.BOOLEAN,
        "columnName": name,
        "custom": name.endswith("__c"),
        "displayName": name,
        "joinColumns": inside or [],
        "numberType": kind in NUMBERS,
        "textType": kind is not None and kind is not FieldType.BOOLEAN and kind not in NUMBERS,
    }
