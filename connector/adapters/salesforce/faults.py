"""What Salesforce's error codes mean: for one record here, for a whole call by services.ailments.

Source: SOAP API Developer Guide, "Core Data Types Used in API Calls", StatusCode; REST API Developer Guide,
"Status Codes and Error Responses". A code that is not in the tables fails closed: the record is refused, the
call is a PermanentError.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.errors import ConnectorError, OutcomeUnknown, PermanentError, TemporaryError
from connector.ports import WriteOutcome, WriteState
from connector.services.ailments.table import call_ailments

RECORD_STATES = {
    # Nobody must act.
    "UNABLE_TO_LOCK_ROW": WriteState.RETRY,
    "SERVER_UNAVAILABLE": WriteState.RETRY,
    "REQUEST_RUNNING_TOO_LONG": WriteState.RETRY,
    "QUERY_TIMEOUT": WriteState.RETRY,
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": WriteState.RETRY,
    "PROCESSING_HALTED": WriteState.RETRY,
    # The administrator must act: a permission, a rule or an automation of the org, a missing part of the
    # package.
    "INSUFFICIENT_ACCESS_OR_READONLY": WriteState.PARK,
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": WriteState.PARK,
    "INSUFFICIENT_ACCESS": WriteState.PARK,
    "INVALID_FIELD_FOR_INSERT_UPDATE": WriteState.PARK,
    "INVALID_FIELD": WriteState.PARK,
    "INVALID_TYPE": WriteState.PARK,
    "INVALID_TYPE_FOR_OPERATION": WriteState.PARK,
    "NOT_FOUND": WriteState.PARK,
    "REQUIRED_FIELD_MISSING": WriteState.PARK,
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": WriteState.PARK,
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": WriteState.PARK,
    "CANNOT_EXECUTE_FLOW_TRIGGER": WriteState.PARK,
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": WriteState.PARK,
    "ENTITY_IS_LOCKED": WriteState.PARK,
    "STORAGE_LIMIT_EXCEEDED": WriteState.PARK,
    "REQUEST_LIMIT_EXCEEDED": WriteState.PARK,
    "API_DISABLED_FOR_ORG": WriteState.PARK,
    "NOT_SUPPORTED_BY_LOCAL_ORG": WriteState.PARK,
    # This record will not be taken as it is.
    "ENTITY_IS_DELETED": WriteState.REFUSED,
    "INVALID_CROSS_REFERENCE_KEY": WriteState.REFUSED,
    "MALFORMED_ID": WriteState.REFUSED,
    "MISSING_ARGUMENT": WriteState.REFUSED,
    "STRING_TOO_LONG": WriteState.REFUSED,
    "NUMBER_OUTSIDE_VALID_RANGE": WriteState.REFUSED,
    "INVALID_EMAIL_ADDRESS": WriteState.REFUSED,
    "FIELD_INTEGRITY_EXCEPTION": WriteState.REFUSED,
    "JSON_PARSER_ERROR": WriteState.REFUSED,
    "DUPLICATE_VALUE": WriteState.REFUSED,
    "DUPLICATE_EXTERNAL_ID": WriteState.REFUSED,
    "DUPLICATES_DETECTED": WriteState.REFUSED,
    "CANNOT_UPDATE_CONVERTED_LEAD": WriteState.REFUSED,
}
_GRAVEST_FIRST = (WriteState.REFUSED, WriteState.PARK, WriteState.RETRY)

_NOT_MODIFIED = 304


def call_error(call: str, status: int, content: Any, *, changes_something: bool) -> ConnectorError:
    """The error for an answer that is not 2xx.

    content: the decoded body, a list of {errorCode, message}, or anything. A 5xx outside the table may have
    been carried out. So may a call that is answered 304 (not modified): no call of ours asks for that, so
    something between the org and us answered from its memory.
    """
    codes = [str(item.get("errorCode", "")) for item in _objects(content)]
    texts = " ".join(str(item.get("message", "")) for item in _objects(content))
    text = f"{call} was answered {status} ({', '.join(codes) or 'no code'})"
    code = next(iter(codes), "") or f"http_{status}"
    for ailment in call_ailments(status):
        if any(ailment.fits(known, texts) for known in (*codes, "")):
            return ailment.raised(text, code=code, remedy=ailment.cure)
    if status >= 500 or status == _NOT_MODIFIED:
        return (OutcomeUnknown if changes_something else TemporaryError)(text, code=code)
    return PermanentError(text, code=code)


def record_outcome(result: Mapping[str, Any]) -> WriteOutcome:
    """One item of a collections answer: {id, success, errors: [{statusCode, message, fields}]}."""
    if result.get("success") is True:
        return WriteOutcome(WriteState.DONE, record_id=str(result.get("id", "")))
    return outcome_of_errors(_objects(result.get("errors")), record_id=str(result.get("id") or ""))


def outcome_of_errors(errors: Sequence[Mapping[str, Any]], *, record_id: str = "") -> WriteOutcome:
    """The gravest of several errors. Without any error there is no telling: refused."""
    states = [(_state(error), error) for error in errors]
    for state in _GRAVEST_FIRST:
        for found, error in states:
            if found is state:
                return WriteOutcome(state, record_id, _code(error), _told(state, error))
    return WriteOutcome(WriteState.REFUSED, record_id, "", "refused without a reason")


def _state(error: Mapping[str, Any]) -> WriteState:
    return RECORD_STATES.get(_code(error), WriteState.REFUSED)


def _code(error: Mapping[str, Any]) -> str:
    return str(error.get("statusCode") or error.get("errorCode") or "")


def _told(state: WriteState, error: Mapping[str, Any]) -> str:
    """Salesforce's text where an administrator must act on it; else the fields, since texts quote values."""
    if state is WriteState.PARK:
        return str(error.get("message", ""))
    fields = error.get("fields")
    named = ", ".join(map(str, fields)) if isinstance(fields, list) else ""
    return f"{_code(error)}: {named}" if named else _code(error)


def _objects(content: Any) -> list[Mapping[str, Any]]:
    items: Iterable[Any] = content if isinstance(content, list) else ()
    return [item for item in items if isinstance(item, Mapping)]
