"""The three servers and the commands that work on them: what both the demo and the benchmarks stand on."""

import json
import shlex
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import httpx2
import requests
from simple_salesforce.api import Salesforce

from demo.environment import cumulusci_environment
from demo.platform import Platform
from demo.servers import DemoFailed, free_port, run, serving, unheard

ADMIN = "admin@local.example"
SETTLE_SECONDS = 120.0
TIMEOUT_SECONDS = 10.0
# A throw-away secret between two servers of the same run.
WEBHOOK_SECRET = "webhook-secret-of-this-run"  # noqa: S105


class Stage:
    """Local org, gifting platform and connector on ports of their own. All of it ends with the block."""

    def __init__(self, root: Path, directory: Path) -> None:
        self.root = root
        self.directory = directory
        self.org_url = f"https://localhost:{free_port(8443)}"
        self.connector_url = f"http://127.0.0.1:{free_port(8900)}"
        self.platform = Platform(f"http://127.0.0.1:{free_port(8920)}", "ao-v1-staging-local")
        self._closing = ExitStack()
        self._bin = Path(sys.executable).parent
        self._org_environment: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    # --- servers

    def start_org(self) -> None:
        state = str(self.directory / "org")
        self._serve(
            "The local org",
            ["localorg", "start", "--port", _port(self.org_url), "--state", state],
            self._org_is_up,
        )
        # What this prints holds a private key, so it goes into no log.
        exports = self._run("localorg env", ["localorg", "env", "--state", state], log=None)
        self._org_environment = {
            **cumulusci_environment(self.root, self.directory / "home"),
            **_exported(exports),
        }

    def start_platform(self) -> None:
        self._serve(
            "The local gifting platform",
            [
                "localgifting",
                "start",
                "--port",
                _port(self.platform.base_url),
                "--token",
                self.platform.token,
            ],
            self.platform.is_up,
        )

    def start_connector(self) -> None:
        """Initialised, running, and with an account at the platform that sends its webhooks here."""
        self.connector("init")
        self._serve("The connector", ["connector", "run"], self._connector_is_up)
        token, secret = (
            self._kept("platform-token", self.platform.token),
            self._kept("secret", WEBHOOK_SECRET),
        )
        shown = self.connector(
            *("provider", "add", "andopen", "--base-url", self.platform.base_url),
            *("--token-file", str(token), "--webhook-secret-file", str(secret)),
        )
        webhook = next((word for word in shown.split() if "/webhooks/" in word), "")
        if not webhook:
            raise DemoFailed(f"connector provider add named no webhook address:\n{shown}")
        self.platform.control("webhooks/endpoints", url=webhook, secret=WEBHOOK_SECRET)

    # --- commands

    def connector(self, *arguments: str, on_line: Callable[[str], None] = unheard) -> str:
        """Run a command of the connector; what it printed."""
        log = self._log("connector-commands")
        return self._run(f"connector {arguments[0]}", ["connector", *arguments], log=log, on_line=on_line)

    def cci(
        self,
        *arguments: str,
        on_line: Callable[[str], None] = unheard,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Run CumulusCI, unmodified; the local org is its org named local. environment: more variables."""
        run(
            f"cci {' '.join(arguments[:3])}",
            [str(self.root / ".venv-cci/bin/cci"), *arguments],
            log=self._log("cci"),
            environment={**self._org_environment, **environment},
            on_line=on_line,
        )

    def connector_environment(self) -> dict[str, str]:
        """Variables with which other programs may run the connector's commands, beside its program."""
        return {**self._environment(), "GIFTING_CONNECTOR": str(self._bin / "connector")}

    # --- questions

    def admin(self) -> Salesforce:
        """The org's own REST API, as its administrator."""
        answer = self.org_control("POST", "sessions", {"username": ADMIN})
        session = requests.Session()
        session.trust_env = False
        session.verify = self._org_environment["REQUESTS_CA_BUNDLE"]
        return Salesforce(instance_url=self.org_url, session_id=answer["access_token"], session=session)

    def org_control(self, method: str, path: str, body: Any = None) -> Any:
        """/_control/<path> of the local org."""
        answer = requests.request(
            method,
            f"{self.org_url}/_control/{path}",
            json=body,
            timeout=TIMEOUT_SECONDS,
            verify=str(self.directory / "org/tls/ca.pem"),
        )
        answer.raise_for_status()
        return answer.json()

    def calls_used(self) -> int:
        """API calls that the org has counted so far."""
        return int(self.org_control("GET", "api-usage")["used"])

    def wait_until_written(self, on_line: Callable[[str], None] = unheard) -> None:
        """Until the platform has delivered its webhooks and the connector has nothing left to do."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            pending = self._webhooks_on_their_way()
            status = json.loads(self.connector("status", "--json"))
            if pending == 0 and not _open_work(status):
                return
            shown = "?" if pending is None else pending
            on_line(f"{shown} webhooks on their way, {status['unwritten']} gifts to write")
            time.sleep(1.0)  # asking costs a process, which the others would do without
        raise DemoFailed(f"After {SETTLE_SECONDS:.0f} s there is still work left: {status}")

    def _webhooks_on_their_way(self) -> int | None:
        """None where the platform is too busy with a thousand gifts to say."""
        try:
            return int(self.platform.control("webhooks/deliveries")["pending"])
        except httpx2.TransportError:
            return None

    # --- how

    def _serve(self, name: str, command: list[str], ready: Callable[[], bool]) -> None:
        self._closing.enter_context(
            serving(
                name,
                [str(self._bin / command[0]), *command[1:]],
                ready=ready,
                log=self._log(command[0]),
                environment=self._environment(),
            )
        )

    def _run(
        self, name: str, command: list[str], *, log: Path | None, on_line: Callable[[str], None] = unheard
    ) -> str:
        program = [str(self._bin / command[0]), *command[1:]]
        return run(name, program, log=log, environment=self._environment(), on_line=on_line)

    def _log(self, name: str) -> Path:
        return self.directory / "logs" / f"{name}.log"

    def _kept(self, name: str, secret: str) -> Path:
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(secret)
        return path

    def _environment(self) -> dict[str, str]:
        return {
            "CONNECTOR_DATA_DIR": str(self.directory / "connector"),
            "CONNECTOR_PORT": _port(self.connector_url),
            "CONNECTOR_PUBLIC_URL": self.connector_url,
            "CONNECTOR_ALLOW_LOOPBACK": "true",
            "CONNECTOR_CA_FILE": self._org_environment.get("REQUESTS_CA_BUNDLE", ""),
        }

    def _org_is_up(self) -> bool:
        try:
            return bool(self.org_control("GET", "health"))
        except (requests.ConnectionError, OSError):
            return False

    def _connector_is_up(self) -> bool:
        try:
            return requests.get(f"{self.connector_url}/health/ready", timeout=TIMEOUT_SECONDS).ok
        except requests.ConnectionError:
            return False


def _port(url: str) -> str:
    return url.rsplit(":", 1)[1]


def _open_work(status: Mapping[str, Any]) -> int:
    """Requests to send or to look up, news to apply, gifts to write."""
    requests_open = sum(status["requests"].get(state, 0) for state in ("planned", "sending", "unknown"))
    return int(
        requests_open + status["unwritten"] + status["jobs_waiting"] + status["inbox"].get("received", 0)
    )


def _exported(text: str) -> dict[str, str]:
    """The variables that lines of `export NAME=value` set; values may span lines."""
    return dict(word.split("=", 1) for word in shlex.split(text) if word != "export")
