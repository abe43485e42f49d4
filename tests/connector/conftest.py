"""Fixtures shared by the tests of the connector."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connector.world import World, new_store


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(new_store(tmp_path))
    yield made
    made.store.close()
