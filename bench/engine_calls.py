"""Salesforce API calls of a thousand gifts over their whole life, counted at the org.

Beside the connector: a simple loop over simple-salesforce, which writes record by record, and sObject
Collections of 200 without Composite.

The floor is the least that these records need of collections in composite calls. It holds one call for
the members, who are one page; and for each of three stages (sent, claimed, delivered) four records for
each gift (Gift__c, member, person, Task), 200 to a collection, five collections to a call, and one call
for the sums, which cannot be read before the gifts are written. What rides along in these calls costs
nothing: the Campaign's totals, and the statuses read back. It does not hold the call that tells the
Campaign when it was synced, which the connector makes; nor one that is repeated. The Bulk API needs more:
nine calls for each of the objects. A composite graph would take at most 500 records, and all of them or
none.

The connector gathers news for half a minute at most. Where a stage takes longer to arrive, because the
machine is busy, it is written in parts of three to five calls each; so the number of write-backs is shown.
"""

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from simple_salesforce.api import Salesforce

from demo.stage import ADMIN, Stage

ROOT = Path(__file__).resolve().parent.parent
GIFTS = 1_000
LOOPED = 50  # the loop's calls grow with each gift alike, so a part of it is measured
COLLECTION = 200
COLLECTIONS_PER_CALL = 5
RECORDS_PER_GIFT = 4
SENDERS = 20  # webhooks that the platform sends at a time
STAGES = (("Sent", "Pending"), ("Submitted", "Awaiting Fulfillment"), ("Submitted", "Delivered"))
AIM = 1.2
_MEMBERS = "SELECT Id, ContactId, Status FROM CampaignMember WHERE CampaignId = '{}'"
_COST = "SELECT Contact__c, SUM(Gift_Value__c) FROM Gift__c WHERE Contact__c IN ('{}') GROUP BY Contact__c"


def run(console: Console) -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory(prefix="bench-") as directory, Stage(ROOT, Path(directory)) as stage:
        stage.start_org()
        stage.cci("task", "run", "deploy", "--org", "local", "--path", "force-app")
        org = stage.admin()
        loop = _counted(stage, _simple_loop, org, _campaign(org, "Loop", LOOPED)) * GIFTS // LOOPED
        collections = _counted(stage, _collections, org, _campaign(org, "Collections", GIFTS))
        ours, write_backs = _connector(stage, org, Path(directory))
    floor = 1 + len(STAGES) * (
        math.ceil(math.ceil(GIFTS / COLLECTION) * RECORDS_PER_GIFT / COLLECTIONS_PER_CALL) + 1
    )
    table = Table("way", "API calls", "of the floor", "aim")
    for name, calls in (
        ("floor", floor),
        (f"connector, in {write_backs} write-backs", ours),
        ("collections without Composite", collections),
        (f"simple loop ({LOOPED} gifts, times {GIFTS // LOOPED})", loop),
    ):
        aim = f"{AIM}" if name.startswith("connector") else ""
        table.add_row(name, f"{calls:,}", f"{calls / floor:.2f}", aim)
    console.print(f"{GIFTS:,} gifts from campaign to delivery")
    console.print(table)


def _counted(stage: Stage, work: Callable[[Salesforce, str], None], org: Salesforce, campaign: str) -> int:
    before = stage.calls_used()
    work(org, campaign)
    return stage.calls_used() - before


def _connector(stage: Stage, org: Salesforce, directory: Path) -> tuple[int, int]:
    """Calls and write-backs from the sync to the last; connecting and mapping, done once, are not counted."""
    _campaign(org, "Connector", GIFTS)
    stage.start_platform()
    stage.platform.control("settings", webhook_senders=SENDERS)
    stage.start_connector()
    stage.connector(
        *("connect", "--org-url", stage.org_url, "--login-url", stage.org_url, "--username", ADMIN),
        *("--consumer-key", (directory / "org/ci/ci-consumer-key.txt").read_text()),
        *("--private-key", str(directory / "org/ci/ci.key")),
    )
    made = stage.platform.control("campaigns", name="Bench", value_minor_units=2500, currency="USD")["id"]
    stage.connector("map", "Connector", made, "--value", "25.00", "--currency", "USD")
    counts = [_counts(stage, directory)]
    stage.connector("sync")
    for step in ("gifts/claim", "gifts/ship", "gifts/deliver"):
        stage.wait_until_written()
        counts.append(_counts(stage, directory))
        stage.platform.control(step, campaign_id=made)
    stage.wait_until_written()
    counts.append(_counts(stage, directory))
    sent, claimed, _shipped, delivered = (
        (calls - calls_before, write_backs - write_backs_before)
        for (calls_before, write_backs_before), (calls, write_backs) in pairwise(counts)
    )
    # Shipping is a stage of its own, which tells no milestone; it is not among the three.
    calls, write_backs = (sum(of_stages) for of_stages in zip(sent, claimed, delivered, strict=True))
    return calls, write_backs


