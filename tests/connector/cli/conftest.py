"""An installation that `connector init` made: made once, copied for each test."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.app import Container
from connector.cli import app
from connector.config import load_settings
from connector.domain.connections import OrgConnection

ORG = "00D000000000001EAA"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands will look; nothing is there yet."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CONNECTOR_ALLOW_LOOPBACK", "true")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("initialised") / "data"
    made = CliRunner().invoke(app, ["init"], env={"CONNECTOR_DATA_DIR": str(folder)})
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def ready(data_dir: Path, initialised: Path) -> Path:
    """The data directory after `connector init`."""
    shutil.copytree(initialised, data_dir)
    return data_dir


@pytest.fixture
def connected(ready: Path) -> Path:
    """The data directory of a connector that knows one org, ORG."""
    box = Container(load_settings())
    with box.store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=ORG,
                instance_url="https://example.my.salesforce.com",
                login_url="https://login.salesforce.com",
                consumer_key="key",
                username="integration@example.com",
                private_key_pem="pem",
            )
        )
    box.close()
    return ready


def damage(database: Path) -> None:
    """What a broken disk leaves of a SQLite database."""
    for part in database.parent.glob(f"{database.name}-*"):
        part.unlink()
    database.write_bytes(bytes(8192))
