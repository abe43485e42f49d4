"""What the Bulk API calls the errors of the gate before it."""

from emulators.salesforce.errors import SalesforceError

_NAMES = {"INVALID_SESSION_ID": ("InvalidSessionId", "Invalid session id")}


def named(error: SalesforceError) -> tuple[str, str, int]:
    """exceptionCode, exceptionMessage and HTTP status of any error."""
    if error.code in _NAMES:
        return (*_NAMES[error.code], 400)
    return error.code, error.message, error.status
