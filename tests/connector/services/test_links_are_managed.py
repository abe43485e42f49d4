"""Campaign links: removed, replaced, and each org's own."""

from datetime import time

import pytest

from connector.domain.schedule import Cadence
from connector.errors import (
    CallerError,
)
from tests.connector.services.gift_syncs import manage, runs
from tests.connector.world import World


def test_a_link_that_is_removed_leaves_gifts_and_history(world: World) -> None:
    link = world.link(world.campaign(contacts=2))
    world.plan_sync(link.link_id)

    manage(world).remove(world.org_id, link.link_id, actor="ada")

    with world.store.read() as unit:
        assert unit.links.get(link.link_id) is None
        assert unit.watermarks.get(link.link_id) is None
        audit = [entry.action for entry in unit.audit.all_of(world.org_id)]
    assert len(world.gifts()) == 2
    assert len(runs(world, link)) == 1
    campaign = world.org.records["Campaign"][link.campaign_id]
    assert (campaign["Gift_Sync_Enabled__c"], campaign["Gift_Campaign__c"]) == (False, None)
    assert audit == ["link.save", "link.remove"]


def test_another_orgs_link_is_no_link(world: World) -> None:
    link = world.link(world.campaign(contacts=1))

    for change in (
        lambda: manage(world).pause("00D000000000002EAA", link.link_id, actor="eve"),
        lambda: manage(world).remove("00D000000000002EAA", link.link_id, actor="eve"),
        lambda: manage(world).schedule(
            "00D000000000002EAA", link.link_id, Cadence.HOURLY, time(0), actor="eve"
        ),
    ):
        with pytest.raises(CallerError, match="not linked"):
            change()


def test_a_campaign_that_is_linked_is_not_linked_again_unless_that_is_meant(world: World) -> None:
    campaign = world.campaign(contacts=1)
    link = world.link(campaign)
    manage(world).pause(world.org_id, link.link_id, actor="ada")

    with pytest.raises(CallerError, match="linked already, to the gift campaign Welcome"):
        world.link(campaign, "campaign-2", replaces=False)
    changed = world.link(campaign, "campaign-2")

    assert changed.gift_campaign_name == "Thanks"
    assert not changed.enabled
    assert world.org.records["Campaign"][link.campaign_id]["Gift_Sync_Enabled__c"] is False
