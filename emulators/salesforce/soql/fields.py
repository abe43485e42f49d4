"""FIELDS(ALL), FIELDS(STANDARD) and FIELDS(CUSTOM)."""

from collections.abc import Iterator

from emulators.salesforce.soql.errors import malformed
from emulators.salesforce.soql.scope import Scope
from emulators.salesforce.soql.tree import Call, FieldItem, Path, Query, SelectItem

MAX_UNBOUNDED_LIMIT = 200


def expand_fields(query: Query, scope: Scope) -> Iterator[SelectItem]:
    """The selected items with FIELDS() replaced by what the user can see.

    Raises MALFORMED_QUERY for an unknown group, and for ALL and CUSTOM without a limit of at most 200.
    """
    for item in query.select:
        call = item.expression if isinstance(item, FieldItem) else None
        if isinstance(call, Call) and call.name == "FIELDS":
            yield from _group(call, query, scope)
        else:
            yield item


def _group(call: Call, query: Query, scope: Scope) -> Iterator[FieldItem]:
    text = scope.reader.text
    group = str(call.arguments[0]).upper() if _names_a_group(call) else ""
    if group not in {"ALL", "STANDARD", "CUSTOM"}:
        raise malformed(text, call.position, "FIELDS takes ALL, STANDARD or CUSTOM")
    bounded = query.limit is not None and query.limit <= MAX_UNBOUNDED_LIMIT
    if group != "STANDARD" and not bounded:
        message = f"The SOQL FIELDS function must have a LIMIT of at most {MAX_UNBOUNDED_LIMIT}"
        raise malformed(text, call.position, message)
    sobject = scope.base.sobject
    for field in sobject.fields.values():
        if scope.reader.sees(sobject, field) and group in {"ALL", "CUSTOM" if field.custom else "STANDARD"}:
            yield FieldItem(Path((field.name,), call.position))


def _names_a_group(call: Call) -> bool:
    return len(call.arguments) == 1 and isinstance(call.arguments[0], Path)
