from collections.abc import Callable, Sequence

import pytest

from connector.adapters.store.store import SqlStore
from connector.errors import QuotaReached
from connector.ports import ProviderStatus, Record, RecordWrite, WriteKind, WriteOutcome, WriteState
from connector.services.leases import LeaseLost, Leases
from connector.services.worker import OpenOrg, Patience, Worker
from connector.services.writing.write_back import WriteBack
from connector.services.writing.write_in_turn import LeasedOrg, WriteInTurn
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.world import MovableClock, World

PATIENCE = Patience(lease_seconds=60, in_flight_seconds=10)


def leases(store: SqlStore, clock: MovableClock, worker_id: str, boot: str = "1") -> Leases:
    return Leases(store, clock, Worker(worker_id, boot, clock()), PATIENCE)


def test_one_of_two_workers_gets_the_lease_and_keeps_it_by_renewing(store: SqlStore) -> None:
    clock = MovableClock()
    one, two = leases(store, clock, "one"), leases(store, clock, "two")

    first = one.take("work", seconds=60), two.take("work", seconds=60)
    clock.move(seconds=59)
    renewed = one.take("work", seconds=60)
    clock.move(seconds=20)

    assert first == (True, False)
    assert renewed
    assert not two.take("work", seconds=60)


def test_a_silent_holder_is_replaced_once_its_last_request_must_have_ended(store: SqlStore) -> None:
    clock = MovableClock()
    one, two = leases(store, clock, "one"), leases(store, clock, "two")
    one.take("work", seconds=60)

    clock.move(seconds=69)
    too_early = two.take("work", seconds=60)
    clock.move(seconds=1)

    assert not too_early
    assert two.take("work", seconds=60)


def test_a_worker_that_was_paused_learns_that_its_lease_is_gone(store: SqlStore) -> None:
    clock = MovableClock()
    zombie, other = leases(store, clock, "zombie"), leases(store, clock, "other")
    zombie.take("work", seconds=60)
    clock.move(seconds=70)
    other.take("work", seconds=60)

    with pytest.raises(LeaseLost):
        zombie.hold("work", seconds=60)

    zombie.release("work")
    assert not leases(store, clock, "third").take("work", seconds=60)


def test_a_worker_that_came_back_need_not_wait_for_its_own_lease(store: SqlStore) -> None:
    clock = MovableClock()
    leases(store, clock, "one", boot="before").take("work", seconds=60)

    clock.move(seconds=10)

    assert leases(store, clock, "one", boot="after").take("work", seconds=60)


def test_a_paused_worker_writes_nothing_to_the_org_when_it_wakes(store: SqlStore) -> None:
    clock, org = MovableClock(), FakeSalesforceOrg()
    zombie, other = leases(store, clock, "zombie"), leases(store, clock, "other")
    contact = org.add("Contact", FirstName="Ada")
    write = RecordWrite(WriteKind.UPDATE, "Contact", {"Id": contact, "FirstName": "Augusta"})
    zombie.take("write_back:org", seconds=60)
    leased = LeasedOrg(org, lambda: zombie.hold("write_back:org", seconds=60))

    clock.move(seconds=71)
    assert other.take("write_back:org", seconds=60)

    with pytest.raises(LeaseLost):
        leased.write([write])
    assert [row["FirstName"] for row in org.query("SELECT FirstName FROM Contact")] == ["Ada"]


def test_a_write_back_that_another_job_may_be_at_does_nothing_even_in_the_same_worker(
    store: SqlStore,
) -> None:
    """A worker that was paused finds its job given away, and may be given the same one again."""
    clock, org, ran = MovableClock(), FakeSalesforceOrg(), list[str]()

    def write_back(name: str, *meanwhile: WriteInTurn) -> WriteInTurn:
        def job(*_: str) -> None:
            ran.append(name)
            for other in meanwhile:
                other("org")

        mine = leases(store, clock, name)
        return WriteInTurn(mine, lambda _org_id: org, lambda _open_org, _store: job)

    write_back("one", write_back("one"), write_back("two"))("org")
    write_back("two")("org")

    assert ran == ["one", "two"]


def test_a_job_that_lost_its_lease_writes_nothing_although_its_own_worker_has_it_again(
    store: SqlStore,
) -> None:
    clock, org = MovableClock(), FakeSalesforceOrg()
    contact = org.add("Contact", FirstName="Ada")
    worker = leases(store, clock, "one")
    zombie, other = worker.of_a_job(), worker.of_a_job()
    zombie.take("write_back:org", seconds=60)
    leased = LeasedOrg(org, lambda: zombie.hold("write_back:org", seconds=60))

    clock.move(seconds=69)
    too_early = other.take("write_back:org", seconds=60)
    clock.move(seconds=1)
    assert other.take("write_back:org", seconds=60)

    with pytest.raises(LeaseLost):
        leased.write([RecordWrite(WriteKind.UPDATE, "Contact", {"Id": contact, "FirstName": "Augusta"})])
    zombie.release("write_back:org")
    assert not too_early
    assert not worker.of_a_job().take("write_back:org", seconds=60)


def in_turn(world: World, worker_id: str, open_org: OpenOrg | None = None) -> WriteInTurn:
    return WriteInTurn(
        leases(world.store, world.clock, worker_id),
        open_org or world.open_org,
        lambda of_lease, store: WriteBack(store, of_lease, world.clock, world.checkpoint),
    )


def test_what_a_paused_write_back_meets_when_it_wakes_spoils_nothing_of_the_one_that_took_over(
    store: SqlStore,
) -> None:
    """Asking fails after the pause, so the lease is not looked at by a write."""
    world = World(store)
    world.sync(world.campaign(contacts=1))
    ask = world.org.query_together

    def pause_and_fail(soqls: Sequence[str]) -> list[list[Record]]:
        world.org.query_together = ask  # type: ignore[method-assign]  # the other one is answered
        world.clock.move(seconds=71)
        in_turn(world, "other")(world.org_id)
        raise QuotaReached(f"used up before {len(soqls)} queries", code="REQUEST_LIMIT_EXCEEDED")

    world.org.query_together = pause_and_fail  # type: ignore[method-assign]  # what happens meanwhile
    in_turn(world, "zombie")(world.org_id)

    [gift] = world.gifts()
    assert (gift.dirty_since, gift.sync_error, gift.write_attempts) == (None, "", 0)
    assert world.org.calls["query"] > 0


def test_a_task_whose_write_failed_at_a_paused_worker_is_not_planned_again_where_another_has_written_it(
    store: SqlStore,
) -> None:
    world = World(store)
    world.sync(world.campaign(contacts=1))
    write = world.org.write
    locked = WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW")

    def pause_after_the_tasks(
        writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        if not any(record.sobject == "Task" for record in writes):
            return write(writes, before_call=before_call)
        world.org.write = write  # type: ignore[method-assign]  # the other one writes
        world.org.next_outcomes["Task"] = [locked]
        outcomes = write(writes, before_call=before_call)
        world.clock.move(seconds=71)
        in_turn(world, "other")(world.org_id)
        return outcomes

    world.org.write = pause_after_the_tasks  # type: ignore[method-assign]  # what happens meanwhile
    in_turn(world, "zombie")(world.org_id)
    world.clock.move(hours=1)
    gift_id = next(iter(world.provider.gifts))
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()
    in_turn(world, "other")(world.org_id)

    subjects = sorted(row["Subject"] for row in world.org.records["Task"].values())
    assert subjects == ["Gift Claimed", "Gift Created"]
