"""How one org's gifting stands, in numbers: for its own people."""

from dataclasses import dataclass
from typing import Any

from connector.domain.gift import RequestState
from connector.services.storage.store import Store


@dataclass(frozen=True)
class StateOfOrg:
    """Reads the ledger; no names of people, nothing of other orgs."""

    store: Store

    def __call__(self, org_id: str) -> dict[str, Any]:
        """Requests and stages: gifts by name. api_calls_used and _allocation: None before the first call."""
        with self.store.read() as unit:
            counts = unit.gifts.counts(org_id)
            usage = unit.health.usage(org_id)
            links = [link for link in unit.links.all() if link.org_id == org_id]
        used, allocation = usage or (None, None)
        return {
            "requests": {state.value: counts.get(state, 0) for state in RequestState},
            "stages": {name[6:]: count for name, count in counts.items() if name.startswith("stage:")},
            "campaigns": len(links),
            "api_calls_used": used,
            "api_calls_allocation": allocation,
        }
