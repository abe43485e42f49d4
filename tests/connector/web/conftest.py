"""The connector's web over a world of fakes, and people at a browser.

A module whose tests need more in that world says so in a `world` of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from connector.domain.portal_session import PortalSession, Role
from connector.web.application import create_app
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World, new_store


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(new_store(tmp_path))
    yield made
    made.store.close()


@pytest.fixture
def behind(world: World) -> WorldBehindTheWeb:
    return WorldBehindTheWeb(world)


@pytest.fixture
def client(behind: WorldBehindTheWeb) -> FlaskClient:
    """A browser in which nobody is signed in yet."""
    return create_app(behind).test_client()


@pytest.fixture
def manager(behind: WorldBehindTheWeb, client: FlaskClient) -> PortalSession:
    return behind.signed_in(client, Role.MANAGER)


@pytest.fixture
def rep(behind: WorldBehindTheWeb, client: FlaskClient) -> PortalSession:
    return behind.signed_in(client, Role.SENDER)
