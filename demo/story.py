"""What happens in the demo, step by step, all of it through the commands and interfaces that users have."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from rich.console import Console

from demo.certificate import make_certificate
from demo.readback import OrgState, Row, read_org
from demo.stage import ADMIN, Stage
from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD

CAMPAIGNS = ("Customer Onboarding", "Event Follow-up")
GIFT_VALUE = "35.00"
CURRENCY = "USD"
INTEGRATION_USER = "integration@local.example"
OBJECTS = ("Contact", "Lead", "Campaign", "CampaignMember")


class Step(Protocol):
    """A running step. result: what to say of it when it is done."""

    result: str

    def tell(self, line: str) -> None: ...


Steps = Callable[[str], AbstractContextManager[Step]]


class Story:
    """One run on a stage."""

    def __init__(self, stage: Stage, steps: Steps) -> None:
        self._stage = stage
        self._steps = steps
        self._gift_campaign_id = ""
        self._calls_before = 0

    def start_servers(self) -> None:
        with self._steps("Start the local org and the local gifting platform") as step:
            self._stage.start_org()
            self._stage.start_platform()
            campaign = self._stage.platform.control(
                "campaigns", name="Welcome Box", value_minor_units=3500, currency=CURRENCY
            )
            self._gift_campaign_id = campaign["id"]
            step.result = f"{self._stage.org_url}  {self._stage.platform.base_url}"

    @property
    def gift_campaign_id(self) -> str:
        """The platform's campaign that gifts are chosen from."""
        return self._gift_campaign_id

    def deploy_package(self) -> None:
        with self._steps("cci flow run dev_org --org local") as step:
            self._stage.cci("flow", "run", "dev_org", "--org", "local", on_line=step.tell)
            org = self._stage.admin()
            counts = {
                name: org.query(f"SELECT COUNT() FROM {name}")["totalSize"]  # noqa: S608 - names from above
                for name in OBJECTS
            }
            step.result = ", ".join(f"{name} {count}" for name, count in counts.items())

    def connect(self) -> None:
        key, certificate = make_certificate(self._stage.directory / "certificate")
        written = self._stage.directory / "connector-app.json"
        task = ("task", "run")
        with self._steps(
            "Give the connector's External Client App its certificate, and its user the rights"
        ) as step:
            self._stage.cci(
                *(*task, "deploy_connector_app", "--org", "local", "--certificate", str(certificate)),
                *("--callback_url", f"{self._stage.connector_url}/oauth/callback", "--output", str(written)),
                on_line=step.tell,
            )
            for name, option, value in (
                ("assign_to_user", "--username", INTEGRATION_USER),
                ("set_connector_url", "--url", self._stage.connector_url),
            ):
                self._stage.cci(*task, name, "--org", "local", option, value, on_line=step.tell)
        with self._steps("Start the connector and connect it over OAuth JWT bearer") as step:
            self._stage.start_connector()
            step.result = self._stage.connector(
                *("connect", "--org-url", self._stage.org_url, "--login-url", self._stage.org_url),
                *("--consumer-key", json.loads(written.read_text())["consumer_key"]),
                *("--username", INTEGRATION_USER, "--private-key", str(key)),
            ).strip()

    def send_gifts(self) -> None:
        with self._steps("Map two Campaigns to a gift campaign and run GiftSync") as step:
            self._calls_before = self._stage.calls_used()
            for name in CAMPAIGNS:
                self._stage.connector(
                    *("map", name, self._gift_campaign_id, "--value", GIFT_VALUE, "--currency", CURRENCY),
                    # Two of the people share a mailbox, and each is to get a gift.
                    "--duplicates",
                )
            self._stage.connector("sync", "--wait", on_line=step.tell)
            self._stage.wait_until_written(step.tell)
            step.result = f"{len(self._gifts())} gifts requested"

    def live_their_lives(self) -> None:
        with self._steps("Recipients claim, carriers deliver; webhooks come twice and in disorder") as step:
            platform = self._stage.platform
            platform.control("webhooks/disturb", duplicate=20, reorder=12)
            for wish, limit in (("cancel", 3), ("claim", 80), ("ship", 60), ("deliver", 45)):
                moved = platform.control(f"gifts/{wish}", limit=limit)
                step.tell(f"{wish}: {moved['moved']} gifts")
            platform.control("webhooks/release")
            self._stage.wait_until_written(step.tell)
            deliveries = platform.control("webhooks/deliveries")["deliveries"]
            step.result = f"{len(deliveries)} signed webhooks delivered"

    def read_back(self) -> tuple[OrgState, list[Row], dict[str, int]]:
        """What the org says, what the platform says, and what it cost."""
        with self._steps("Read everything back from the org"):
            calls = self._stage.calls_used() - self._calls_before
            state = read_org(self._stage.admin(), CAMPAIGNS)
            gifts = self._gifts()
        return state, gifts, {f"from mapping to the last write-back, for {len(gifts)} gifts": calls}

    def show_addresses(self, console: Console) -> None:
        """Where to look around while the servers run."""
        console.print()
        console.print(
            f"Connector         {self._stage.connector_url}  (sign in as {ADMIN}, {SEEDED_PASSWORD})"
        )
        console.print(f"Local org         {self._stage.org_url}/lightning/o/Contact/list")
        console.print(f"Gifting platform  {self._stage.platform.base_url}/_control/health")
        console.print(f"Logs              {self._stage.directory / 'logs'}")

    def _gifts(self) -> list[Row]:
        return list(self._stage.platform.gifts(self._gift_campaign_id))
