from datetime import timedelta

import pytest

from connector.adapters.store.store import SqlStore
from connector.errors import TemporaryError
from connector.services.connections.api_budget import ApiBudget
from tests.connector.world import MovableClock

ORG, OTHER = "00D000000000001EAA", "00D000000000002EAA"


def budget(store: SqlStore, clock: MovableClock, *, burst: float = 5) -> ApiBudget:
    def sleep(seconds: float) -> None:
        clock.now += timedelta(seconds=seconds)

    return ApiBudget(store, clock, sleep, per_second=2, burst=burst, patience_seconds=3)


def test_two_workers_share_the_budget_of_an_org(store: SqlStore) -> None:
    clock = MovableClock()
    began = clock.now
    one, two = budget(store, clock), budget(store, clock)

    for _ in range(5):
        one(ORG)
        two(ORG)

    assert clock.now - began == timedelta(seconds=2.5)


def test_another_org_has_a_budget_of_its_own(store: SqlStore) -> None:
    clock = MovableClock()
    began = clock.now
    calls = budget(store, clock)

    for _ in range(5):
        calls(ORG)
        calls(OTHER)

    assert clock.now == began


def test_an_unused_budget_grows_no_larger_than_one_burst(store: SqlStore) -> None:
    clock = MovableClock()
    calls = budget(store, clock)
    calls(ORG)

    clock.move(hours=1)
    began = clock.now
    for _ in range(6):
        calls(ORG)

    assert clock.now - began == timedelta(seconds=0.5)


def test_who_would_wait_too_long_is_told_when_to_come_back(store: SqlStore) -> None:
    clock = MovableClock()
    slow = ApiBudget(store, clock, lambda _: None, per_second=0.1, burst=1, patience_seconds=3)
    slow(ORG)

    with pytest.raises(TemporaryError) as refused:
        slow(ORG)

    assert refused.value.code == "api_budget"
    assert refused.value.retry_after_seconds == 10
