"""Gifts of an org that was disconnected: held until it is connected again, or called off."""

from collections.abc import Sequence
from datetime import datetime

from connector.domain.gift import ORG_DISCONNECTED, RequestState
from connector.services.jobs import plan_chunks
from connector.services.outcomes import withdraw
from connector.services.storage import GiftChanges, Unit

_AT_ONCE = 2_000
_WHY = f"{ORG_DISCONNECTED}: it is sent once the org is connected again"
# What a person may call off when the org goes: nothing of it has left.
_TO_CALL_OFF = (RequestState.PLANNED, RequestState.PARKED, RequestState.AWAITING_APPROVAL)


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
    """Everything that has not left; what may have is held instead. How many there were."""
    keys = unit.gifts.keys_in(org_id, _TO_CALL_OFF)
    for start in range(0, len(keys), _AT_ONCE):
        withdraw(unit, keys[start : start + _AT_ONCE], "the org was disconnected", now=now)
    hold_all(unit, org_id)
    return len(keys)


def release_all(unit: Unit, org_id: str, *, now: datetime) -> int:
    """The org is connected again: what was held is planned anew. How many."""
    keys = unit.gifts.keys_in(org_id, (RequestState.PARKED,), error=ORG_DISCONNECTED)
    planned_again = GiftChanges(
        state=RequestState.PLANNED, next_attempt_at=now, attempts=0, last_error="", sync_error=""
    )
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        unit.gifts.change(dict.fromkeys(some, planned_again))
        plan_chunks(unit, list(unit.gifts.named(some).values()))
    return len(keys)
