"""The database restarts while outcomes of requests are being committed: the answers are not thrown away."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from connector.adapters.store.store import SqlStore
from connector.domain.gift import RequestState
from connector.services.checkpoints import Step
from connector.services.storage.store import Unit
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import drop_database, new_database, restart_server
from tests.connector.world import World

GIFTS = 12


class RestartedStore:
    """A store whose server restarts just before a transaction with an outcome is committed.

    restarts: how often. While there are some left no outcome is committed, so every transaction that sees a
    sent gift is one that brings it; those that take on further rows see none, and are left alone.
    """

    def __init__(self, store: SqlStore, restarts: int) -> None:
        self._store, self.restarts = store, restarts

    def read(self) -> AbstractContextManager[Unit]:
        return self._store.read()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self._store.write() as unit:
            yield unit
            if self.restarts and unit.gifts.counts().get(RequestState.SENT):
                self.restarts -= 1
                restart_server()


@pytest.fixture
def store() -> Iterator[SqlStore]:
    address = new_database()
    made = SqlStore(address, new_cipher())
    yield made
    made.close()
    drop_database(address)


@pytest.mark.slow
def test_outcomes_whose_commit_meets_a_restart_are_committed_afterwards(store: SqlStore) -> None:
    world = World(store)
    world.plan_sync(world.link(world.campaign(contacts=GIFTS)).link_id)
    restarted = RestartedStore(store, restarts=2)
    pauses: list[float] = []

    request = replace(world.request_gifts, store=restarted, pause=pauses.append, threads=GIFTS)
    request(world.org_id, world.gifts()[0].job_id)

    rows = world.gifts()
    assert restarted.restarts == 0
    assert len(pauses) == 2
    assert [row.state for row in rows] == [RequestState.SENT] * GIFTS
    assert {row.provider_gift_id for row in rows} == set(world.provider.gifts)
    assert len(world.provider.orders) == GIFTS
    assert Step.UNKNOWN_LOOKED_UP not in world.steps


@pytest.mark.slow
def test_a_database_that_stays_away_leaves_rows_that_are_looked_up(store: SqlStore) -> None:
    world = World(store)
    world.plan_sync(world.link(world.campaign(contacts=GIFTS)).link_id)
    restarted = RestartedStore(store, restarts=6)

    request = replace(world.request_gifts, store=restarted, pause=lambda _: None, threads=GIFTS)
    with pytest.raises(DBAPIError):
        request(world.org_id, world.gifts()[0].job_id)
    world.restart()
    world.clock.move(hours=1)
    world.sweep()
    world.run_jobs()

    assert [row.state for row in world.gifts()] == [RequestState.SENT] * GIFTS
    assert len(world.provider.orders) == GIFTS
    assert Step.UNKNOWN_LOOKED_UP in world.steps
