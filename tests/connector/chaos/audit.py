"""Whether platform, connector and org agree, record by record."""

from collections import Counter

from sqlalchemy import select

from connector.adapters.store.models import GiftRow
from connector.app import Container
from tests.connector.chaos.crowd import all_rows
from tests.connector.crash.stand import Stand

MILESTONES = 3


def open_ends(stand: Stand, box: Container, members: int) -> str:
    """What is not done yet, in a few words; "" when everything seems to be.

    A gift may be known as delivered, by asking, before the webhook that tells when it was claimed has come.
    """
    if underway := stand.platform.platform.outbox.pending():
        return f"{underway} webhooks under way"
    state = box.state_in_numbers()
    sent, delivered = state["requests"]["sent"], state["stages"].get("delivered", 0)
    if sent < members or delivered < members:
        return f"{sent} sent, {delivered} delivered of {members}; {state['requests']}"
    if state["unwritten"] or state["inbox"].get("received"):
        return f"{state['unwritten']} unwritten, inbox {state['inbox']}"
    return ""


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
    return found + _in_the_org(stand, people, members)


def _in_the_org(stand: Stand, people: dict[str, str], members: int) -> list[str]:
    found = []
    where = f"Campaign__c = '{stand.campaign_id}'"
    gifts = all_rows(
        stand.org,
        f"SELECT External_Id__c, Order_Status__c, Contact__c, Lead__c FROM Gift__c WHERE {where}",  # noqa: S608 - an Id
    )
    of_gift = {row["External_Id__c"]: row["Contact__c"] or row["Lead__c"] for row in gifts}
    if of_gift != people or len(gifts) != members:
        found.append(f"{len(gifts)} Gift__c records for {members} members, not those of the ledger")
    found += [
        f"{row['External_Id__c']} is {row['Order_Status__c']}"
        for row in gifts
        if row["Order_Status__c"] != "Delivered"
    ]
    member_query = f"SELECT Status FROM CampaignMember WHERE CampaignId = '{stand.campaign_id}'"  # noqa: S608 - an Id
    statuses = Counter(row["Status"] for row in all_rows(stand.org, member_query))
    if statuses != {"Completed": members}:
        found.append(f"members are {dict(statuses)}")
    tasks = Counter(
        (row["WhoId"], row["Subject"]) for row in all_rows(stand.org, "SELECT Subject, WhoId FROM Task")
    )
    wrong = {task: times for task, times in tasks.items() if times != 1}
    if wrong:
        found.append(f"{len(wrong)} Tasks stand more than once: {list(wrong.items())[:3]}")
    ours = set(people.values())
    if sum(who in ours for who, _ in tasks) != MILESTONES * members:
        found.append(f"{len(tasks)} Tasks, not {MILESTONES} for each of {members}")
    return found
