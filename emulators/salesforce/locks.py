"""Row locks on demand: writes that are refused as if somebody else were writing to the same row.

On the platform that happens when two transactions write to one record, or to records that look up to the same
parent. Here nothing runs in parallel, so a test orders it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import SObjectType


@dataclass(slots=True)
class RowLock:
    """One order. sobject: writes of that object; record_id: of that record and of those that look up to it.

    times counts down with every write that it refuses.
    """

    sobject: str = ""
    record_id: str = ""
    times: int = 1

    def hits(self, sobject: SObjectType, row: Mapping[str, Any]) -> bool:
        """True when a write of this row is meant."""
        if self.sobject and self.sobject.casefold() != sobject.name.casefold():
            return False
        return not self.record_id or any(
            str(value)[:15] == self.record_id[:15]
            for name, value in row.items()
            if name.endswith(("Id", "__c"))
        )


class RowLocks:
    """The orders that wait for a write."""

    def __init__(self) -> None:
        self._locks: list[RowLock] = []

    def order(self, lock: RowLock) -> None:
        """Add one; earlier orders are served first."""
        self._locks.append(lock)

    def pending(self) -> list[RowLock]:
        """The orders that still wait."""
        return list(self._locks)

    def clear(self) -> None:
        """Withdraw all orders."""
        self._locks.clear()

    def check(self, sobject: SObjectType, row: Mapping[str, Any]) -> None:
        """Raises UNABLE_TO_LOCK_ROW when a write of this row is meant."""
        for lock in self._locks:
            if lock.hits(sobject, row):
                lock.times -= 1
                if lock.times < 1:
                    self._locks.remove(lock)
                raise SalesforceError(
                    "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"
                )
