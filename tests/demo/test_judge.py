"""The demo's verdict is worth something only if it notices what is wrong."""

from typing import Any

import pytest

from demo.readback import OrgState, differences

GIFT = {
    "Name": "G-000001",
    "External_Id__c": "key",
    "Provider_Gift_Id__c": "p1",
    "Contact__c": "003A",
    "Lead__c": None,
    "Campaign_Member_Id__c": "00vA",
    "Send_Status__c": "Submitted",
    "Order_Status__c": "Delivered",
    "Gift_Value__c": 35.0,
    "Gift_Cost__c": 35.0,
    "Sync_Error__c": None,
}
MEMBER = {"Id": "00vA", "Status": "Completed"}
PERSON = {"Id": "003A", "Lifetime_Gifting_Cost__c": 35.0}
TASKS = [{"Subject": s, "WhoId": "003A"} for s in ("Gift Created", "Gift Claimed", "Gift Delivered")]
PLATFORM = [{"id": "p1", "status": "delivered"}]


def state(**parts: list[dict[str, Any]]) -> OrgState:
    whole: dict[str, list[dict[str, Any]]] = {
        "gifts": [GIFT],
        "members": [MEMBER],
        "contacts": [PERSON],
        "leads": [],
        "tasks": TASKS,
    }
    return OrgState(**{**whole, **parts})


def test_an_org_that_says_what_the_platform_says_passes() -> None:
    found = differences(state(), PLATFORM)

    assert found == []


def test_a_run_in_which_nothing_was_sent_does_not_pass() -> None:
    found = differences(state(gifts=[], members=[], contacts=[], tasks=[]), [])

    assert found == ["the platform has no gift at all"]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"gifts": []}, "has no Gift__c"),
        ({"gifts": [GIFT, GIFT | {"Name": "G-000002"}]}, "2 Gift__c records name"),
        ({"gifts": [GIFT | {"Provider_Gift_Id__c": "p2"}]}, "which the platform does not know"),
        ({"gifts": [GIFT | {"Send_Status__c": "Sent"}]}, "send status is 'Sent'"),
        ({"gifts": [GIFT | {"Order_Status__c": "Pending"}]}, "order status is 'Pending'"),
        ({"gifts": [GIFT | {"Sync_Error__c": "oops"}]}, "sync error is 'oops'"),
        ({"members": [MEMBER | {"Status": "Sent"}]}, "member status is 'Sent'"),
        ({"members": []}, "member status is None"),
        ({"tasks": TASKS[:2]}, "timeline is"),
        ({"tasks": [*TASKS, TASKS[2]]}, "timeline is"),
        ({"contacts": [PERSON | {"Lifetime_Gifting_Cost__c": 70.0}]}, "gifts add up to 35.00"),
        ({"contacts": []}, "has a gift and no gift fields"),
    ],
)
def test_each_thing_that_is_wrong_is_named(wrong: dict[str, list[dict[str, Any]]], complaint: str) -> None:
    found = differences(state(**wrong), PLATFORM)

    assert any(complaint in line for line in found), found


def test_a_gift_only_the_platform_knows_is_missed() -> None:
    found = differences(state(), [*PLATFORM, {"id": "p9", "status": "submitted"}])

    assert found == ["the platform's gift p9 has no Gift__c"]
