from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from types import SimpleNamespace

from connector.domain.gift import RequestState
from connector.services.requesting.ownership import Ownership
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit
from tests.connector.world import World


def _sending(world: World) -> tuple[Ownership, SimpleNamespace]:
    """A row under lease, and a stopwatch that is set by hand."""
    world.sync(world.campaign(contacts=1))
    [gift] = world.gifts()
    lease = GiftChanges(
        state=RequestState.SENDING,
        owner=world.worker.owner,
        lease_until=world.clock() + timedelta(minutes=1),
    )
    with world.store.write() as unit:
        unit.gifts.change({gift.key: lease})
    stopwatch = SimpleNamespace(seconds=0.0)
    ownership = Ownership(
        world.store, world.clock, world.worker.owner, gift.job_id, monotonic=lambda: stopwatch.seconds
    )
    return ownership, stopwatch


def test_a_row_is_ours_until_its_lease_runs_out(world: World) -> None:
    ownership, _ = _sending(world)
    [gift] = world.gifts()

    before = ownership.holds(gift)
    world.clock.move(minutes=1)
    after = ownership.holds(gift)

    assert (before, after) == (True, False)


def test_a_row_that_the_ledger_gave_to_another_is_not_ours_once_time_has_passed(world: World) -> None:
    ownership, stopwatch = _sending(world)
    [gift] = world.gifts()
    held = ownership.holds(gift)
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(owner="other/boot")})

    stopwatch.seconds += 0.3
    lost = ownership.holds(gift)

    assert (held, lost) == (True, False)


class SlowLedger:
    """A store whose every reading takes so long."""

    def __init__(self, store: Store, stopwatch: SimpleNamespace, seconds: float) -> None:
        self._store, self._stopwatch, self._seconds = store, stopwatch, seconds
        self.readings = 0

    @contextmanager
    def read(self) -> Iterator[Unit]:
        self.readings += 1
        self._stopwatch.seconds += self._seconds
        with self._store.read() as unit:
            yield unit

    def write(self) -> AbstractContextManager[Unit]:
        return self._store.write()


def test_a_ledger_that_answers_slowly_is_not_asked_by_every_request(world: World) -> None:
    _, stopwatch = _sending(world)
    [gift] = world.gifts()
    ledger = SlowLedger(world.store, stopwatch, 0.4)
    ownership = Ownership(
        ledger, world.clock, world.worker.owner, gift.job_id, monotonic=lambda: stopwatch.seconds
    )

    held = []
    for _ in range(3):
        held.append(ownership.holds(gift))
        stopwatch.seconds += 0.1
    soon = ledger.readings
    stopwatch.seconds += 2.0
    held.append(ownership.holds(gift))

    assert held == [True] * 4
    assert (soon, ledger.readings) == (1, 2)


def test_a_row_that_was_claimed_a_moment_ago_is_ours_already(world: World) -> None:
    ownership, _ = _sending(world)
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(owner="other/boot")})
    not_yet = ownership.holds(gift)
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(owner=world.worker.owner)})

    ownership.claimed()

    assert (not_yet, ownership.holds(gift)) == (False, True)


def test_a_row_without_a_lease_is_nobodys(world: World) -> None:
    ownership, _ = _sending(world)
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(lease_until=None)})

    assert not ownership.holds(world.gifts()[0])
