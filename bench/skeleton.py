"""One thousand gifts: requests per second, and API calls to write each status stage back, counted at the org.

The floor of a stage is what its records need at best: four for each gift (Gift__c, member, person, Task),
200 to a collection, five collections to a composite call, and one call for the sums of the lifetime cost.
"""

import math
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table
from simple_salesforce.api import Salesforce

from demo.platform import API_VERSION
from demo.stage import ADMIN, Stage

ROOT = Path(__file__).resolve().parent.parent
GIFTS = 1_000
THREADS = 32
COLLECTION = 200
COLLECTIONS_PER_CALL = 5
RECORDS_PER_GIFT = 4
CAMPAIGN = "Bench"
STAGES = (("sent", ""), ("claimed", "claim"), ("delivered", "deliver"))


def run(console: Console) -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, Stage(ROOT, Path(directory)) as stage:
        stage.start_org()
        stage.cci("task", "run", "deploy", "--org", "local", "--path", "force-app")
        org = stage.admin()
        _make_members(org)
        stage.start_platform()
        bare = _bare_loop(stage)
        stage.start_connector()
        stage.connector(
            *("connect", "--org-url", stage.org_url, "--login-url", stage.org_url, "--username", ADMIN),
            *("--consumer-key", (Path(directory) / "org/ci/ci-consumer-key.txt").read_text()),
            *("--private-key", str(Path(directory) / "org/ci/ci.key")),
        )
        seconds, calls = _stages(stage)
    _show(console, bare, seconds, calls)


def _make_members(org: Salesforce) -> None:
    campaign = _insert(org, [{"attributes": {"type": "Campaign"}, "Name": CAMPAIGN, "IsActive": True}])[0]
    people = [
        {
            "attributes": {"type": "Contact"},
            "FirstName": "Ada",
            "LastName": "Bench",
            "Email": f"ada{n}@example.com",
        }
        for n in range(GIFTS)
    ]
    contacts = _insert(org, people)
    _insert(
        org,
        [
            {"attributes": {"type": "CampaignMember"}, "CampaignId": campaign, "ContactId": who}
            for who in contacts
        ],
    )


def _insert(org: Salesforce, records: list[dict[str, Any]]) -> list[str]:
    ids = []
    for start in range(0, len(records), COLLECTION):
        body = {"allOrNone": True, "records": records[start : start + COLLECTION]}
        results = org.restful("composite/sobjects", method="POST", json=body)
        ids += [result["id"] for result in results or ()]
    return ids


def _bare_loop(stage: Stage) -> float:
    """Seconds in which plain threads ask for as many gifts, with no ledger, no retry and no memory."""
    campaign = stage.platform.control("campaigns", name="Bare loop", value_minor_units=100, currency="USD")[
        "id"
    ]
    headers = {
        "Authorization": f"Bearer {stage.platform.token}",
        "AndOpen-API-Version": API_VERSION,
    }
    with httpx2.Client(base_url=stage.platform.base_url, headers=headers, timeout=30.0) as client:

        def ask(number: int) -> None:
            recipient = {"first_name": "Ada", "last_name": "Bench", "email": f"bare{number}@example.com"}
            client.post(
                "/gift_requests", json={"campaign_id": campaign, "recipient": recipient}
            ).raise_for_status()

        started = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(ask, range(GIFTS)))
        return time.monotonic() - started


def _stages(stage: Stage) -> tuple[float, dict[str, int]]:
    """Seconds until the platform had every gift, and API calls of each stage."""
    platform = stage.platform
    gift_campaign = platform.control("campaigns", name="Bench", value_minor_units=2500, currency="USD")["id"]
    stage.connector("map", CAMPAIGN, gift_campaign, "--value", "25.00", "--currency", "USD")
    stage.connector("sync")
    started = time.monotonic()
    while platform.control("created")["by_campaign"].get(gift_campaign, 0) < GIFTS:
        time.sleep(0.02)
    seconds = time.monotonic() - started
    before, calls = stage.calls_used(), {}
    for name, wish in STAGES:
        if wish == "deliver":
            platform.control("gifts/ship", campaign_id=gift_campaign)
            stage.wait_until_written()
            before = stage.calls_used()
        if wish:
            platform.control(f"gifts/{wish}", campaign_id=gift_campaign)
        stage.wait_until_written()
        used = stage.calls_used()
        calls[name], before = used - before, used
    return seconds, calls


def _show(console: Console, bare: float, seconds: float, calls: dict[str, int]) -> None:
    collections = math.ceil(GIFTS / COLLECTION) * RECORDS_PER_GIFT
    floor = math.ceil(collections / COLLECTIONS_PER_CALL) + 1
    table = Table(
        title=f"Salesforce API calls to write one stage of {GIFTS:,} gifts back", title_justify="left"
    )
    for column in ("Stage", "Calls", "Floor", "Ratio"):
        table.add_column(column, justify="left" if column == "Stage" else "right")
    for name, used in calls.items():
        table.add_row(name, str(used), str(floor), f"{used / floor:.1f}")
    console.print(table)
    console.print(
        f"{GIFTS:,} gifts requested: {GIFTS / seconds:,.0f} a second, "
        f"{bare / seconds:.2f} of a bare loop over the same platform ({GIFTS / bare:,.0f} a second)"
    )
