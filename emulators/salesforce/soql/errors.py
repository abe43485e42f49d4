"""Errors that point into the query text, worded and drawn as Salesforce does it."""

from emulators.salesforce.errors import SalesforceError

_CONTEXT = 31
_DELIMITERS = " ,\t\r\n"


def error_at(code: str, text: str, position: int, message: str) -> SalesforceError:
    """An error with the excerpt, the caret below it and the row and column, both counted from 1.

    Recorded answers show about thirty characters on either side of the caret, widened to the next blank or
    comma, and never more than the line the error is in.
    """
    line_start = text.rfind("\n", 0, position) + 1
    line_end = text.find("\n", position)
    line = text[line_start:] if line_end < 0 else text[line_start:line_end]
    column = position - line_start
    start = _start_of_excerpt(line, column)
    excerpt = line[start : _end_of_excerpt(line, column)]
    row = text.count("\n", 0, position) + 1
    caret = " " * (column - start) + "^"
    return SalesforceError(code, f"\n{excerpt}\n{caret}\nERROR at Row:{row}:Column:{column + 1}\n{message}")


def malformed(text: str, position: int, message: str) -> SalesforceError:
    """The query breaks the grammar or one of its rules."""
    return error_at("MALFORMED_QUERY", text, position, message)


def no_such_column(text: str, position: int, field: str, sobject: str) -> SalesforceError:
    """The field is not there, or the user may not see it: Salesforce does not tell which."""
    return error_at(
        "INVALID_FIELD",
        text,
        position,
        f"No such column '{field}' on entity '{sobject}'. If you are attempting to use a custom field, be "
        "sure to append the '__c' after the custom field name. Please reference your WSDL or the describe "
        "call for the appropriate names.",
    )


def no_such_relationship(text: str, position: int, relationship: str) -> SalesforceError:
    """A parent path names a relationship that the object does not have."""
    return error_at(
        "INVALID_FIELD",
        text,
        position,
        f"Didn't understand relationship '{relationship}' in field path. {_RELATIONSHIP_ADVICE}",
    )


def no_such_child(text: str, position: int, relationship: str) -> SalesforceError:
    """A sub-query names a child relationship that the object does not have."""
    return error_at(
        "INVALID_TYPE",
        text,
        position,
        f"Didn't understand relationship '{relationship}' in FROM part of query call. {_RELATIONSHIP_ADVICE}",
    )


def no_such_type(text: str, position: int, sobject: str) -> SalesforceError:
    """The object is not there, or the user may not see it."""
    return error_at(
        "INVALID_TYPE",
        text,
        position,
        f"sObject type '{sobject}' is not supported. If you are attempting to use a custom object, be sure "
        "to append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names.",
    )


_RELATIONSHIP_ADVICE = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom "
    "relationship name. Please reference your WSDL or the describe call for the appropriate names."
)


def _start_of_excerpt(line: str, column: int) -> int:
    start = column - _CONTEXT
    while start >= 0 and line[start] not in _DELIMITERS:
        start -= 1
    return max(start + 1, 0)


def _end_of_excerpt(line: str, column: int) -> int:
    end = column + _CONTEXT
    while end < len(line) and line[end] not in _DELIMITERS:
        end += 1
    return min(end, len(line))
