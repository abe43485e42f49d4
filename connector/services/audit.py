"""The audit log: written in the transaction of the change that it tells of; neither is there alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from connector.domain.audit import FIRST_SEAL, AuditEntry, AuditVerdict, verify
from connector.services.storage.store import Store, Unit


def record(
    unit: Unit,
    at: datetime,
    *,
    org_id: str,
    actor: str,
    action: str,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Append an entry within a write unit. Meanings: domain.audit.AuditEntry."""
    last = unit.audit.last(org_id)
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        org_id=org_id,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=dict(details or {}),
    )
    unit.audit.append(replace(entry, seal=entry.sealed_after(last.seal if last else FIRST_SEAL)))


@dataclass(frozen=True)
class VerifyAudit:
    """Whether anybody touched the log."""

    store: Store

    def __call__(self, org_id: str) -> AuditVerdict:
        with self.store.read() as unit:
            return verify(unit.audit.all_of(org_id))

    def orgs(self) -> list[str]:
        """Those that have entries; "" for what concerns none."""
        with self.store.read() as unit:
            return unit.audit.orgs()