def _counts(stage: Stage, directory: Path) -> tuple[int, int]:
    """API calls and write-backs so far."""
    log = directory / "logs/connector.log"
    return stage.calls_used(), log.read_text().count("write_back_done")


def _simple_loop(org: Any, campaign: str) -> None:
    """Record by record, as a first version would."""
    members = org.query_all(_MEMBERS.format(campaign))["records"]
    keys = {member["Id"]: str(uuid4()) for member in members}
    for send, order in STAGES:
        for member in members:
            person = member["ContactId"]
            org.Gift__c.upsert(
                f"External_Id__c/{keys[member['Id']]}",
                {"Send_Status__c": send, "Order_Status__c": order, "Contact__c": person, "Gift_Value__c": 25},
            )
            org.CampaignMember.update(member["Id"], {"Status": "Sent"})
            cost = org.query(_COST.format(person))["records"][0]["expr0"]
            org.Contact.update(person, {"Lifetime_Gifting_Cost__c": cost})
            org.Task.create({"Subject": order, "WhoId": person, "Status": "Completed"})


def _collections(org: Salesforce, campaign: str) -> None:
    """Two hundred records to a call."""
    members = org.query_all(_MEMBERS.format(campaign))["records"]
    keys = {member["Id"]: str(uuid4()) for member in members}
    for send, order in STAGES:
        for some in _parts(members):
            gifts = [
                {
                    "External_Id__c": keys[member["Id"]],
                    "Send_Status__c": send,
                    "Order_Status__c": order,
                    "Contact__c": member["ContactId"],
                    "Gift_Value__c": 25,
                }
                for member in some
            ]
            _write(org, "PATCH", "composite/sobjects/Gift__c/External_Id__c", "Gift__c", gifts)
            statuses = [{"Id": member["Id"], "Status": "Sent"} for member in some]
            _write(org, "PATCH", "composite/sobjects", "CampaignMember", statuses)
            people = "', '".join(member["ContactId"] for member in some)
            costs = org.query(_COST.format(people))["records"]
            sums = [{"Id": row["Contact__c"], "Lifetime_Gifting_Cost__c": row["expr0"]} for row in costs]
            _write(org, "PATCH", "composite/sobjects", "Contact", sums)
            tasks = [
                {"Subject": order, "WhoId": member["ContactId"], "Status": "Completed"} for member in some
            ]
            _write(org, "POST", "composite/sobjects", "Task", tasks)


def _campaign(org: Salesforce, name: str, members: int) -> str:
    """A Campaign with so many contacts in it."""
    [campaign] = _write(org, "POST", "composite/sobjects", "Campaign", [{"Name": name, "IsActive": True}])
    people = [
        {"FirstName": "Ada", "LastName": "Bench", "Email": f"{name.lower()}{n}@example.com"}
        for n in range(members)
    ]
    for some in _parts(people):
        contacts = _write(org, "POST", "composite/sobjects", "Contact", some)
        joined = [{"CampaignId": campaign, "ContactId": contact} for contact in contacts]
        _write(org, "POST", "composite/sobjects", "CampaignMember", joined)
    return campaign


def _write(
    org: Salesforce, method: str, path: str, sobject: str, records: Sequence[dict[str, Any]]
) -> list[str]:
    typed = [{"attributes": {"type": sobject}, **record} for record in records]
    results: Any = org.restful(path, method=method, json={"allOrNone": False, "records": typed})
    if refused := [result for result in results if not result["success"]]:
        raise RuntimeError(str(refused[0]))
    return [str(result["id"]) for result in results]


def _parts(records: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(records), COLLECTION):
        yield records[start : start + COLLECTION]
