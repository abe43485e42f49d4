"""A member's status: read back after it is written, because Salesforce replaces an unknown one silently."""

from datetime import timedelta

import pytest

from connector.domain.gift import Gift
from connector.domain.recipient import Person
from connector.errors import PermanentError
from connector.ports import ProviderStatus, WriteOutcome, WriteState
from tests.connector.world import World


def is_clean(world: World) -> bool:
    return all(gift.dirty_since is None for gift in world.gifts())


def test_a_status_that_salesforce_replaced_is_noticed_and_mended(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    forget_statuses(world)

    world.write_back(world.org_id)

    [member] = world.org.records["CampaignMember"].values()
    assert member["Status"] == "Invited"


def test_a_locked_member_whose_status_is_mended_is_written_again_later(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    [member] = world.org.records["CampaignMember"].values()
    replaced = WriteOutcome(WriteState.DONE, record_id=member["Id"])
    locked = WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW", message="locked")
    world.org.next_outcomes["CampaignMember"] = [replaced, locked]

    world.write_back(world.org_id)
    was_clean = is_clean(world)
    world.clock.move(hours=1)
    world.write_back(world.org_id)

    assert not was_clean
    assert member["Status"] == "Invited"
    assert [gift["Sync_Error__c"] or "" for gift in world.org.records["Gift__c"].values()] == [""]
    assert is_clean(world)


def two_gifts_of_one_member(world: World, *, minutes_between: float = 1) -> tuple[Gift, Gift]:
    """The earlier and the later one, of two gift campaigns that the Campaign was linked to in turn."""
    campaign = world.campaign(contacts=1)
    world.sync(campaign)
    world.clock.move(minutes=minutes_between)
    world.plan_sync(world.link(campaign, "campaign-2").link_id)
    world.run_jobs()
    earlier, later = sorted(world.gifts(), key=lambda gift: gift.place)
    return earlier, later


def hear_of(world: World, gift: Gift, status: ProviderStatus) -> None:
    world.clock.move(minutes=1)
    world.provider.move(gift.provider_gift_id, status)
    world.deliver(gift.provider_gift_id)
    world.apply_events()


def forget_statuses(world: World, *campaigns: str) -> None:
    """Somebody removed what these Campaigns, or all, were given: Salesforce replaces our statuses now."""
    statuses = world.org.records["CampaignMemberStatus"]
    for campaign_id in campaigns or world.org.records["Campaign"]:
        for key in [key for key, row in statuses.items() if row["CampaignId"] == campaign_id]:
            del statuses[key]
        world.org.add(
            "CampaignMemberStatus",
            CampaignId=campaign_id,
            Label="Sent",
            IsDefault=True,
            HasResponded=False,
            SortOrder=1,
        )


def shown(world: World) -> tuple[str, str]:
    [member] = world.org.records["CampaignMember"].values()
    return member["Status"], member["Gift_Request_Id__c"]


@pytest.mark.parametrize("state", [WriteState.REFUSED, WriteState.RETRY, WriteState.PARK])
@pytest.mark.parametrize("are_replaced", [False, True])
def test_of_two_gifts_of_one_member_the_later_one_is_shown_even_where_its_gift_record_is_not_taken(
    world: World, state: WriteState, *, are_replaced: bool
) -> None:
    earlier, later = two_gifts_of_one_member(world)
    hear_of(world, earlier, ProviderStatus.DELIVERED)
    if are_replaced:
        forget_statuses(world)
    done = WriteOutcome(WriteState.DONE, record_id="a00000000000001AAA")
    world.org.next_outcomes["Gift__c"] = [done, WriteOutcome(state, code="NO", message="no")]

    world.write_back(world.org_id)

    assert shown(world) == ("Invited", later.key)


def test_late_news_of_an_earlier_gift_leaves_its_member_to_the_later_one(world: World) -> None:
    earlier, later = two_gifts_of_one_member(world)
    world.write_back(world.org_id)
    hear_of(world, later, ProviderStatus.REDEEMED)
    world.write_back(world.org_id)

    hear_of(world, earlier, ProviderStatus.EXPIRED)
    world.write_back(world.org_id)

    assert shown(world) == ("Gift fulfilment", later.key)
    told = {row["External_Id__c"]: row["Order_Status__c"] for row in world.org.records["Gift__c"].values()}
    assert told[earlier.key] == "Canceled"
    assert is_clean(world)


def test_late_news_of_the_lead_that_a_member_was_leaves_it_to_the_later_gift_of_the_contact(
    world: World,
) -> None:
    """The earlier gift has followed the conversion already, the later one not yet."""
    earlier, later = two_gifts_of_one_member(world)
    lead_id, contact_id = "00Q000000000001EAA", earlier.request.person.contact_id
    world.write_back(world.org_id)
    with world.store.write() as unit:
        unit.gifts.change(
            {
                earlier.key: {"person": Person(contact_id, lead_id)},
                later.key: {"person": Person(lead_id=lead_id)},
            }
        )

    hear_of(world, earlier, ProviderStatus.EXPIRED)
    world.write_back(world.org_id)

    assert shown(world) == ("Invited", later.key)


def test_a_later_gift_that_failed_says_so_at_the_member_which_keeps_the_earlier_ones_status(
    world: World,
) -> None:
    campaign = world.campaign(contacts=1)
    world.sync(campaign)
    world.clock.move(minutes=1)
    world.provider.failures = [PermanentError("no such address", code="invalid_format")]
    world.plan_sync(world.link(campaign, "campaign-2").link_id)
    world.run_jobs()
    forget_statuses(world)

    world.write_back(world.org_id)

    [member] = world.org.records["CampaignMember"].values()
    assert member["Status"] == "Invited"
    assert member["Gift_Sync_Error__c"] == "invalid_format: no such address"


def test_a_status_is_mended_although_the_gift_record_was_refused(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    forget_statuses(world)
    refused = WriteOutcome(WriteState.REFUSED, code="STRING_TOO_LONG", message="STRING_TOO_LONG")
    world.org.next_outcomes["Gift__c"] = [refused, refused]

    world.write_back(world.org_id)

    [member] = world.org.records["CampaignMember"].values()
    assert member["Status"] == "Invited"
    assert is_clean(world)


def test_a_campaign_whose_statuses_cannot_be_provisioned_keeps_back_its_own_gifts_alone(world: World) -> None:
    broken, sound = world.campaign(name="Broken"), world.campaign(name="Sound")
    world.contact_member(broken, Email="one@example.com")
    world.contact_member(sound, Email="two@example.com")
    world.sync(broken)
    world.sync(sound)
    forget_statuses(world, broken)
    forbidden = WriteOutcome(WriteState.PARK, code="INSUFFICIENT_ACCESS_OR_READONLY", message="no")
    world.org.next_outcomes["CampaignMemberStatus"] = [forbidden] * 6

    world.write_back(world.org_id)

    gifts = {gift.request.campaign_id: gift for gift in world.gifts()}
    assert gifts[sound].dirty_since is None
    assert gifts[sound].sync_error == ""
    assert gifts[broken].next_write_at == world.clock() + timedelta(minutes=15)
    assert "INSUFFICIENT_ACCESS_OR_READONLY" in gifts[broken].sync_error


def test_a_campaign_that_is_locked_while_its_statuses_are_made_is_no_matter_for_an_administrator(
    world: World,
) -> None:
    world.sync(world.campaign(contacts=1))
    forget_statuses(world)
    locked = WriteOutcome(WriteState.RETRY, code="UNABLE_TO_LOCK_ROW", message="locked")
    world.org.next_outcomes["CampaignMemberStatus"] = [locked] * 6

    world.write_back(world.org_id)
    [waiting] = world.gifts()
    world.clock.move(seconds=10)
    world.write_back(world.org_id)

    [member] = world.org.records["CampaignMember"].values()
    assert waiting.sync_error == ""
    assert member["Status"] == "Invited"
    assert is_clean(world)
