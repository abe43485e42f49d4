import pytest

from connector.domain.inbox import InboxOutcome
from connector.errors import CallerError, TemporaryError
from connector.ports import ProviderStatus
from connector.services.inbox.replay_inbox import ReplayInbox
from connector.services.writing.find_drift import FindDrift
from tests.connector.world import World


def drifted(world: World) -> FindDrift:
    return FindDrift(world.store, world.open_org, world.clock)


def test_gifts_that_were_changed_in_the_org_are_found_and_mended(world: World) -> None:
    world.sync(world.campaign(contacts=3))
    world.write_back(world.org_id)
    first, second, third = list(world.org.records["Gift__c"])
    world.org.change(first, Order_Status__c="Delivered", Gift_Cost__c=0.0)
    del world.org.records["Gift__c"][second]

    seen = drifted(world)(world.org_id, dry_run=True)
    untouched = world.org.records["Gift__c"][first]["Order_Status__c"]
    mended = drifted(world)(world.org_id)
    world.write_back(world.org_id)
    after = drifted(world)(world.org_id)

    assert (seen.compared, seen.missing, len(seen.keys)) == (3, 1, 2)
    assert seen.fields == {"Order_Status__c": 1, "Gift_Cost__c": 1}
    assert untouched == "Delivered"
    assert mended.keys == seen.keys
    assert (after.compared, after.keys) == (3, [])
    assert world.org.records["Gift__c"][third]["Order_Status__c"] == "Pending"


def test_what_waits_to_be_written_is_no_drift(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    world.write_back(world.org_id)
    gift_id = next(iter(world.provider.gifts))
    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()

    assert drifted(world)(world.org_id).compared == 0


def test_a_delivery_that_is_replayed_changes_nothing_a_second_time(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.apply_events()
    before = world.gifts()

    queued = ReplayInbox(world.store)([], InboxOutcome.APPLIED)
    world.apply_events()

    assert queued == 1
    assert [gift.progress for gift in world.gifts()] == [gift.progress for gift in before]
    assert [gift.version for gift in world.gifts()] == [gift.version for gift in before]


def test_a_delivery_that_is_not_there_cannot_be_replayed(world: World) -> None:
    with pytest.raises(CallerError):
        ReplayInbox(world.store)([7])


def test_a_delivery_that_must_be_read_anew_waits_while_the_platform_is_away(world: World) -> None:
    world.sync(world.campaign(contacts=1))
    gift_id = next(iter(world.provider.gifts))
    world.clock.move(hours=1)
    world.provider.move(gift_id, ProviderStatus.REDEEMED)
    world.deliver(gift_id)
    world.provider.parse_failures.append(TemporaryError("away"))

    world.apply_events()
    at_once = world.apply_events()
    world.clock.move(minutes=1)
    later = world.apply_events()

    assert (at_once, later) == (0, 1)
    assert world.gifts()[0].progress.stage == "claimed"
