"""The files by which platforms and service managers run the connector."""

import configparser
import json
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.web_server import GRACE_SECONDS
from tests.connector.operations.processes import BIN, is_ready, running, until

ROOT = Path(__file__).parents[3]
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
INSTALLED = "/opt/gifting/bin"


@pytest.mark.slow
def test_the_procfile_releases_serves_works_and_leaves(
    environment: Mapping[str, str], tmp_path: Path
) -> None:
    log, port = tmp_path / "log", int(environment["CONNECTOR_PORT"])
    settings = {key: value for key, value in environment.items() if key != "CONNECTOR_PORT"}
    honcho = ("honcho", "-f", str(ROOT / "Procfile"), "-d", str(tmp_path))

    with running(*honcho, "run", "true", environment=settings, log=log, folder=tmp_path) as trial:
        assert trial.wait(60) == 0
    with running(
        *honcho, "start", "-p", str(port), "web", "worker", environment=settings, log=log, folder=tmp_path
    ) as manager:
        until(lambda: is_ready(port), "the web process never came up", log)
        until(lambda: a_worker_lives(environment), "no worker showed itself", log)
        manager.send_signal(signal.SIGTERM)
        manager.wait(60)

    told = log.read_text()
    assert '"event": "worker_stopped"' in told or "worker_stopped" in told
    assert not is_ready(port)


def a_worker_lives(environment: Mapping[str, str]) -> bool:
    told = subprocess.run(
        [BIN / "connector", "status", "--json"],
        env={**environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)["worker_seen_seconds_ago"] is not None


def test_the_release_phase_is_a_command_that_may_be_repeated() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())

    assert set(lines) == {"release", "web", "worker"}
    assert lines["release"].endswith("connector init")
    assert "$PORT" in lines["web"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(unit: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here; the units are parsed by the next test")
    # Where the programs would be installed, those of this environment stand.
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text().replace(INSTALLED, str(BIN)))

    verified = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / unit.name],
        capture_output=True,
        text=True,
        check=False,
    )

    assert verified.returncode == 0, verified.stderr
    assert verified.stderr == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_run_our_programs_confined_and_leave_time_to_finish(unit: Path) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(unit)
    service = parsed["Service"]

    program = service["ExecStart"].split()[0]
    assert program.startswith(f"{INSTALLED}/")
    assert (BIN / Path(program).name).exists()
    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert service["KillMode"] == "mixed"
    assert {service[name] for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome")} == {"yes"}
    assert service["ProtectSystem"] == "strict"
    assert parsed["Install"]["WantedBy"] == "multi-user.target"


def test_gunicorn_listens_on_this_machine_alone_unless_told_otherwise() -> None:
    code = "import connector.gunicorn_settings as g; print(g.bind, g.worker_class, g.graceful_timeout)"

    told = subprocess.run([BIN / "python", "-c", code], env={}, capture_output=True, text=True, check=True)

    bind, worker_class, graceful = told.stdout.split()
    assert re.fullmatch(r"127\.0\.0\.1:\d+", bind)
    assert worker_class == "gthread"
    assert int(graceful) >= GRACE_SECONDS
