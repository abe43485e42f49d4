"""What the org says when asked by SOQL, and whether that is what the platform says.

Nothing here reads the connector: this is the demo's judge.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simple_salesforce.api import Salesforce

Row = Mapping[str, Any]

# What each status of the platform must look like in Salesforce: send status, order status, member status,
# and the milestones on the timeline.
EXPECTED: Mapping[str, tuple[str, str, str, frozenset[str]]] = {
    "submitted": ("Sent", "Pending", "Invited", frozenset({"Gift Created"})),
    "redeemed": (
        "Submitted",
        "Awaiting Fulfillment",
        "Gift fulfilment",
        frozenset({"Gift Created", "Gift Claimed"}),
    ),
    "dispatched": (
        "Submitted",
        "Out For Delivery",
        "In transit",
        frozenset({"Gift Created", "Gift Claimed"}),
    ),
    "delivered": (
        "Submitted",
        "Delivered",
        "Completed",
        frozenset({"Gift Created", "Gift Claimed", "Gift Delivered"}),
    ),
    "cancelled": ("Canceled", "Canceled", "Expired", frozenset({"Gift Created"})),
}

GIFTS = (
    "SELECT Id, Name, External_Id__c, Provider_Gift_Id__c, Contact__c, Lead__c, Campaign_Member_Id__c, "
    "Send_Status__c, Order_Status__c, Gift_Value__c, Gift_Cost__c, Sync_Error__c FROM Gift__c"
)
PEOPLE = (
    "SELECT Id, Gift_Status__c, Gift_Sent_Date__c, Gift_Redeemed_Date__c, Gift_Delivery_Date__c, "
    "Lifetime_Gifting_Cost__c FROM {} WHERE Gift_Sent_Date__c != null"
)
MEMBERS = (
    "SELECT Id, Status, Gift_Request_Id__c, Campaign.Name FROM CampaignMember WHERE Campaign.Name IN ({})"
)
TASKS = (
    "SELECT Id, Subject, WhoId, WhatId, Status, Gift_Event_Key__c FROM Task WHERE Gift_Event_Key__c != null"
)


@dataclass(frozen=True)
class OrgState:
    """Everything about gifts that the org holds."""

    gifts: list[Row]
    members: list[Row]
    contacts: list[Row]
    leads: list[Row]
    tasks: list[Row]


def read_org(org: Salesforce, campaigns: Sequence[str]) -> OrgState:
    """Read it all back; a handful of API calls. campaigns: names of the Salesforce Campaigns mapped."""

    def rows(soql: str) -> list[Row]:
        return list(org.query_all_iter(soql))

    return OrgState(
        gifts=rows(GIFTS),
        members=rows(MEMBERS.format(", ".join(f"'{name}'" for name in campaigns))),
        contacts=rows(PEOPLE.format("Contact")),
        leads=rows(PEOPLE.format("Lead")),
        tasks=rows(TASKS),
    )


def differences(state: OrgState, platform_gifts: Iterable[Row]) -> list[str]:
    """Every way in which the org does not say what the platform says; empty when they agree.

    Two that know of no gift agree on nothing.
    """
    on_platform = {gift["id"]: gift for gift in platform_gifts}
    in_org = Counter(gift["Provider_Gift_Id__c"] for gift in state.gifts)
    found = [] if on_platform else ["the platform has no gift at all"]
    found += [
        f"the platform's gift {gift_id} has no Gift__c" for gift_id in on_platform.keys() - in_org.keys()
    ]
    for gift_id, count in in_org.items():
        if gift_id not in on_platform:
            found.append(f"Gift__c names gift {gift_id}, which the platform does not know")
        elif count > 1:
            found.append(f"{count} Gift__c records name the platform's gift {gift_id}")
    members = {member["Id"]: member for member in state.members}
    tasks: dict[str, list[Row]] = defaultdict(list)
    for task in state.tasks:
        tasks[task["WhoId"]].append(task)
    for gift in state.gifts:
        remote = on_platform.get(gift["Provider_Gift_Id__c"])
        if remote is not None:
            found += _gift_differences(gift, remote, members, tasks)
    found += _people_differences(state)
    return found


def _gift_differences(
    gift: Row, remote: Row, members: Mapping[str, Row], tasks: Mapping[str, list[Row]]
) -> list[str]:
    send_status, order_status, member_status, milestones = EXPECTED[remote["status"]]
    label = f"{gift['Name']} ({remote['status']} at the platform)"
    member = members.get(gift["Campaign_Member_Id__c"])
    # Nobody in the demo's data gets two gifts, so a person's timeline is their gift's.
    entries = sorted(task["Subject"] for task in tasks.get(gift["Contact__c"] or gift["Lead__c"], []))
    checks = [
        ("send status", gift["Send_Status__c"], send_status),
        ("order status", gift["Order_Status__c"], order_status),
        ("member status", member["Status"] if member else None, member_status),
        ("timeline", entries, sorted(milestones)),
        ("sync error", gift["Sync_Error__c"], None),
    ]
    return [
        f"{label}: {what} is {seen!r}, expected {wanted!r}" for what, seen, wanted in checks if seen != wanted
    ]


def _people_differences(state: OrgState) -> list[str]:
    cost: dict[str, float] = defaultdict(float)
    for gift in state.gifts:
        cost[gift["Contact__c"] or gift["Lead__c"]] += gift["Gift_Cost__c"] or 0.0
    people = {person["Id"]: person for person in [*state.contacts, *state.leads]}
    found = [f"person {person_id} has a gift and no gift fields" for person_id in cost.keys() - people.keys()]
    for person_id, person in people.items():
        if round(cost.get(person_id, 0.0), 2) != round(person["Lifetime_Gifting_Cost__c"] or 0.0, 2):
            found.append(
                f"person {person_id}: lifetime cost {person['Lifetime_Gifting_Cost__c']}, "
                f"gifts add up to {cost.get(person_id, 0.0):.2f}"
            )
    return found
