"""Who calls the API: keys are made, listed, replaced, revoked and recognised."""

from dataclasses import dataclass, replace
from datetime import timedelta

from connector.domain.api_key import ApiKey, Scope, key_id_of, new_api_key, opens
from connector.domain.audit import COMMAND_LINE
from connector.errors import ConfigurationError, TemporaryError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.storage.store import Store, Unit

# Enough to tell that a key is in use, seldom enough not to write with every request.
_NOTE_USE_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiAccess:
    """Keys of connected orgs. A key opens the API for its own org and for nothing else.

    calls_per_second, calls_at_once: how fast an org may call, over all of its keys and all processes.
    """

    store: Store
    clock: Clock
    calls_per_second: float = 10.0
    calls_at_once: float = 50.0

    def create(self, org_id: str, name: str, scope: Scope = Scope.SEND) -> tuple[str, ApiKey]:
        """The key's text, shown once, and what is kept. Raises ConfigurationError for an unknown org."""
        with self.store.write() as unit:
            if unit.connections.org(org_id) is None:
                raise ConfigurationError(
                    f"Org {org_id} is not connected", code="unknown_org", remedy="run `connector connect`"
                )
            text, key = new_api_key(org_id, name, now=self.clock(), scope=scope)
            unit.api_keys.add(key)
            self._note(unit, key, "api_key.create", scope=scope.value)
        return text, key

    def rotate(self, key_id: str, keep_for: timedelta) -> tuple[str, ApiKey]:
        """A new key in the place of one that goes on to open for a while, so that no call fails meanwhile.

        Two of a name are good at a time: what was left of an earlier change ends now. Raises
        ConfigurationError for an unknown key.
        """
        now = self.clock()
        with self.store.write() as unit:
            old = self._known(unit, key_id)
            for key in unit.api_keys.all():
                is_leftover = key.ends_at is not None and key.key_id != key_id
                if is_leftover and (key.org_id, key.name) == (old.org_id, old.name):
                    unit.api_keys.remove(key.key_id)
            text, key = new_api_key(old.org_id, old.name, now=now, scope=old.scope)
            unit.api_keys.add(key)
            unit.api_keys.change(replace(old, ends_at=now + keep_for))
            self._note(unit, key, "api_key.rotate", replaces=key_id)
        return text, key

    def all(self) -> list[ApiKey]:
        """Every key that is kept."""
        with self.store.read() as unit:
            return unit.api_keys.all()

    def revoke(self, key_id: str) -> None:
        """Raises ConfigurationError for an unknown key."""
        with self.store.write() as unit:
            key = self._known(unit, key_id)
            unit.api_keys.remove(key_id)
            self._note(unit, key, "api_key.revoke")

    def recognise(self, text: str) -> ApiKey | None:
        """The key that a caller showed; None for what opens nothing. Notes that it was used."""
        key_id = key_id_of(text)
        if not key_id:
            return None
        now = self.clock()
        with self.store.read() as unit:
            kept = unit.api_keys.get(key_id)
        if kept is None or not opens(text, kept) or kept.is_over(now):
            return None
        if kept.used_at is None or now - kept.used_at >= _NOTE_USE_EVERY:
            with self.store.write() as unit:
                unit.api_keys.note_use(key_id, used_at=now)
        return kept

    def take_turn(self, org_id: str) -> None:
        """Count one call. Raises TemporaryError where the org calls faster than it may."""
        with self.store.write() as unit:
            wait_seconds = unit.budgets.take(
                f"api:{org_id}", now=self.clock(), per_second=self.calls_per_second, burst=self.calls_at_once
            )
        if wait_seconds:
            raise TemporaryError(
                f"Org {org_id} calls faster than {self.calls_per_second:g} times a second",
                code="too_many_calls",
                retry_after_seconds=wait_seconds,
            )

    def _known(self, unit: Unit, key_id: str) -> ApiKey:
        key = unit.api_keys.get(key_id)
        if key is None:
            raise ConfigurationError(
                f"No API key {key_id}", code="unknown_key", remedy="run `connector api-key list`"
            )
        return key

    def _note(self, unit: Unit, key: ApiKey, action: str, **details: str) -> None:
        record(
            unit,
            self.clock(),
            org_id=key.org_id,
            actor=COMMAND_LINE,
            action=action,
            subject=key.key_id,
            details=details,
        )
