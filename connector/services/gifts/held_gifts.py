"""Gifts of an org that was disconnected: held until it is connected again, or called off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.domain.gift import ORG_DISCONNECTED, RequestState
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.cancel_gift import can_cancel
from connector.services.gifts.outcomes import called_off, planned_again
from connector.services.jobs import plan_chunks
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit

_AT_ONCE = 2_000
_CALLED_OFF = "withdrawn: the org was disconnected"
_WHY = f"{ORG_DISCONNECTED}: it is sent once the org is connected again"
# What waits when the org goes. Whether a gift of these may be called off is asked of each (can_cancel).
_TO_CALL_OFF = (RequestState.PLANNED, RequestState.PARKED, RequestState.AWAITING_APPROVAL)


@dataclass(frozen=True)
class HeldGifts:
    """For whoever runs the connector: nobody of a disconnected org can sign in."""

    store: Store
    clock: Clock

    def __call__(self) -> Mapping[str, int]:
        """How many gifts wait for an org that is not connected, by org, where there are any."""
        with self.store.read() as unit:
            return held_by_org(unit)

    def call_off(self, org_id: str, actor: str) -> int:
        """What waits for an org that is not connected is never sent; how many gifts.

        Raises CallerError where nothing waits, or where the org is connected again: its own people decide.
        """
        now = self.clock()
        with self.store.write() as unit:
            if org_id not in held_by_org(unit):
                raise CallerError(
                    f"No gift is held for org {org_id}",
                    code="nothing_held",
                    remedy="Gifts of a connected org are canceled by its own people, on the page Gifts.",
                )
            gifts = call_off_all(unit, org_id, now=now)
            details = {"gifts_called_off": gifts}
            record(unit, now, org_id=org_id, actor=actor, action="gifts.called_off", details=details)
        return gifts


def held_by_org(unit: Unit) -> dict[str, int]:
    """How many gifts wait for each org that is not connected."""
    connected = {org.org_id for org in unit.connections.orgs()}
    counts = unit.gifts.counts_by_org(_TO_CALL_OFF)
    return {org_id: count for org_id, count in sorted(counts.items()) if org_id not in connected}


def affected(unit: Unit, org_id: str) -> int:
    """How many gifts a disconnection would hold, or could call off."""
    counts = unit.gifts.counts(org_id)
    return sum(counts.get(state, 0) for state in _TO_CALL_OFF)


def hold(unit: Unit, keys: Sequence[str]) -> None:
    """They are not sent while the org is not connected, and say why."""
    held = GiftChanges(state=RequestState.PARKED, next_attempt_at=None, last_error=_WHY)
    unit.gifts.change(dict.fromkeys(keys, held))


def hold_all(unit: Unit, org_id: str) -> int:
    """Everything planned; how many."""
    keys = unit.gifts.keys_in(org_id, (RequestState.PLANNED,))
    hold(unit, keys)
    return len(keys)


def call_off_all(unit: Unit, org_id: str, *, now: datetime) -> int:
    """Everything that surely has not left; what may have is held instead. How many are called off."""
    keys, called = unit.gifts.keys_in(org_id, _TO_CALL_OFF), 0
    for start in range(0, len(keys), _AT_ONCE):
        rows = unit.gifts.named(keys[start : start + _AT_ONCE]).values()
        over = {row.key: called_off(row, _CALLED_OFF, now) for row in rows if can_cancel(row)}
        unit.gifts.change(over)
        called += len(over)
    hold_all(unit, org_id)
    return called


def release_all(unit: Unit, org_id: str, *, now: datetime) -> int:
    """The org is connected again: what was held is planned anew. How many."""
    keys = unit.gifts.keys_in(org_id, (RequestState.PARKED,), error=ORG_DISCONNECTED)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        unit.gifts.change(dict.fromkeys(some, planned_again(now)))
        plan_chunks(unit, list(unit.gifts.named(some).values()))
    return len(keys)
