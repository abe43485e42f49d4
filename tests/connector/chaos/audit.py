"""Whether platform, connector and org agree, record by record."""

from collections import Counter

from sqlalchemy import select

from connector.adapters.store.models.ledger import GiftRow
from connector.app import Container
from connector.domain.vocabulary import Milestone
from tests.connector.chaos.crowd import all_rows
from tests.connector.crash.stand import Stand

COST = 25.0


def open_ends(stand: Stand, box: Container, members: int) -> str:
    """What is not done yet, in a few words; "" when everything seems to be.

    A gift may be known as delivered, by asking, before the webhook that tells when it was claimed has come.
    """
    underway = stand.platform.platform.outbox.pending()
    state = box.state_in_numbers()
    sent, delivered = state["requests"]["sent"], state["stages"].get("delivered", 0)
    received = state["inbox"].get("received", 0)
    if sent >= members and delivered >= members and not (underway or received or state["unwritten"]):
        return ""
    others = {name: count for name, count in state["requests"].items() if count and name != "sent"}
    return (
        f"{sent} sent and {delivered} delivered of {members}, others {others}, {underway} webhooks under way,"
        f" {received} in the inbox, {state['unwritten']} unwritten"
    )


def disagreements(stand: Stand, box: Container, members: int) -> list[str]:
    """Every difference between the three ledgers; empty when nothing was lost and nothing doubled."""
    stand.org.log_in_again()
    created = stand.platform.control("created")
    found = [f"doubled at the platform: {twice}" for twice in created["duplicates"]]
    if created["by_campaign"].get(stand.gift_campaign_id) != members:
        found.append(f"the platform made {created['by_campaign']} gifts for {members} members")
    platform = stand.platform.platform.gifts
    at_platform = {
        gift["id"]: gift["recipient"]["email"]
        for key in platform.matching({"campaign_id": stand.gift_campaign_id})
        if (gift := platform.get(key)) is not None
    }
    with box.sql_store.engine.connect() as connection:
        rows = connection.execute(
            select(
                GiftRow.key,
                GiftRow.provider_gift_id,
                GiftRow.email,
                GiftRow.stage,
                GiftRow.contact_id,
                GiftRow.lead_id,
            )
        ).all()
    in_ledger = {row.provider_gift_id: row.email for row in rows}
    if in_ledger != at_platform:
        differing = set(in_ledger.items()) ^ set(at_platform.items())
        found.append(f"ledger and platform differ: {sorted(map(str, differing))[:5]}")
    found += [f"{row.key} ended as {row.stage}" for row in rows if row.stage != "delivered"]
    people = {row.key: row.contact_id or row.lead_id for row in rows}
    bound = {row.key: row.provider_gift_id for row in rows}
    return [
        *found,
        *_gifts(stand, people, bound),
        *_members(stand, members),
        *_people(stand, set(people.values())),
        *_campaign(stand, members),
        *_tasks(stand, set(people.values())),
    ]


def _gifts(stand: Stand, people: dict[str, str], bound: dict[str, str]) -> list[str]:
    """people, bound: of each gift in the ledger, its person and its id at the platform."""
    found = []
    where = f"Campaign__c = '{stand.campaign_id}'"
    gifts = all_rows(
        stand.org,
        "SELECT External_Id__c, Provider_Gift_Id__c, Order_Status__c, Contact__c, Lead__c"  # noqa: S608 - an Id
        f" FROM Gift__c WHERE {where}",
    )
    if len(gifts) != len(people):
        found.append(f"{len(gifts)} Gift__c records for {len(people)} gifts")
    if {row["External_Id__c"]: row["Contact__c"] or row["Lead__c"] for row in gifts} != people:
        found.append("Gift__c records are not of the people that the ledger knows")
    if {row["External_Id__c"]: row["Provider_Gift_Id__c"] for row in gifts} != bound:
        found.append("Gift__c records are not the platform's gifts that the ledger knows")
    return found + [
        f"{row['External_Id__c']} is {row['Order_Status__c']}"
        for row in gifts
        if row["Order_Status__c"] != "Delivered"
    ]


def _members(stand: Stand, members: int) -> list[str]:
    query = (
        "SELECT Status, ContactId, LeadId FROM CampaignMember"  # noqa: S608 - an Id
        f" WHERE CampaignId = '{stand.campaign_id}'"
    )
    rows = all_rows(stand.org, query)
    statuses = Counter(row["Status"] for row in rows)
    if statuses == {"Completed": members}:
        return []
    others = [row["ContactId"] or row["LeadId"] for row in rows if row["Status"] != "Completed"]
    return [f"members are {dict(statuses)}, those of {others[:5]} among them"]


def _people(stand: Stand, ours: set[str]) -> list[str]:
    found = []
    for sobject in ("Contact", "Lead"):
        query = f"SELECT Id, Lifetime_Gifting_Cost__c FROM {sobject}"  # noqa: S608 - a constant
        costs = Counter(
            row["Lifetime_Gifting_Cost__c"] for row in all_rows(stand.org, query) if row["Id"] in ours
        )
        if set(costs) != {COST}:
            found.append(f"lifetime costs of each {sobject} are {dict(costs)}")
    return found


def _campaign(stand: Stand, members: int) -> list[str]:
    fields = "Gifts_Sent__c, Gifts_Redeemed__c, Gifting_Cost__c"
    [campaign] = all_rows(stand.org, f"SELECT {fields} FROM Campaign WHERE Id = '{stand.campaign_id}'")  # noqa: S608 - an Id
    totals = (campaign["Gifts_Sent__c"], campaign["Gifts_Redeemed__c"], campaign["Gifting_Cost__c"])
    return [] if totals == (members, members, COST * members) else [f"the Campaign's totals are {totals}"]


def _tasks(stand: Stand, ours: set[str]) -> list[str]:
    found = []
    rows = [row for row in all_rows(stand.org, "SELECT Subject, WhoId FROM Task") if row["WhoId"] in ours]
    tasks = Counter((row["WhoId"], row["Subject"]) for row in rows)
    twice = [task for task, times in tasks.items() if times != 1]
    if twice:
        found.append(f"{len(twice)} Tasks stand more than once: {twice[:3]}")
    missing = [(who, subject) for who in sorted(ours) for subject in Milestone if (who, subject) not in tasks]
    if missing:
        found.append(f"{len(missing)} Tasks are missing: {missing[:3]}")
    if len(rows) != len(Milestone) * len(ours):
        found.append(f"{len(rows)} Tasks for {len(ours)} people")
    return found
