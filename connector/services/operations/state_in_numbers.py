"""How things stand, in numbers: for `connector status`, the landing page and whoever watches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.domain.circuit import Circuit, CircuitState
from connector.domain.gift import RequestState
from connector.ports import Clock
from connector.services.storage.store import Store


@dataclass(frozen=True)
class StateInNumbers:
    """Reads the ledger; no names of people, no secrets."""

    store: Store
    clock: Clock

    def __call__(self) -> dict[str, Any]:
        """Plain JSON values; the keys are part of what `connector status --json` promises."""
        with self.store.read() as unit:
            counts = unit.gifts.counts()
            beat = unit.health.last_beat()
            return {
                "requests": {state.value: counts.get(state, 0) for state in RequestState},
                "stages": {name[6:]: count for name, count in counts.items() if name.startswith("stage:")},
                "unwritten": unit.gifts.unwritten(),
                "inbox": unit.inbox.counts(),
                "jobs_waiting": len(unit.outbox.waiting()),
                "orgs": {
                    org.org_id: _usage(unit.health.usage(org.org_id)) for org in unit.connections.orgs()
                },
                "accounts": [account.account_id for account in unit.connections.accounts()],
                "circuits": {
                    account.account_id: _circuit(unit.circuits.get(account.account_id))
                    for account in unit.connections.accounts()
                },
                "campaigns": len(unit.links.all()),
                "worker_seen_seconds_ago": _age(beat, self.clock()),
            }


def _usage(usage: tuple[int, int] | None) -> dict[str, int | None]:
    used, allocation = usage or (None, None)
    return {"api_calls_used": used, "api_calls_allocation": allocation}


def _circuit(circuit: Circuit) -> str:
    """The state, and for any but closed why and until when."""
    if circuit.state is CircuitState.CLOSED or circuit.closed_until is None:
        return circuit.state.value
    return f"{circuit.state.value} until {circuit.closed_until:%Y-%m-%dT%H:%M:%SZ} ({circuit.reason})"


def _age(beat: datetime | None, now: datetime) -> float | None:
    return None if beat is None else round((now - beat).total_seconds(), 1)
