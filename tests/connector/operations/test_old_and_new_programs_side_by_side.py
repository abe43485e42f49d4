"""An upgrade without downtime, with a real old program: the oldest that the schema says it serves.

Its code comes from this repository's history and runs as processes of its own, in today's environment.
"""

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connector.adapters.store.compatibility import OLDEST_HEAD, newest_revision
from connector.config import Settings
from emulators.gifting.testing import RunningPlatform
from tests.connector.crash.stand import ADMIN, MEMBERS, OrgSide, Stand, both_ends
from tests.connector.operations.history import last_program_of, lay_out
from tests.connector.operations.processes import BIN, free_port, is_ready, running, until
from tests.connector.postgres import drop_database, empty_database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

_COMMAND_SECONDS = 120
_SECRET = "webhook-secret-of-this-run"


@dataclass
class Fleet:
    """Programs of two releases on one database, between one org and one platform."""

    org: OrgSide
    platform: RunningPlatform
    folder: Path
    old_code: Path
    database_url: str
    port: int = field(default_factory=free_port)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def settings(self) -> Settings:
        """None that the old program would not know."""
        return Settings(
            data_dir=self.folder / "data",
            database_url=self.database_url,
            port=self.port,
            public_url=f"http://127.0.0.1:{self.port}",
            allow_loopback=True,
            ca_file=Path(self.org.local.ca_certificate),
            in_flight_seconds=0.3,
            write_back_seconds=0.1,
            sweep_seconds=0.2,
        )

    def environment(self, release: str, worker_id: str = "command") -> dict[str, str]:
        chosen = self.settings.model_dump(exclude_defaults=True)
        made = {f"CONNECTOR_{name.upper()}": str(value) for name, value in chosen.items()}
        made["CONNECTOR_WORKER_ID"] = worker_id
        made["CONNECTOR_LOG_FORMAT"] = "json"
        made["PYTHONPATH"] = str(self.old_code) if release == "old" else ""
        return made

    def run(self, release: str, *arguments: str, code: int = 0) -> str:
        """A command of a release; what it printed."""
        told = subprocess.run(
            [str(BIN / "connector"), *arguments],
            env={**os.environ, **self.environment(release)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        assert told.returncode == code, f"{release}: {arguments}\n{told.stdout}\n{told.stderr}"
        return " ".join(f"{told.stdout} {told.stderr}".split())

    def set_up(self) -> None:
        """By the old program, as an administrator did when it was installed."""
        self.run("old", "init")
        local = self.org.local
        self._keep("key.pem", local.ci_app.private_key)
        self.run(
            *("old", "connect", "--org-url", local.instance_url, "--login-url", local.instance_url),
            *("--consumer-key", local.ci_app.consumer_key, "--username", ADMIN, "--private-key", "key.pem"),
        )
        self._keep("token", self.platform.token)
        self._keep("secret", _SECRET)
        self.run(
            *("old", "provider", "add", "andopen", "--base-url", self.platform.base_url, "--account", "main"),
            *("--token-file", "token", "--webhook-secret-file", "secret"),
        )
        webhooks = f"{self.settings.public_url}/webhooks/andopen/main"
        self.platform.control("webhooks/endpoints", url=webhooks, secret=_SECRET)

    def campaign(self, release: str) -> Stand:
        """Six people, and a gift for each of them; planned by a release."""
        campaign_id = self.org.campaign()
        made = self.platform.control("campaigns", name=secrets.token_hex(4))["id"]
        stand = Stand(self.org, self.platform, self.settings, campaign_id, made, str(self.log))
        stand.patience_seconds = 180.0
        self.run(release, "map", campaign_id, made, "--value", "25.00", "--currency", "EUR")
        self.run(release, "sync", campaign_id)
        return stand

    def _keep(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


@pytest.fixture(scope="module")
def ends() -> Iterator[tuple[OrgSide, RunningPlatform]]:
    with both_ends() as ends:
        yield ends


@pytest.fixture(scope="module")
def old_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_out(last_program_of(OLDEST_HEAD), tmp_path_factory.mktemp("history") / "old")


@pytest.fixture
def fleet(ends: tuple[OrgSide, RunningPlatform], old_code: Path, tmp_path: Path) -> Iterator[Fleet]:
    """Nothing is installed yet."""
    address = empty_database()
    ends[1].control("reset")
    yield Fleet(*ends, tmp_path, old_code, address)
    drop_database(address)


def came_home_once(stand: Stand) -> None:
    """Every gift, telling of it on the timeline included."""
    stand.run_until_home()
    assert len(stand.created()) == len(set(stand.created())) == MEMBERS
    assert set(stand.tasks().values()) == {1}
    assert stand.lifetime_costs() == [25.0] * MEMBERS


def test_the_old_program_is_another_one_with_an_older_schema(fleet: Fleet) -> None:
    script = "import connector, sys; from pathlib import Path; here = Path(connector.__file__).parent;"
    script += "print(here, *(path.name for path in here.glob('adapters/store/migrations/versions/*.py')))"

    def told(environment: Mapping[str, str]) -> str:
        return subprocess.run(
            [str(BIN / "python"), "-c", script],
            env={**os.environ, **environment},
            cwd=fleet.folder,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    old, new = (told(fleet.environment(release)) for release in ("old", "new"))

    assert old.startswith(str(fleet.old_code))
    assert f" {newest_revision()}_" not in old
    assert f" {newest_revision()}_" in new


def test_old_processes_work_on_while_the_database_is_upgraded_and_beside_new_ones(fleet: Fleet) -> None:
    fleet.set_up()
    with ExitStack() as processes:

        def start(release: str, command: str, name: str) -> subprocess.Popen[bytes]:
            environment = fleet.environment(release, name)
            return processes.enter_context(
                running("connector", command, environment=environment, log=fleet.log, folder=fleet.folder)
            )

        old = [start("old", "serve", "web"), start("old", "worker", "old")]
        until(lambda: is_ready(fleet.port), "the old web server never came up", fleet.log)
        before = fleet.campaign("old")

        fleet.run("new", "db", "upgrade")
        came_home_once(before)
        came_home_once(fleet.campaign("old"))
        assert [process.poll() for process in old] == [None, None]
        assert is_ready(fleet.port)

        newer = start("new", "worker", "new")
        old[0].send_signal(signal.SIGTERM)
        assert old[0].wait(60) == 0
        start("new", "serve", "web")
        until(lambda: is_ready(fleet.port), "the new web server never came up", fleet.log)
        both = [fleet.campaign("old"), fleet.campaign("new")]
        for stand in both:
            came_home_once(stand)

        old[1].send_signal(signal.SIGTERM)
        assert old[1].wait(90) == 0
        assert newer.poll() is None
    assert "changed at entry" not in fleet.run("new", "audit", "verify")


def test_the_new_program_does_nothing_before_the_upgrade_and_says_what_to_run(fleet: Fleet) -> None:
    fleet.run("old", "init")

    told = [fleet.run("new", command, code=3) for command in ("worker", "serve", "sync", "status")]

    for one in told:
        assert "The database schema is at version" in one
        assert "run `connector db upgrade`" in one
    fleet.run("old", "status")
