from connector.domain.gift import RequestState
from connector.ports import ProviderStatus
from tests.connector.world import World


def test_every_member_gets_one_gift_and_salesforce_learns_of_it(world: World) -> None:
    campaign = world.campaign(contacts=3, leads=2)

    world.sync(campaign)
    world.write_back(world.org_id)

    assert len(world.provider.orders) == 5
    assert [gift.state for gift in world.gifts()] == [RequestState.SENT] * 5
    gifts = world.org.records["Gift__c"].values()
    assert [row["Send_Status__c"] for row in gifts] == ["Sent"] * 5
    assert {row["Status"] for row in world.org.records["CampaignMember"].values()} == {"Invited"}
    assert [row["Subject"] for row in world.org.records["Task"].values()] == ["Gift Created"] * 5
    assert {row["Lifetime_Gifting_Cost__c"] for row in world.org.records["Lead"].values()} == {25.0}


def test_a_delivered_gift_is_written_to_gift_member_person_and_timeline(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.write_back(world.org_id)
    gift_id = next(iter(world.provider.gifts))

    for status in (ProviderStatus.REDEEMED, ProviderStatus.DISPATCHED, ProviderStatus.DELIVERED):
        world.clock.move(hours=1)
        world.provider.move(gift_id, status)
        world.deliver(gift_id)
    world.apply_events()
    world.write_back(world.org_id)

    gift = next(iter(world.org.records["Gift__c"].values()))
    assert (gift["Send_Status__c"], gift["Order_Status__c"]) == ("Submitted", "Delivered")
    assert gift["Delivered_Date__c"] == "2026-03-02T12:00:00.000+0000"
    assert next(iter(world.org.records["CampaignMember"].values()))["Status"] == "Completed"
    contact = next(iter(world.org.records["Contact"].values()))
    assert contact["Gift_Delivery_Date__c"] == gift["Delivered_Date__c"]
    assert sorted(row["Subject"] for row in world.org.records["Task"].values()) == [
        "Gift Claimed",
        "Gift Created",
        "Gift Delivered",
    ]
    assert world.gifts()[0].dirty_since is None
