"""Who calls the API: keys are made, listed, revoked and recognised."""

from dataclasses import dataclass

from connector.domain.api_key import ApiKey, key_id_of, new_api_key, opens
from connector.errors import ConfigurationError
from connector.ports import Clock
from connector.services.storage import Store


@dataclass(frozen=True)
class ApiAccess:
    """Keys of connected orgs. A key opens the API for its own org and for nothing else."""

    store: Store
    clock: Clock

    def create(self, org_id: str, name: str) -> tuple[str, ApiKey]:
        """The key's text, shown once, and what is kept. Raises ConfigurationError for an unknown org."""
        with self.store.write() as unit:
            if unit.connections.org(org_id) is None:
                raise ConfigurationError(
                    f"Org {org_id} is not connected", code="unknown_org", remedy="run `connector connect`"
                )
            text, key = new_api_key(org_id, name, now=self.clock())
            unit.api_keys.add(key)
        return text, key

    def all(self) -> list[ApiKey]:
        """Every key that opens."""
        with self.store.read() as unit:
            return unit.api_keys.all()

    def revoke(self, key_id: str) -> None:
        """Raises ConfigurationError for an unknown key."""
        with self.store.write() as unit:
            if not unit.api_keys.remove(key_id):
                raise ConfigurationError(
                    f"No API key {key_id}", code="unknown_key", remedy="run `connector api-key list`"
                )

    def org_of(self, text: str) -> str:
        """The org that a key opens the API for; empty for what is no key of ours."""
        key_id = key_id_of(text)
        if not key_id:
            return ""
        with self.store.read() as unit:
            kept = unit.api_keys.get(key_id)
        return kept.org_id if kept is not None and opens(text, kept) else ""
