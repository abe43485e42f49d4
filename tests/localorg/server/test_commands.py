"""`localorg snapshot` and `localorg env` against a running org."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from emulators.salesforce.cli import NotRunning as CommandEnded
from emulators.salesforce.cli import app, environment, proxy_environment
from emulators.salesforce.running import RunningOrg
from emulators.salesforce.running_client import RunningClient
from emulators.salesforce.state_folder import held


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("org")
    with RunningOrg(folder, proxy_port=0) as running:
        assert running.proxy is not None
        record = {"base_url": running.base_url, "proxy_url": running.proxy.url}
        (folder / "running.json").write_text(json.dumps(record))
        yield folder


@pytest.fixture
def command(state: Path) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(app, [*words, "--state", str(state)])


def test_snapshots_are_kept_restored_and_listed(command: Callable[..., Result]) -> None:
    kept = command("snapshot", "save", "first")
    restored = command("snapshot", "restore", "first")
    unknown = command("snapshot", "restore", "second")
    listed = command("snapshot", "list")

    assert (kept.exit_code, restored.exit_code, unknown.exit_code) == (0, 0, 1)
    assert "no snapshot second" in unknown.output
    assert listed.output.split() == ["first"]


def test_env_with_proxy_reaches_the_org_by_salesforces_names(state: Path) -> None:
    plain, proxied = environment(state), proxy_environment(state)

    assert json.loads(plain["CUMULUSCI_ORG_local"])["instance_url"].startswith("https://localhost:")
    assert json.loads(proxied["CUMULUSCI_ORG_local"])["instance_url"] == "https://emu.my.salesforce.com"
    assert proxied["HTTPS_PROXY"].startswith("http://127.0.0.1:")
    assert proxied["NO_PROXY"] == "localhost,127.0.0.1"


def test_env_says_when_there_is_no_proxy(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text(json.dumps({"base_url": "https://localhost:1"}))

    with pytest.raises(CommandEnded):
        proxy_environment(tmp_path)


def test_a_second_start_from_the_same_folder_is_refused(tmp_path: Path) -> None:
    with held(tmp_path):
        second = CliRunner().invoke(app, ["start", "--port", "0", "--state", str(tmp_path)])

    assert second.exit_code == 1
    assert "runs from" in second.output
    assert not (tmp_path / "running.json").exists()
    with held(tmp_path):  # free again
        pass


def test_a_port_that_is_taken_is_told_with_what_may_help(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        # In a process of its own: cheroot leaves the socket that it could not bind to the garbage.
        command = [sys.executable, "-m", "emulators.salesforce.cli", "start", "--port", port]
        started = subprocess.run(
            [*command, "--state", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert started.returncode == 1
    assert "cannot be served" in started.stderr
    assert "--port (0 takes a free one)" in started.stderr
    assert "Traceback" not in started.stderr


def test_a_proxys_port_that_is_taken_leaves_nothing_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        org = RunningOrg(tmp_path, proxy_port=port)
        with pytest.raises(OSError, match="in use"), org:
            pass

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(org.base_url.rpartition(":")[2])), timeout=5)


def test_commands_ask_no_proxy(command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")

    assert command("status").exit_code == 0


def test_a_connection_that_breaks_is_told(state: Path, command: Callable[..., Result]) -> None:
    order = {"path_prefix": "/_control/health", "action": "reset"}
    RunningClient(state).control("POST", "faults", order)

    status = command("status")

    assert status.exit_code == 1
    assert "does not answer" in status.output


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    started = CliRunner().invoke(app, ["start", "--port", "0", "--state", str(tmp_path / "file/org")])

    assert started.exit_code == 1
    assert "cannot be served" in started.output


def test_an_org_that_was_killed_is_told_from_one_that_answers(tmp_path: Path) -> None:
    with RunningOrg(tmp_path) as killed:
        record = {"base_url": killed.base_url}
    (tmp_path / "running.json").write_text(json.dumps(record))  # as kill -9 leaves it

    status = CliRunner().invoke(app, ["status", "--state", str(tmp_path)])

    assert status.exit_code == 1
    assert "does not answer" in status.output
    assert "start it with" in status.output
