import threading
import time
from collections.abc import Iterator

import pytest

from connector.adapters.store.store import SqlStore
from connector.adapters.worker_names import SessionName
from connector.domain.gift import RequestState
from connector.errors import ConfigurationError
from connector.services.storage.gifts import GiftChanges
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import drop_database, new_database
from tests.connector.world import World


@pytest.fixture
def address() -> Iterator[str]:
    made = new_database()
    yield made
    drop_database(made)


@pytest.fixture
def postgresql(address: str) -> Iterator[SqlStore]:
    made = SqlStore(address, new_cipher())
    yield made
    made.close()


def test_two_writers_that_count_on_what_they_read_lose_no_update(postgresql: SqlStore) -> None:
    world = World(postgresql)
    world.plan_sync(world.link(world.campaign(contacts=1)).link_id)
    [gift] = world.gifts()

    def count_up() -> None:
        for _ in range(25):
            with postgresql.write() as unit:
                current = unit.gifts.named([gift.key])[gift.key]
                time.sleep(0.001)
                unit.gifts.change({gift.key: GiftChanges(version=current.version + 1)})

    writers = [threading.Thread(target=count_up) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    [after] = world.gifts()
    assert after.version == gift.version + 100


def test_a_delivery_is_taken_in_while_a_writer_is_at_work(postgresql: SqlStore) -> None:
    world = World(postgresql)
    world.sync(world.campaign(contacts=1))
    headers, body = world.provider.event(next(iter(world.provider.gifts)), event_id="e1")

    with postgresql.write() as unit:
        unit.gifts.in_state(RequestState.SENT, limit=1)
        began = time.monotonic()
        is_new = world.receive_event("main", headers, body)

    assert is_new
    assert time.monotonic() - began < 5


def test_a_name_is_held_by_one_process_until_its_session_ends(address: str) -> None:
    stores = [SqlStore(address, new_cipher()) for _ in range(2)]
    first, second = (SessionName("w1", store.engine) for store in stores)
    first.hold()

    with pytest.raises(ConfigurationError) as refused:
        second.hold()
    first.hold()
    first.release()
    second.hold()
    second.release()
    for store in stores:
        store.close()

    assert refused.value.code == "worker_running"
