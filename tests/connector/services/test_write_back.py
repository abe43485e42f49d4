from collections import Counter
from collections.abc import Sequence

import pytest

from connector.errors import PermanentError, QuotaReached, TemporaryError
from connector.ports import ProviderStatus, Record, RecordWrite, WriteOutcome, WriteState
from connector.services.checkpoints import Step
from connector.services.leases import LeaseLost
from tests.connector.world import PATIENCE, World


def tasks(world: World) -> list[str]:
    return sorted(row["Subject"] for row in world.org.records.get("Task", {}).values())


def is_clean(world: World) -> bool:
    return all(gift.dirty_since is None for gift in world.gifts())


def test_what_has_not_changed_is_not_written_again(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    world.write_back(world.org_id)
    world.org.calls.clear()

    world.write_back(world.org_id)

    assert not world.org.calls


def test_a_lost_answer_to_the_tasks_doubles_none(world: World) -> None:
    world.sync(world.campaign(contacts=3))
    write = world.org.write

    def lose_the_second(writes: list[object]) -> list[WriteOutcome]:
        world.org.lose_answers = int(Step.TASKS_INTENT_COMMITTED in world.steps)
        return write(writes)  # type: ignore[arg-type]  # passed through

    world.org.write = lose_the_second  # type: ignore[method-assign,assignment]  # the fake loses one answer
    world.write_back(world.org_id)
    world.org.write = write  # type: ignore[method-assign]  # and is itself again
    assert tasks(world) == ["Gift Created"] * 3
    assert not is_clean(world)

    world.clock.move(seconds=10)
    world.write_back(world.org_id)

    assert tasks(world) == ["Gift Created"] * 3
    assert is_clean(world)


def test_a_call_that_fails_is_repeated_after_a_while(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.org.next_failures.append(TemporaryError("unavailable"))
    world.write_back(world.org_id)

    world.write_back(world.org_id)
    too_early = is_clean(world)
    world.clock.move(seconds=10)
    world.write_back(world.org_id)

    assert not too_early
    assert is_clean(world)


def test_a_row_to_be_retried_leaves_the_others_alone(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    world.org.next_outcomes["Gift__c"] = [WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW")]
    world.write_back(world.org_id)
    assert len(world.org.records["Gift__c"]) == 1

    world.clock.move(seconds=10)
    world.write_back(world.org_id)

    assert len(world.org.records["Gift__c"]) == 2
    assert is_clean(world)


def test_a_refused_person_is_told_on_the_gift_and_the_rest_is_written(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    refusal = WriteOutcome(
        WriteState.REFUSED, code="FIELD_CUSTOM_VALIDATION_EXCEPTION", message="no gifts here"
    )
    world.org.next_outcomes["Contact"] = [refusal, refusal]

    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    assert gift["Sync_Error__c"] == "FIELD_CUSTOM_VALIDATION_EXCEPTION: Contact: no gifts here"
    assert tasks(world) == ["Gift Created"]
    assert is_clean(world)


def test_a_write_back_that_lost_its_lease_leaves_its_gifts_to_whoever_has_it(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.org.next_failures.append(LeaseLost("somebody else writes by now", code="lease_lost"))

    world.write_back(world.org_id)

    [gift] = world.gifts()
    assert (gift.write_attempts, gift.next_write_at) == (0, None)
    assert not is_clean(world)


def test_a_gift_follows_its_converted_lead_to_the_contact(world: World) -> None:
    world.sync(world.campaign(leads=1))
    world.write_back(world.org_id)
    [lead_id] = world.org.records["Lead"]
    contact_id = world.org.add("Contact", FirstName="Alan", LastName="Turing")
    world.org.records["Lead"][lead_id] |= {"IsConverted": True, "ConvertedContactId": contact_id}
    gift_id = next(iter(world.provider.gifts))

    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    assert (gift["Contact__c"], gift["Lead__c"]) == (contact_id, lead_id)
    claimed = next(row for row in world.org.records["Task"].values() if row["Subject"] == "Gift Claimed")
    assert (claimed["WhoId"], claimed["WhatId"]) == (contact_id, gift["Id"])
    assert world.org.records["Contact"][contact_id]["Lifetime_Gifting_Cost__c"] == 25.0
    assert is_clean(world)


def test_lifetime_cost_is_a_sum_over_all_gifts_without_those_taken_back(world: World) -> None:
    campaign = world.campaign()
    other = world.campaign(name="Autumn")
    world.contact_member(campaign)
    [contact_id] = world.org.records["Contact"]
    world.org.add("CampaignMember", CampaignId=other, ContactId=contact_id, LeadId=None, Status="Sent")
    world.sync(campaign)
    world.sync(other)
    world.write_back(world.org_id)
    both = world.org.records["Contact"][contact_id]["Lifetime_Gifting_Cost__c"]

    gift_id = next(iter(world.provider.gifts))
    world.provider.move(gift_id, ProviderStatus.CANCELLED)
    world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    assert both == 50.0
    assert world.org.records["Contact"][contact_id]["Lifetime_Gifting_Cost__c"] == 25.0


def test_a_change_during_the_write_is_written_in_the_next_round(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    write = world.org.write
    moved: list[bool] = []

    def write_while_a_webhook_comes(writes: list[object]) -> list[WriteOutcome]:
        if not moved:
            moved.append(True)
            world.clock.move(hours=1)
            world.provider.move(gift_id, ProviderStatus.DELIVERED)
            world.deliver(gift_id)
            world.apply_events()
        return write(writes)  # type: ignore[arg-type]  # passed through

    world.org.write = write_while_a_webhook_comes  # type: ignore[method-assign,assignment]  # something happens meanwhile
    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    assert gift["Order_Status__c"] == "Delivered"
    assert is_clean(world)


def test_changes_are_gathered_before_an_org_is_written_to(world: World) -> None:
    world.sync(world.campaign(contacts=1))

    at_once = world.start_write_backs()
    world.clock.move(seconds=3)
    later = world.start_write_backs()
    again = world.start_write_backs()

    assert (at_once, later) == ([], [world.org_id])
    assert again == []


def test_a_campaign_learns_what_its_gifts_come_to(world: World) -> None:
    campaign = world.campaign(contacts=3)
    world.sync(campaign)
    world.write_back(world.org_id)
    first, second, _ = list(world.provider.gifts)

    world.clock.move(hours=1)
    for gift_id, status in ((first, ProviderStatus.REDEEMED), (second, ProviderStatus.CANCELLED)):
        world.provider.move(gift_id, status)
        world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    row = world.org.records["Campaign"][campaign]
    totals = (row["Gifts_Sent__c"], row["Gifts_Redeemed__c"], row["Gifting_Cost__c"])
    assert totals == (3, 1, 50.0)


def test_a_request_that_failed_is_shown_on_gift_and_member_and_costs_nothing(world: World) -> None:
    world.provider.failures.append(PermanentError("no such address", code="invalid_format"))

    world.sync(world.campaign(contacts=1))
    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    [member] = world.org.records["CampaignMember"].values()
    assert gift["Sync_Error__c"] == member["Gift_Sync_Error__c"] == "invalid_format: no such address"
    assert (gift["Gift_Cost__c"], gift["Provider_Gift_Id__c"]) == (0.0, None)
    assert tasks(world) == []
    assert is_clean(world)


def test_a_gift_follows_a_merged_contact_with_its_task(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.write_back(world.org_id)
    [loser] = world.org.records["Contact"]
    winner = world.org.add("Contact", FirstName="Ada", LastName="Lovelace", MasterRecordId=None)
    world.org.delete(loser, merged_into=winner)
    gift_id = next(iter(world.provider.gifts))

    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.org.next_outcomes["Task"] = [WriteOutcome(WriteState.REFUSED, code="ENTITY_IS_DELETED")]
    world.apply_events()
    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    claimed = [row for row in world.org.records["Task"].values() if row["Subject"] == "Gift Claimed"]
    assert gift["Contact__c"] == winner
    assert [row["WhoId"] for row in claimed] == [winner]
    assert world.org.records["Contact"][winner]["Lifetime_Gifting_Cost__c"] == 25.0
    assert is_clean(world)


def test_a_person_deleted_for_good_is_told_on_the_gift_and_not_tried_again(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    [contact] = world.org.records["Contact"]
    world.org.delete(contact)

    world.write_back(world.org_id)

    [gift] = world.org.records["Gift__c"].values()
    assert gift["Sync_Error__c"] == "ENTITY_IS_DELETED: Contact: ENTITY_IS_DELETED"
    assert is_clean(world)


def test_a_used_up_quota_parks_the_write_and_it_resumes_by_itself(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.org.next_failures.append(QuotaReached("used up", code="REQUEST_LIMIT_EXCEEDED"))
    world.write_back(world.org_id)
    [parked] = world.gifts()

    world.clock.move(minutes=14)
    world.write_back(world.org_id)
    too_early = dict(world.org.records.get("Gift__c", {}))
    world.clock.move(minutes=2)
    world.write_back(world.org_id)

    assert parked.sync_error == "REQUEST_LIMIT_EXCEEDED: used up"
    assert too_early == {}
    assert is_clean(world)
    [gift] = world.org.records["Gift__c"].values()
    assert gift["Sync_Error__c"] is None


def test_what_has_piled_up_is_written_in_one_large_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.services.writing.write_back.BATCH", 2)
    monkeypatch.setattr("connector.services.writing.write_back.LARGE_BATCH", 5)
    world.sync(world.campaign(contacts=7))
    writes_of_gifts = Counter[int]()
    write = world.org.write

    def counted(writes: Sequence[RecordWrite]) -> list[WriteOutcome]:
        writes_of_gifts[sum(record.sobject == "Gift__c" for record in writes)] += 1
        return write(writes)

    world.org.write = counted  # type: ignore[method-assign]  # the fake's own, with a look at the sizes
    world.write_back(world.org_id)

    assert (writes_of_gifts[5], writes_of_gifts[2]) == (1, 1)
    assert len(world.org.records["Gift__c"]) == 7


def test_a_defect_is_not_run_into_again_at_once_and_spends_few_calls(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    ask = world.org.query_together

    def answer_what_nobody_foresaw(soqls: Sequence[str]) -> list[list[Record]]:
        raise KeyError(len(soqls))

    world.org.query_together = answer_what_nobody_foresaw  # type: ignore[method-assign]  # see its name
    with pytest.raises(KeyError):
        world.write_back(world.org_id)
    calls = world.org.calls.copy()
    world.write_back(world.org_id)
    at_once = world.org.calls - calls
    world.org.query_together = ask  # type: ignore[method-assign]  # mended
    world.clock.move(seconds=10)
    world.write_back(world.org_id)

    assert not at_once
    assert is_clean(world)


@pytest.mark.parametrize("hears_more", [False, True])
def test_a_task_that_salesforce_is_still_writing_when_its_answer_is_given_up_is_not_written_twice(
    world: World, *, hears_more: bool
) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    world.org.next_outcomes["Task"] = [WriteOutcome(WriteState.UNKNOWN, code="no_answer")]
    world.write_back(world.org_id)
    [under_way] = [record for record in world.org.written if record.sobject == "Task"]

    world.clock.move(seconds=PATIENCE.in_flight_seconds / 2)
    if hears_more:
        world.provider.move(gift_id, ProviderStatus.REDEEMED)
        world.deliver(gift_id)
        world.apply_events()
    world.write_back(world.org_id)
    world.org.add("Task", **under_way.fields)
    world.clock.move(seconds=PATIENCE.in_flight_seconds / 2)
    world.write_back(world.org_id)

    assert tasks(world) == (["Gift Claimed", "Gift Created"] if hears_more else ["Gift Created"])
    assert is_clean(world)
