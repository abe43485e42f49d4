"""Fixtures shared by the tests of the connector."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.adapters.store.store import SqlStore
from tests.connector.ciphers import new_cipher
from tests.connector.postgres import borrowed_database, give_back
from tests.connector.world import World, new_store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    """An up-to-date store, on each database that is supported."""
    if request.param == "sqlite":
        made = new_store(tmp_path)
        yield made
        made.close()
        return
    address = borrowed_database()
    made = SqlStore(address, new_cipher())
    yield made
    made.close()
    give_back(address)


@pytest.fixture
def world(store: SqlStore) -> World:
    return World(store)
