"""Fixtures for tests of the local org: an org in memory and HTTP clients with sessions."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from emulators.salesforce.app import create_app
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.org import Org

NOW = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
ADMIN, INTEGRATION, REP = "admin@local.example", "integration@local.example", "rep@local.example"


@pytest.fixture(scope="session")
def new_org() -> Iterator[Org]:
    """Made once; tests take copies."""
    org = Org.create(clock=lambda: NOW)
    yield org
    org.close()


@pytest.fixture
def org(new_org: Org) -> Iterator[Org]:
    org = Org.copy_of(new_org, clock=lambda: NOW)
    yield org
    org.close()


@pytest.fixture
def app(org: Org) -> Flask:
    return create_app(org)


@pytest.fixture
def client_of(app: Flask, org: Org) -> Callable[[str], FlaskClient]:
    """A test client with a session of the named user."""

    def make(username: str) -> FlaskClient:
        client = app.test_client()
        user = org.user(username)
        assert user is not None
        token = app.extensions[EXTENSION].sessions.start(user.id)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
def client(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """A test client with a session of the administrator."""
    return client_of(ADMIN)


@pytest.fixture(scope="session")
def ground_truth() -> Path:
    """The folder of recorded answers, which is not part of the repository."""
    default = Path(__file__).parents[3] / "shared" / "ground-truth"
    folder = Path(os.environ.get("SALESFORCE_GROUND_TRUTH", default))
    if not folder.is_dir():
        pytest.skip(f"no recorded answers at {folder}; set SALESFORCE_GROUND_TRUTH")
    return folder


@pytest.fixture(scope="session")
def recorded_describe(ground_truth: Path) -> Callable[[str], dict[str, Any]]:
    """A recorded describe by object name."""

    def load(name: str) -> dict[str, Any]:
        folder = ground_truth / "cumulusci/cumulusci/tests/shared_cassettes"
        cassette = yaml.safe_load((folder / f"GET_sobjects_{name}_describe.yaml").read_text("utf-8"))
        describe: dict[str, Any] = json.loads(cassette["response"]["body"]["string"])
        return describe

    return load
