"""Errors in the words of the asynchronous API.

SalesforceError
  BulkError         the request is refused
  InvalidBatch      the upload is accepted and then fails as a whole; no row is processed
"""

from emulators.salesforce.errors import SalesforceError


class BulkError(SalesforceError):
    """Refused: the client must change its request. code: in the API's spelling, such as InvalidJob."""


class InvalidBatch(SalesforceError):
    """The upload as a whole makes no sense; the state message says why."""

    def __init__(self, message: str, code: str = "InvalidBatch") -> None:
        super().__init__(code, message)

    @property
    def state_message(self) -> str:
        return f"{self.code} : {self.message}"


def no_hard_delete() -> BulkError:
    """What everyone without the user permission "Bulk API Hard Delete" is told; no profile here has it."""
    message = (
        "hardDelete operation requires special user profile permission, please contact your system "
        "administrator"
    )
    return BulkError("FeatureNotEnabled", message)


def row_error(error: SalesforceError) -> str:
    """The error cell of a result row, such as `REQUIRED_FIELD_MISSING:...:LastName --`."""
    fields = ",".join(error.fields)
    return f"{error.code}:{error.message}:{fields} --" if fields else f"{error.code}:{error.message}:--"
