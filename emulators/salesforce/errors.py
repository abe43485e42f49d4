"""Errors as Salesforce speaks them.

SalesforceError          carried to the client with its code, text and HTTP status
  NotSupportedHere       the local org does not do this and says so by name
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class SalesforceError(Exception):
    """An error the client should see.

    code: Salesforce's status code, such as REQUIRED_FIELD_MISSING.
    message: Salesforce's own text.
    status: the HTTP status of a REST answer that consists of this error alone.
    fields: API names of the fields to blame; REST shows them only for record errors.
    """

    code: str
    message: str
    status: int = 400
    fields: tuple[str, ...] = field(default=())
    has_fields: bool = False

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    def as_rest(self) -> dict[str, Any]:
        """One item of a REST error answer."""
        body: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.has_fields or self.fields:
            body["fields"] = list(self.fields)
        return body

    def as_record_error(self) -> dict[str, Any]:
        """One item of `errors` in a collections answer, where the key is statusCode."""
        return {"statusCode": self.code, "message": self.message, "fields": list(self.fields)}


class NotSupportedHere(SalesforceError):
    """Named in the answer, so that no client mistakes silence for success."""

    def __init__(self, what: str) -> None:
        super().__init__("NOT_SUPPORTED_BY_LOCAL_ORG", f"The local org does not support: {what}", 501)
