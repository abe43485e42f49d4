"""The timeline of a Lead, and of the Contact that it becomes.

Salesforce refuses a Task that has a Lead as WhoId and anything as WhatId; so does the fake.
"""

from typing import Any

import pytest

from connector.ports import ProviderStatus, WriteOutcome, WriteState
from connector.services.checkpoints import Step
from tests.connector.world import World

MILESTONES = ["Gift Claimed", "Gift Created", "Gift Delivered"]


def tasks_of(world: World, person: str) -> list[dict[str, Any]]:
    rows = [row for row in world.org.records.get("Task", {}).values() if row["WhoId"] == person]
    return sorted(rows, key=lambda row: str(row["Subject"]))


def subjects(rows: list[dict[str, Any]]) -> list[str]:
    return [row["Subject"] for row in rows]


def tell(world: World, status: ProviderStatus) -> None:
    """The one gift gets a status, a webhook tells of it twice, and it is written."""
    world.clock.move(hours=1)
    gift_id = next(iter(world.provider.gifts))
    world.provider.move(gift_id, status)
    for _ in range(2):
        world.deliver(gift_id)
        world.apply_events()
    world.write_back(world.org_id)


def convert(world: World, lead: str) -> str:
    """As a salesperson does; the Contact that the lead becomes."""
    contact = world.org.add("Contact", FirstName="Alan", LastName="Turing")
    world.org.change(lead, IsConverted=True, ConvertedContactId=contact)
    return contact


def gift_is_home(world: World) -> bool:
    [gift] = world.gifts()
    return gift.dirty_since is None and not gift.sync_error


@pytest.fixture
def lead(world: World) -> str:
    """A Lead whose gift was created and told to Salesforce."""
    world.sync(world.campaign(leads=1))
    world.write_back(world.org_id)
    [record_id] = world.org.records["Lead"]
    return record_id


def test_the_milestones_of_a_lead_are_written_once_each_without_what_id(world: World, lead: str) -> None:
    tell(world, ProviderStatus.REDEEMED)
    tell(world, ProviderStatus.DELIVERED)

    tasks = tasks_of(world, lead)
    assert subjects(tasks) == MILESTONES
    assert [task.get("WhatId") for task in tasks] == [None] * 3
    assert len({task["Gift_Event_Key__c"] for task in tasks}) == 3
    assert gift_is_home(world)


def test_after_conversion_the_milestones_go_to_the_contact_once_each(world: World, lead: str) -> None:
    contact = convert(world, lead)

    tell(world, ProviderStatus.REDEEMED)
    tell(world, ProviderStatus.DELIVERED)

    [gift] = world.org.records["Gift__c"]
    tasks = tasks_of(world, contact)
    assert subjects(tasks_of(world, lead)) == ["Gift Created"]  # Salesforce moves it with the lead
    assert subjects(tasks) == ["Gift Claimed", "Gift Delivered"]
    assert [task["WhatId"] for task in tasks] == [gift] * 2
    assert gift_is_home(world)


def test_a_lead_that_is_converted_while_its_task_is_written_gets_it_once(world: World, lead: str) -> None:
    contacts: list[str] = []
    write = world.org.write

    def write_while_somebody_converts(writes: list[Any]) -> list[WriteOutcome]:
        if world.steps[-1] is Step.TASKS_INTENT_COMMITTED and not contacts:
            contacts.append(convert(world, lead))
            refused = WriteOutcome(WriteState.REFUSED, code="CANNOT_UPDATE_CONVERTED_LEAD")
            world.org.next_outcomes |= {"Lead": [refused], "Task": [refused]}
        return write(writes)

    world.org.write = write_while_somebody_converts  # type: ignore[method-assign,assignment]  # something happens meanwhile
    tell(world, ProviderStatus.REDEEMED)

    [contact] = contacts
    assert subjects(tasks_of(world, contact)) == ["Gift Claimed"]
    assert subjects(tasks_of(world, lead)) == ["Gift Created"]
    assert gift_is_home(world)


@pytest.mark.parametrize("is_carried_out", [True, False])
def test_a_conversion_after_a_lost_answer_doubles_and_loses_no_task(
    world: World, lead: str, is_carried_out: bool
) -> None:
    """Written for the lead, or not at all: the key tells, whoever the gift belongs to by then."""
    unknown = WriteOutcome(WriteState.UNKNOWN, code="no_answer")
    if is_carried_out:
        world.org.lose_next_answer_with = "Task"
    else:
        world.org.next_outcomes["Task"] = [unknown]
    tell(world, ProviderStatus.REDEEMED)
    contact = convert(world, lead)

    world.clock.move(minutes=10)
    world.write_back(world.org_id)

    everywhere = [*tasks_of(world, lead), *tasks_of(world, contact)]
    assert sorted(subjects(everywhere)) == ["Gift Claimed", "Gift Created"]
    assert gift_is_home(world)
