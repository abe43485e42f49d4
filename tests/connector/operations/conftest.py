from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.cli import app
from tests.connector.operations.processes import free_port


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Settings of an initialised connector on a port of its own."""
    made = {
        "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
        "CONNECTOR_HOST": "127.0.0.1",
        "CONNECTOR_PORT": str(free_port()),
        "WEB_CONCURRENCY": "1",
        "CONNECTOR_LOG_FORMAT": "json",
    }
    assert CliRunner().invoke(app, ["init"], env=made).exit_code == 0
    return made
