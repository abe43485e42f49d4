"""Tasks and events."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, SObjectType

Refusal = Callable[[Callable[[], object]], SalesforceError]


def task_row(org: Org, record_id: str) -> dict[str, Any]:
    row = org.db.one('SELECT * FROM "Task" WHERE "Id" = ?', (record_id,))
    assert row is not None
    return dict(row)


def test_a_new_task_is_open_with_its_defaults(org: Org, dml: Dml) -> None:
    row = task_row(org, dml.insert("Task", {"Subject": "Gift sent"}))

    assert (row["Status"], row["Priority"], row["TaskSubtype"]) == ("Not Started", "Normal", "Task")
    assert (row["IsClosed"], row["CompletedDateTime"]) == (0, None)


def test_completing_and_reopening_a_task(org: Org, dml: Dml) -> None:
    task = dml.insert("Task", {"Subject": "Gift sent", "Status": "Completed", "Priority": "High"})
    closed = task_row(org, task)

    dml.update("Task", task, {"Status": "In Progress"})
    reopened = task_row(org, task)

    assert (closed["IsClosed"], closed["IsHighPriority"]) == (1, 1)
    assert closed["CompletedDateTime"] == "2026-11-22T09:30:15.000+0000"
    assert (reopened["IsClosed"], reopened["CompletedDateTime"]) == (0, None)


def test_a_task_counts_for_the_contact_s_account(org: Org, dml: Dml) -> None:
    account = dml.insert("Account", {"Name": "Acme"})
    contact = dml.insert("Contact", {"LastName": "Berg", "AccountId": account})

    task = dml.insert("Task", {"Subject": "Gift sent", "WhoId": contact})

    assert task_row(org, task)["AccountId"] == account


def test_a_lead_s_task_is_about_nothing_else(gifts: Org, dml: Dml, refusal: Refusal) -> None:
    lead = dml.insert("Lead", {"LastName": "Moe", "Company": "Moe AS"})
    gift = Dml(gifts, dml.user).insert("Gift__c", {"Lead__c": lead})

    error = refusal(lambda: Dml(gifts, dml.user).insert("Task", {"WhoId": lead, "WhatId": gift}))

    assert error.code == "FIELD_INTEGRITY_EXCEPTION"


def test_a_task_may_be_about_objects_that_allow_activities(gifts: Org, refusal: Refusal) -> None:
    user = gifts.user("admin@local.example")
    assert user is not None
    gift = Dml(gifts, user).insert("Gift__c", {})
    Dml(gifts, user).insert("Task", {"WhatId": gift})
    with gifts.transaction():
        closed = replace(gifts.schema.objects["Gift__c"], activities=False)
        gifts.replace_schema(gifts.schema.with_object(closed))

    error = refusal(lambda: Dml(gifts, user).insert("Task", {"WhatId": gift}))

    assert error.message == f"Related To ID: id value of incorrect type: {gift}"


def test_fields_of_activity_appear_on_task_and_event_and_go_again(org: Org) -> None:
    key = Field(
        name="Gift_Key__c", label="Gift Key", type=FieldType.STRING, length=80, unique=True, custom=True
    )
    activity = SObjectType(
        name="Activity",
        label="Activity",
        label_plural="Activities",
        key_prefix="",
        fields={key.name: key},
        modelled=False,
        queryable=False,
    )

    with org.transaction():
        org.replace_schema(org.schema.with_object(activity))
    present = [key.name in org.schema.objects[name].fields for name in ("Task", "Event")]
    user = org.user("admin@local.example")
    assert user is not None
    task = Dml(org, user).insert("Task", {"Subject": "x", "gift_key__c": "g1:delivered"})
    kept = task_row(org, task)[key.name]
    with org.transaction():
        org.replace_schema(org.schema.with_object(replace(activity, fields={})))

    assert present == [True, True]
    assert kept == "g1:delivered"
    assert key.name not in task_row(org, task)
