"""The clauses of a query that few queries have: TYPEOF, and WITH DATA CATEGORY."""

from emulators.salesforce.soql.cursor import Cursor
from emulators.salesforce.soql.tree import Path, TypeofBranch, TypeofItem

_SELECTORS = ("AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW")


def parse_typeof(cursor: Cursor) -> TypeofItem:
    """TYPEOF relationship WHEN type THEN fields ... ELSE fields END."""
    position = cursor.expect_word("TYPEOF").position
    relationship = _path(cursor)
    branches = []
    while cursor.accept_word("WHEN"):
        sobject = cursor.expect_name()
        cursor.expect_word("THEN")
        branches.append(TypeofBranch(sobject.text, sobject.position, _paths(cursor)))
    if not branches:
        raise cursor.unexpected()
    otherwise = _paths(cursor) if cursor.accept_word("ELSE") else ()
    cursor.expect_word("END")
    return TypeofItem(relationship, tuple(branches), otherwise, position)


def parse_data_categories(cursor: Cursor) -> None:
    """DATA CATEGORY group selector categories, joined by AND. They are read and not kept."""
    cursor.expect_word("DATA")
    cursor.expect_word("CATEGORY")
    _data_category(cursor)
    while cursor.accept_word("AND"):
        _data_category(cursor)


def _data_category(cursor: Cursor) -> None:
    cursor.expect_name()
    cursor.expect_word(*_SELECTORS)
    if not cursor.accept_symbol("("):
        cursor.expect_name()
        return
    cursor.expect_name()
    while cursor.accept_symbol(","):
        cursor.expect_name()
    cursor.expect_symbol(")")


def _paths(cursor: Cursor) -> tuple[Path, ...]:
    paths = [_path(cursor)]
    while cursor.accept_symbol(","):
        paths.append(_path(cursor))
    return tuple(paths)


def _path(cursor: Cursor) -> Path:
    name = cursor.expect_name()
    return Path(tuple(name.text.split(".")), name.position)
