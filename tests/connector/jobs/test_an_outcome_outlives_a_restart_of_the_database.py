"""The database restarts while outcomes of requests are being committed: the answers are not thrown away."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from connector.adapters.store.store import SqlStore
from connector.domain.gift import RequestState
from connector.services.checkpoints import Step
from connector.services.storage import Unit
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import drop_database, new_database, restart_server
from tests.connector.world import World

GIFTS = 12


class RestartedStore:
    """A store whose server restarts in the middle of a transaction, and at once before it is committed.

    restarts: so many of the transactions that write once armed.
    """

    def __init__(self, store: SqlStore, restarts: int) -> None:
        self._store, self.restarts, self.is_armed = store, restarts, False

    def read(self) -> AbstractContextManager[Unit]:
        return self._store.read()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self._store.write() as unit:
            if self.is_armed and self.restarts:
                self.restarts -= 1
                unit.gifts.counts()
                restart_server()
            yield unit


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

    def arm(step: Step) -> None:
        """From the first answer on."""
        restarted.is_armed |= step is Step.PROVIDER_ANSWERED
        world.steps.append(step)

    request = replace(
        world.request_gifts, store=restarted, checkpoint=arm, pause=pauses.append, threads=GIFTS
    )
    request(world.org_id, world.gifts()[0].job_id)

    rows = world.gifts()
    assert restarted.restarts == 0
    # The job also takes on further rows meanwhile; a restart that meets that costs no pause.
    assert 1 <= len(pauses) <= 2
    assert [row.state for row in rows] == [RequestState.SENT] * GIFTS
    assert {row.provider_gift_id for row in rows} == set(world.provider.gifts)
    assert len(world.provider.orders) == GIFTS
    assert Step.UNKNOWN_LOOKED_UP not in world.steps


@pytest.mark.slow
def test_a_database_that_stays_away_leaves_rows_that_are_looked_up(store: SqlStore) -> None:
    world = World(store)
    world.plan_sync(world.link(world.campaign(contacts=GIFTS)).link_id)
    restarted = RestartedStore(
        store, restarts=8
    )  # more than there are tries, those met by taking on further rows counted

    def arm(step: Step) -> None:
        restarted.is_armed |= step is Step.PROVIDER_ANSWERED

    request = replace(
        world.request_gifts, store=restarted, checkpoint=arm, pause=lambda _: None, threads=GIFTS
    )
    with pytest.raises(DBAPIError):
        request(world.org_id, world.gifts()[0].job_id)
    world.restart()
    world.clock.move(hours=1)
    world.sweep()
    world.run_jobs()

    assert [row.state for row in world.gifts()] == [RequestState.SENT] * GIFTS
    assert len(world.provider.orders) == GIFTS
    assert Step.UNKNOWN_LOOKED_UP in world.steps
