import pytest

from connector.domain.eligibility import SkipReason
from connector.errors import ConfigurationError
from tests.connector.world import World


def test_members_who_must_not_get_a_gift_are_skipped_with_their_reason(world: World) -> None:
    campaign = world.campaign(contacts=1)
    world.contact_member(campaign, Email=None)
    world.contact_member(campaign, FirstName=None)
    world.contact_member(campaign, HasOptedOutOfEmail=True)
    world.lead_member(campaign, Gift_Opt_Out__c=True)
    world.lead_member(campaign, IsConverted=True)

    report = world.sync(campaign)

    assert report.run.members == 6
    assert report.run.planned == len(world.provider.orders) == 1
    assert report.run.skips == {
        SkipReason.NO_EMAIL: 1,
        SkipReason.NAME_MISSING: 1,
        SkipReason.EMAIL_OPT_OUT: 1,
        SkipReason.GIFT_OPT_OUT: 1,
        SkipReason.LEAD_CONVERTED: 1,
    }


def test_a_dry_run_names_everyone_and_changes_nothing(world: World) -> None:
    campaign = world.campaign(contacts=2)
    world.contact_member(campaign, Email=None)
    link = world.link(campaign)
    writes = len(world.org.written)

    report = world.plan_sync(link.link_id, dry_run=True)

    assert len(report.recipients) == 2
    assert [reason for _, reason in report.skipped] == [SkipReason.NO_EMAIL]
    assert world.gifts() == []
    assert len(world.org.written) == writes
    with world.store.read() as unit:
        assert unit.outbox.waiting() == []


def test_a_campaign_is_cut_into_jobs_of_at_most_two_hundred(world: World) -> None:
    world.plan_sync(world.link(world.campaign(contacts=450)).link_id)

    with world.store.read() as unit:
        jobs = unit.outbox.waiting()
        sizes = sorted(len(unit.gifts.of_job(job.job_id)) for job in jobs)

    assert sizes == [50, 200, 200]


def test_the_campaign_learns_when_it_was_synced(world: World) -> None:
    campaign = world.campaign(contacts=1)

    world.sync(campaign)

    row = world.org.records["Campaign"][campaign]
    assert row["Gift_Last_Synced__c"] == "2026-03-02T09:00:00.000+0000"
    assert row["Gift_Sync_Enabled__c"] is True


def test_mapping_provisions_the_six_statuses_once(world: World) -> None:
    campaign = world.campaign()

    world.link(campaign)
    world.link(campaign)

    rows = list(world.org.records["CampaignMemberStatus"].values())
    assert sorted(row["Label"] for row in rows) == [
        "Completed",
        "Expired",
        "Gift fulfilment",
        "In transit",
        "Invited",
        "Pending",
    ]
    assert [row["Label"] for row in rows if row["IsDefault"]] == ["Pending"]
    assert [row["Label"] for row in rows if row["HasResponded"]] == ["Completed"]


def test_a_campaign_is_found_by_its_name(world: World) -> None:
    campaign = world.campaign(name="O'Brien's spring")

    link = world.link("O'Brien's spring")

    assert link.campaign_id == campaign


@pytest.mark.parametrize(
    ("campaign", "gift_campaign"), [("Nobody's", "campaign-1"), ("Spring", "campaign-9")]
)
def test_a_campaign_that_is_not_there_is_refused(world: World, campaign: str, gift_campaign: str) -> None:
    world.campaign()

    with pytest.raises(ConfigurationError):
        world.link(campaign, gift_campaign)


def test_an_unknown_link_is_refused(world: World) -> None:
    with pytest.raises(ConfigurationError):
        world.plan_sync("nothing")
