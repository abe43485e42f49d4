"""What is asked of DML and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from emulators.salesforce.errors import SalesforceError


class OperationKind(StrEnum):
    """The four ways to change a record."""

    INSERT = "insert"
    UPDATE = "update"
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Operation:
    """One record to write.

    record_id: for UPDATE and DELETE. external_id_field and external_id: for UPSERT.
    values: field name to JSON value, in any case of the names, without the Id.
    """

    kind: OperationKind
    sobject: str
    values: Mapping[str, Any] = field(default_factory=dict)
    record_id: str = ""
    external_id_field: str = ""
    external_id: Any = None


@dataclass(frozen=True, slots=True)
class OperationResult:
    """What became of one operation.

    created: None except after an upsert; of a refused one, what would have been, as far as that is known.
    """

    record_id: str = ""
    created: bool | None = None
    error: SalesforceError | None = None

    @property
    def success(self) -> bool:
        return self.error is None

    def as_rest(self) -> dict[str, Any]:
        """One item of a collections answer: without an id when the record was refused."""
        body: dict[str, Any] = {"id": self.record_id} if self.success else {}
        body["success"] = self.success
        body["errors"] = [] if self.error is None else [self.error.as_record_error()]
        if self.created is not None:
            body["created"] = self.created
        return body


ROLLED_BACK = SalesforceError(
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using AllOrNone header",
)
