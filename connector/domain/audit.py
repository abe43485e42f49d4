"""The audit log: what people changed, each entry sealed together with all that came before it.

Whoever changes, removes or inserts an entry breaks every seal from there on. Cutting off the end breaks none;
that is seen by comparing the last seal with one that was written down elsewhere.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

# Who changed something where nobody signed in.
COMMAND_LINE = "cli"
FIRST_SEAL = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change. number: from 1, without gaps within an org; org_id is empty for what concerns none.

    actor: a username, or "cli". action: noun.verb. subject: the id of what was changed. details: ids, codes
    and settings, as JSON; never secrets nor data of recipients. seal: hex SHA-256 of the entry and the seal
    before it.
    """

    number: int
    org_id: str
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]
    seal: str = ""

    def sealed_after(self, previous_seal: str) -> str:
        """The seal that the entry must have."""
        content = [
            previous_seal,
            self.number,
            self.org_id,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor,
            self.action,
            self.subject,
            self.details,
        ]
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """entries: how many are sound. last_seal: of the last of them. broken_at: number of the first not."""

    entries: int
    last_seal: str
    broken_at: int | None = None


def verify(entries: Iterable[AuditEntry]) -> AuditVerdict:
    """Check an org's entries, in order, from its first one."""
    sound, seal = 0, FIRST_SEAL
    for entry in entries:
        if entry.number != sound + 1 or entry.seal != entry.sealed_after(seal):
            return AuditVerdict(entries=sound, last_seal=seal, broken_at=sound + 1)
        sound, seal = entry.number, entry.seal
    return AuditVerdict(entries=sound, last_seal=seal)
