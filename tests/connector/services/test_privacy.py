"""A person's data: handed out whole, erased for good, and nothing needed is lost with them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.domain.gift import RequestState
from connector.errors import CallerError, TemporaryError
from connector.ports import GiftOrder, GiftRecipient, ProviderStatus
from connector.services.privacy.forget_old_data import ForgetOldData
from connector.services.privacy.privacy import Privacy
from connector.services.storage.gifts import GiftChanges
from tests.connector.world import ACCOUNT, World, new_store

EMAIL = "contact0@example.com"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(new_store(tmp_path))
    yield made
    made.store.close()


@pytest.fixture
def privacy(world: World) -> Privacy:
    return Privacy(world.store, world.open_org, world.clock)


def delivered(world: World, contacts: int = 2) -> None:
    """Everybody has a gift, and a webhook told of each."""
    world.sync(world.campaign(contacts=contacts))
    for gift_id in list(world.provider.gifts):
        world.clock.move(minutes=1)
        world.provider.move(gift_id, ProviderStatus.DELIVERED)
        world.deliver(gift_id)
    world.apply_events()
    world.clock.move(minutes=1)
    world.write_back(world.org_id)


def bodies(world: World) -> bytes:
    with world.store.read() as unit:
        return b"".join(message.body for message in unit.inbox.listed(outcome=None, limit=99))


def test_the_export_holds_what_both_sides_keep_of_this_person_alone(world: World, privacy: Privacy) -> None:
    delivered(world)

    document = json.loads(privacy.export(world.org_id, EMAIL.upper(), actor="ada@example.com"))

    [gift] = document["connector"]["gifts"]
    assert gift["email"] == EMAIL
    assert len(document["connector"]["webhooks"]) == 1
    assert [row["External_Id__c"] for row in document["salesforce"]["gifts"]] == [gift["key"]]
    milestones = sorted(row["Subject"] for row in document["salesforce"]["tasks"])
    assert milestones == ["Gift Claimed", "Gift Created", "Gift Delivered"]
    assert "contact1@example.com" not in json.dumps(document)
    with world.store.read() as unit:
        [noted] = unit.audit.listed(world.org_id, before=None, limit=9, words="person.export")
    assert (noted.actor, noted.details) == ("ada@example.com", {"gifts": 1})


def test_an_erased_person_is_gone_here_and_from_the_gifts_in_salesforce(
    world: World, privacy: Privacy
) -> None:
    delivered(world)
    [gift] = privacy.find(world.org_id, EMAIL).gifts

    done = privacy.erase(world.org_id, EMAIL, actor="ada@example.com", as_person=world.org)
    world.clock.move(minutes=1)
    world.write_back(world.org_id)

    with world.store.read() as unit:
        kept = unit.gifts.named([gift.key])[gift.key]
    [record] = [
        row
        for row in world.org.query("SELECT Id, External_Id__c, Gift_Link__c FROM Gift__c")
        if row["External_Id__c"] == gift.key
    ]
    [person] = [
        row
        for row in world.org.query("SELECT Id, Gift_Opt_Out__c FROM Contact")
        if row["Id"] == gift.request.person.contact_id
    ]
    assert (done.gifts, done.deliveries, done.withheld) == (1, 1, [])
    assert done.provider_gift_ids == [gift.provider_gift_id]
    assert kept.request.recipient.email == kept.request.recipient.last_name == ""
    assert kept.cost == gift.cost
    assert record["Gift_Link__c"] is None
    assert person["Gift_Opt_Out__c"] is True
    assert EMAIL.encode() not in bodies(world)
    assert privacy.find(world.org_id, EMAIL).gifts == []


def test_nobody_else_is_touched_and_a_repeated_webhook_is_still_known(world: World, privacy: Privacy) -> None:
    delivered(world)
    privacy.erase(world.org_id, EMAIL, actor="cli")

    for gift_id in list(world.provider.gifts):
        world.deliver(gift_id)
    world.apply_events()

    [other] = privacy.find(world.org_id, "contact1@example.com").gifts
    assert other.request.recipient.email == "contact1@example.com"
    assert {gift.progress.stage for gift in world.gifts()} == {other.progress.stage}


def test_who_was_erased_gets_no_further_gift(world: World, privacy: Privacy) -> None:
    delivered(world, contacts=1)
    privacy.erase(world.org_id, EMAIL, actor="ada@example.com", as_person=world.org)
    [contact] = world.org.query("SELECT Id FROM Contact")
    campaign_id = world.org.add("Campaign", Name="Autumn")
    world.org.add(
        "CampaignMember", CampaignId=campaign_id, ContactId=contact["Id"], LeadId=None, Status="Sent"
    )

    report = world.sync(campaign_id)

    assert report.run.planned == 0


def test_a_gift_that_has_not_left_is_called_off(world: World, privacy: Privacy) -> None:
    world.plan_sync(world.link(world.campaign(contacts=1)).link_id)

    done = privacy.erase(world.org_id, EMAIL, actor="cli")
    world.run_jobs()

    assert done.gifts == 1
    assert world.provider.gifts == {}
    assert [gift.state for gift in world.gifts()] == [RequestState.FAILED]


@pytest.mark.parametrize("state", [RequestState.SENDING, RequestState.UNKNOWN])
def test_a_request_under_way_keeps_what_it_is_found_again_by(
    world: World, privacy: Privacy, state: RequestState
) -> None:
    delivered(world, contacts=1)
    [gift] = world.gifts()
    with world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(state=state)})

    done = privacy.erase(world.org_id, EMAIL, actor="cli")

    assert done.withheld == [gift.key]
    assert world.gifts()[0].request.recipient.email == EMAIL


def test_when_salesforce_cannot_be_reached_nothing_is_erased(world: World, privacy: Privacy) -> None:
    delivered(world, contacts=1)
    world.org.next_failures.append(TemporaryError("busy"))

    with pytest.raises(TemporaryError):
        privacy.erase(world.org_id, EMAIL, actor="ada@example.com", as_person=world.org)

    assert privacy.find(world.org_id, EMAIL).gifts != []


@pytest.mark.parametrize("wanted", ["", "Ada", "001000000000001AAA", "003000000000001AAZ"])
def test_what_names_nobody_is_refused(privacy: Privacy, world: World, wanted: str) -> None:
    with pytest.raises(CallerError) as refused:
        privacy.find(world.org_id, wanted)

    assert refused.value.code == "person_unclear"


def test_another_orgs_people_are_not_found(world: World, privacy: Privacy) -> None:
    delivered(world, contacts=1)

    assert privacy.find("00D000000000009EAA", EMAIL).gifts == []


def test_old_data_of_finished_gifts_are_forgotten_by_themselves(world: World) -> None:
    delivered(world, contacts=1)
    forget = ForgetOldData(world.store, world.clock, keep_days=30)
    early = forget()
    world.clock.move(days=31)

    forgotten, again = forget(), forget()

    assert (early, forgotten, again) == (0, 2, 0)
    assert world.gifts()[0].request.recipient.email == ""
    assert bodies(world) == b""


def test_data_of_gifts_that_go_on_are_kept(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.clock.move(days=400)

    assert ForgetOldData(world.store, world.clock, keep_days=30)() == 0
    assert ForgetOldData(world.store, world.clock, keep_days=0)() == 0
    assert world.gifts()[0].request.recipient.email == EMAIL
    assert replace(world.gifts()[0]).request.account_id == ACCOUNT


def test_webhooks_about_gifts_of_somebody_else_are_forgotten_as_well(world: World) -> None:
    """A platform tells of every gift of the account, also of those that nobody asked us for."""
    stranger = GiftOrder("no-key", "campaign-1", GiftRecipient("Zoe", "Stranger", "zoe@example.com"))
    gift_id = world.provider.request_gift(stranger).provider_gift_id
    world.deliver(gift_id)
    world.apply_events()
    forget = ForgetOldData(world.store, world.clock, keep_days=30)
    early = forget()
    world.clock.move(days=31)

    forgotten = forget()

    assert (early, forgotten) == (0, 1)
    assert bodies(world) == b""
    with world.store.write() as unit:
        unit.inbox.receive_again(ACCOUNT, [gift_id])
        unit.inbox.receive_all_again(ACCOUNT)
        assert unit.inbox.counts() == {"unmatched": 1}


@pytest.mark.parametrize("wanted", ["ÄNNE@example.com", " änne@example.com "])
def test_a_person_is_found_in_whatever_capitals_the_address_is_kept(
    world: World, privacy: Privacy, wanted: str
) -> None:
    campaign_id = world.campaign()
    world.contact_member(campaign_id, Email="Änne@example.com")
    world.sync(campaign_id)

    assert len(privacy.find(world.org_id, wanted).gifts) == 1
