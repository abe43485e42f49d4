"""Errors in the words of the asynchronous API.

SalesforceError
  BulkError         the request is refused
  InvalidBatch      the batch is accepted and then fails as a whole; no row is processed
"""

from emulators.salesforce.errors import SalesforceError

# The asynchronous API has its own names for what the gate before it refuses.
_NAMES = {"INVALID_SESSION_ID": ("InvalidSessionId", "Invalid session id")}


class BulkError(SalesforceError):
    """Refused: the client must change its request. code: in the API's spelling, such as InvalidJob."""


class InvalidBatch(SalesforceError):
    """The batch as a whole makes no sense; its state message says why."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidBatch", message)

    @property
    def state_message(self) -> str:
        return f"{self.code} : {self.message}"


def named(error: SalesforceError) -> tuple[str, str, int]:
    """exceptionCode, exceptionMessage and HTTP status of any error."""
    if error.code in _NAMES:
        return (*_NAMES[error.code], 400)
    return error.code, error.message, error.status


def row_error(error: SalesforceError) -> str:
    """The Error column of a result row, such as `REQUIRED_FIELD_MISSING:...:LastName --`."""
    fields = ",".join(error.fields)
    return f"{error.code}:{error.message}:{fields} --" if fields else f"{error.code}:{error.message}:--"
