"""What happens in the demo, step by step, all of it through the commands and interfaces that users have."""

import json
import shlex
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

import requests
from rich.console import Console
from simple_salesforce.api import Salesforce

from demo.certificate import make_certificate
from demo.environment import cumulusci_environment
from demo.platform import Platform
from demo.readback import OrgState, Row, read_org
from demo.servers import DemoFailed, free_port, run, serving, unheard

CAMPAIGNS = ("Customer Onboarding", "Event Follow-up")
GIFT_VALUE = "35.00"
CURRENCY = "USD"
INTEGRATION_USER = "integration@local.example"
WEBHOOK_SECRET_FILE = "webhook-secret"  # noqa: S105  # the name of a file
SETTLE_SECONDS = 90.0
TIMEOUT_SECONDS = 10.0


class Step(Protocol):
    """A running step. result: what to say of it when it is done."""

    result: str

    def tell(self, line: str) -> None: ...


Steps = Callable[[str], AbstractContextManager[Step]]


class Story:
    """One run. Everything it starts ends with it."""

    def __init__(self, root: Path, directory: Path, steps: Steps) -> None:
        self._root = root
        self._directory = directory
        self._steps = steps
        self._closing = ExitStack()
        self._bin = Path(sys.executable).parent
        self._org_port = free_port(8443)
        self._connector_port = free_port(8900)
        self._platform = Platform(f"http://127.0.0.1:{free_port(8920)}", "ao-v1-staging-demo")
        self._connector_url = f"http://127.0.0.1:{self._connector_port}"
        self._org_url = f"https://localhost:{self._org_port}"
        self._org_environment: dict[str, str] = {}
        self._gift_campaign_id = ""
        self._connector_calls = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def wait(self) -> None:
        """Until interrupted."""
        threading.Event().wait()

    # --- the acts, in order

    def start_servers(self) -> None:
        with self._steps("Starting the local org and the local gifting platform") as step:
            state = self._directory / "org"
            self._serve(
                "The local org",
                ["localorg", "start", "--port", str(self._org_port), "--state", str(state)],
                ready=self._org_is_up,
            )
            exports = self._run("localorg env", ["localorg", "env", "--state", str(state)])
            self._org_environment = {
                **cumulusci_environment(self._root, self._directory / "home"),
                **_exported(exports),
            }
            port = self._platform.base_url.rsplit(":", 1)[1]
            self._serve(
                "The local gifting platform",
                ["localgifting", "start", "--port", port, "--token", self._platform.token],
                ready=self._platform.is_up,
            )
            campaign = self._platform.control(
                "campaigns", name="Welcome Box", value_minor_units=3500, currency=CURRENCY
            )
            self._gift_campaign_id = campaign["id"]
            step.result = f"{self._org_url}, {self._platform.base_url}"

    def deploy_package(self) -> None:
        with self._steps("cci flow run dev_org --org local") as step:
            self._cci(step, "flow", "run", "dev_org", "--org", "local")
            org = self._admin()
            counts = [
                f"{_count(org, name)} {name}s" for name in ("Contact", "Lead", "Campaign", "CampaignMember")
            ]
            step.result = ", ".join(counts)

    def connect(self) -> None:
        with self._steps("Giving the connector's External Client App its certificate") as step:
            key, certificate = make_certificate(self._directory / "certificate")
            written = self._directory / "connector-app.json"
            task = ("task", "run")
            self._cci(
                step,
                *(*task, "deploy_connector_app", "--org", "local", "--certificate", str(certificate)),
                *("--callback_url", f"{self._connector_url}/oauth/callback", "--output", str(written)),
            )
            self._cci(step, *task, "assign_to_user", "--org", "local", "--username", INTEGRATION_USER)
            self._cci(step, *task, "set_connector_url", "--org", "local", "--url", self._connector_url)
            app = json.loads(written.read_text())
        with self._steps("Starting the connector and connecting it by JWT bearer") as step:
            self._connector("init")
            self._serve("The connector", ["connector", "run"], ready=self._connector_is_up)
            secret = self._directory / WEBHOOK_SECRET_FILE
            secret.touch(mode=0o600)
            secret.write_text("demo-webhook-secret")
            self._connect_platform(secret)
            step.result = self._connector(
                *("connect", "--org-url", self._org_url, "--login-url", self._org_url),
                *("--consumer-key", app["consumer_key"]),
                *("--username", INTEGRATION_USER, "--private-key", str(key)),
            ).strip()

    def send_gifts(self) -> None:
        with self._steps("Mapping Campaigns to a gift campaign and running GiftSync") as step:
            self._start_counting_calls()
            for name in CAMPAIGNS:
                self._connector(
                    *("map", name, self._gift_campaign_id, "--value", GIFT_VALUE, "--currency", CURRENCY)
                )
            self._connector("sync", "--wait", on_line=step.tell)
            self._wait_until_written()
            step.result = f"{len(self._platform.gifts(self._gift_campaign_id))} gifts requested"

    def live_their_lives(self) -> None:
        with self._steps(
            "Recipients claim, carriers deliver; webhooks arrive twice, late and in disorder"
        ) as step:
            self._platform.control("webhooks/disturb", duplicate=20, reorder=12)
            for wish, filters in (
                ("cancel", {"limit": 3}),
                ("claim", {"limit": 80}),
                ("ship", {"limit": 60}),
                ("deliver", {"limit": 45}),
            ):
                moved = self._platform.control(f"gifts/{wish}", **filters)
                step.tell(f"{wish}: {moved['moved']} gifts")
            self._platform.control("webhooks/release")
            self._wait_until_written()
            deliveries = self._platform.control("webhooks/deliveries")["deliveries"]
            step.result = f"{len(deliveries)} signed webhooks delivered"

    def read_back(self) -> tuple[OrgState, list[Row], dict[str, int]]:
        """What the org says, what the platform says, and what it cost."""
        with self._steps("Reading back"):
            calls = self._calls_used() - self._connector_calls
            state = read_org(self._admin(), CAMPAIGNS)
            platform_gifts: list[Row] = list(self._platform.gifts(self._gift_campaign_id))
        return state, platform_gifts, {"by the connector, from mapping to the last write-back": calls}

    def show_addresses(self, console: Console) -> None:
        """Where to look around while the servers run."""
        console.print()
        console.print(f"Connector         {self._connector_url}")
        console.print(f"Local org         {self._org_url}  (control: {self._org_url}/_control/health)")
        console.print(f"Gifting platform  {self._platform.base_url}  (control: POST /_control/created)")
        console.print(f"Logs              {self._directory / 'logs'}")

    # --- how

    def _serve(self, name: str, command: list[str], *, ready: Callable[[], bool]) -> None:
        self._closing.enter_context(
            serving(
                name,
                [str(self._bin / command[0]), *command[1:]],
                ready=ready,
                log=self._log(command[0]),
                environment=self._connector_environment(),
            )
        )

    def _log(self, name: str) -> Path:
        return self._directory / "logs" / f"{name}.log"

    def _run(self, name: str, command: list[str], on_line: Callable[[str], None] = unheard) -> str:
        return run(
            name,
            [str(self._bin / command[0]), *command[1:]],
            log=self._log(f"{command[0]}-commands"),
            environment=self._connector_environment(),
            on_line=on_line,
        )

    def _connector(self, *arguments: str, on_line: Callable[[str], None] = unheard) -> str:
        return self._run(f"connector {arguments[0]}", ["connector", *arguments], on_line)

    def _connector_environment(self) -> dict[str, str]:
        return {
            "CONNECTOR_DATA_DIR": str(self._directory / "connector"),
            "CONNECTOR_PORT": str(self._connector_port),
            "CONNECTOR_PUBLIC_URL": self._connector_url,
            "CONNECTOR_ALLOW_LOOPBACK": "true",
            "CONNECTOR_CA_FILE": self._org_environment.get("REQUESTS_CA_BUNDLE", ""),
        }

    def _cci(self, step: Step, *arguments: str) -> None:
        run(
            f"cci {' '.join(arguments[:3])}",
            [str(self._root / ".venv-cci/bin/cci"), *arguments],
            log=self._log("cci"),
            environment=self._org_environment,
            on_line=step.tell,
        )

    def _connect_platform(self, secret: Path) -> None:
        token = self._directory / "platform-token"
        token.touch(mode=0o600)
        token.write_text(self._platform.token)
        shown = self._connector(
            *("provider", "add", "andopen", "--base-url", self._platform.base_url),
            *("--token-file", str(token), "--webhook-secret-file", str(secret)),
        )
        webhook = next((word for word in shown.split() if "/webhooks/" in word), "")
        if not webhook:
            raise DemoFailed(f"connector provider add named no webhook address:\n{shown}")
        self._platform.control("webhooks/endpoints", url=webhook, secret=secret.read_text())

    def _admin(self) -> Salesforce:
        answer = self._org_control("POST", "sessions", {"username": "admin@local.example"})
        session = requests.Session()
        session.trust_env = False
        session.verify = self._org_environment["REQUESTS_CA_BUNDLE"]
        return Salesforce(instance_url=self._org_url, session_id=answer["access_token"], session=session)

    def _org_control(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(
            method,
            f"{self._org_url}/_control/{path}",
            json=body,
            timeout=TIMEOUT_SECONDS,
            verify=str(self._directory / "org/tls/ca.pem"),
        )
        answer.raise_for_status()
        return answer.json()

    def _org_is_up(self) -> bool:
        try:
            return bool(self._org_control("GET", "health"))
        except (requests.ConnectionError, OSError):
            return False

    def _connector_is_up(self) -> bool:
        try:
            return requests.get(f"{self._connector_url}/health/ready", timeout=TIMEOUT_SECONDS).ok
        except requests.ConnectionError:
            return False

    def _calls_used(self) -> int:
        return int(self._org_control("GET", "api-usage")["used"])

    def _start_counting_calls(self) -> None:
        self._connector_calls = self._calls_used()

    def _wait_until_written(self) -> None:
        """Until the platform has delivered its webhooks and the connector has nothing left to write."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            pending = self._platform.control("webhooks/deliveries")["pending"]
            status = json.loads(self._connector("status", "--json"))
            if not pending and _is_settled(status):
                return
            time.sleep(0.3)
        raise DemoFailed(f"After {SETTLE_SECONDS:.0f} s there is still work left: {status}")


def _is_settled(status: Mapping[str, Any]) -> bool:
    """Nothing to send, to apply or to write."""
    requests_open = sum(status["requests"].get(state, 0) for state in ("planned", "sending", "unknown"))
    return not (requests_open or status["unwritten"] or status["jobs_waiting"] or status["inbox"].get("received"))


def _exported(text: str) -> dict[str, str]:
    """The variables that lines of `export NAME=value` set; values may span lines."""
    return dict(word.split("=", 1) for word in shlex.split(text) if word != "export")


def _count(org: Salesforce, sobject: str) -> int:
    return int(org.query(f"SELECT COUNT() FROM {sobject}")["totalSize"])  # noqa: S608  # names from above
