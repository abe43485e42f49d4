"""A member's status: read back after it is written, because Salesforce replaces an unknown one silently."""

from dataclasses import replace

from connector.ports import WriteOutcome, WriteState
from connector.services.member_statuses import expected_statuses
from connector.services.write_results import Problems
from tests.connector.world import World


def is_clean(world: World) -> bool:
    return all(gift.dirty_since is None for gift in world.gifts())


def test_a_status_that_salesforce_replaced_is_noticed_and_mended(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.org.records["CampaignMemberStatus"].clear()
    [campaign_id] = world.org.records["Campaign"]
    world.org.add(
        "CampaignMemberStatus",
        CampaignId=campaign_id,
        Label="Sent",
        IsDefault=True,
        HasResponded=False,
        SortOrder=1,
    )

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


def test_of_several_gifts_of_one_member_the_last_one_says_which_status_is_expected(world: World) -> None:
    world.sync(world.campaign(contacts=2))
    earlier, later = world.gifts()
    later = replace(
        later, request=replace(later.request, campaign_member_id=earlier.request.campaign_member_id)
    )
    refused = Problems()
    refused.note(later.key, "Gift__c", WriteOutcome(WriteState.REFUSED, code="NO", message="no"))

    both_written = expected_statuses([earlier, later], Problems())
    later_refused = expected_statuses([earlier, later], refused)

    assert both_written == {earlier.request.campaign_member_id: later}
    assert later_refused == {}
