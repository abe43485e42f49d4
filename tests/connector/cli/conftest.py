"""An installation that `connector init` made: made once, copied for each test."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.cli import app


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
