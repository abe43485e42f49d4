"""What the services ask of the audit log's store."""

from collections.abc import Iterator
from typing import Protocol

from connector.domain.audit import AuditEntry


class AuditRepository(Protocol):
    """Appended to only."""

    def last(self, org_id: str) -> AuditEntry | None: ...
    def append(self, entry: AuditEntry) -> None: ...
    def all_of(self, org_id: str) -> Iterator[AuditEntry]:
        """In order, page by page."""
        ...

    def listed(
        self, org_id: str, *, before: int | None, limit: int, subject: str = "", words: str = ""
    ) -> list[AuditEntry]:
        """The newest first. before: a number, for the next page. words: in actor, action or subject."""
        ...

    def orgs(self) -> list[str]:
        """Those that have entries."""
        ...
