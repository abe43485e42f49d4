import pytest

from connector.domain.eligibility import SkipReason
from connector.domain.field_mapping import Attribute, default_mapping
from connector.errors import ConfigurationError, PermissionMissing
from connector.services.storage.sync import SyncRun
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


def test_of_members_with_one_mailbox_the_first_gets_the_gift_whether_contact_or_lead(world: World) -> None:
    campaign = world.campaign()
    world.contact_member(campaign, FirstName="Augusta Ada", Email="ada@example.com")
    world.lead_member(campaign, FirstName="Ada", Email=" ADA@Example.com")
    world.contact_member(campaign, Email="alan@example.com")

    looked_at = world.plan_sync(world.link(campaign).link_id, dry_run=True)
    report = world.sync(campaign)
    once_more = world.plan_sync(world.link(campaign).link_id, full=True)

    assert report.run.planned == looked_at.run.planned == 2
    assert report.run.skips == looked_at.run.skips == {SkipReason.DUPLICATE: 1}
    assert once_more.run.skips == {SkipReason.DUPLICATE: 1, SkipReason.ALREADY_GIFTED: 2}
    assert sorted(order.recipient.email for order in world.provider.orders) == [
        "ada@example.com",
        "alan@example.com",
    ]


def test_a_duplicate_on_a_later_page_or_in_a_later_run_is_one_as_well(world: World) -> None:
    campaign = world.campaign(contacts=250)
    world.contact_member(campaign, Email="contact0@example.com")
    link = world.link(campaign)
    kept = SyncRun(
        run_id="dry", link_id=link.link_id, org_id=world.org_id, started_at=world.clock(), dry_run=True
    )

    named = world.plan_sync(link.link_id, dry_run=True)
    counted = world.plan_sync(link.link_id, dry_run=True, run=kept)
    first = world.plan_sync(link.link_id)
    world.clock.move(hours=1)
    world.lead_member(campaign, Email="contact1@example.com")
    later = world.plan_sync(link.link_id)

    for report in (named, counted, first):
        assert (report.run.planned, report.run.skips) == (250, {SkipReason.DUPLICATE: 1})
    # The one of before is read again as well.
    assert (later.run.planned, later.run.skips[SkipReason.DUPLICATE]) == (0, 2)


def test_where_the_link_says_so_everyone_with_one_mailbox_gets_a_gift(world: World) -> None:
    campaign = world.campaign()
    for _ in range(3):
        world.contact_member(campaign, Email="family@example.com")
    one_each = world.plan_sync(world.link(campaign).link_id)

    link = world.link(campaign, allow_duplicates=True)
    all_of_them = world.plan_sync(link.link_id)
    again = world.link(campaign)

    assert one_each.run.planned == 1
    assert all_of_them.run.planned == 2
    assert again.allow_duplicates


def test_whoever_gets_nothing_stands_in_nobodys_way(world: World) -> None:
    campaign = world.campaign()
    world.contact_member(campaign, Email="ada@example.com", HasOptedOutOfEmail=True)
    world.lead_member(campaign, Email="ada@example.com")

    report = world.sync(campaign)

    assert report.run.skips == {SkipReason.EMAIL_OPT_OUT: 1}
    assert report.run.planned == 1


def test_where_the_org_knows_a_mapped_field_not_its_objects_members_are_skipped_alone(world: World) -> None:
    campaign = world.campaign(contacts=1, leads=1)
    gone = default_mapping("Lead").changed(Attribute.FIRST_NAME, "Nick_Name__c")
    with world.store.write() as unit:
        unit.mappings.save(world.org_id, gone)
    link = world.link(campaign)
    world.org.next_failures = [PermissionMissing("No such column", code="INVALID_FIELD")]

    report = world.plan_sync(link.link_id)

    assert (report.run.planned, report.run.skips) == (1, {SkipReason.UNMAPPED: 1})
    with world.store.write() as unit:
        assert unit.watermarks.get(link.link_id) is None
        unit.mappings.save(world.org_id, default_mapping("Lead"))
    assert world.plan_sync(link.link_id).run.planned == 1


def test_a_field_that_no_mapping_names_stops_the_run(world: World) -> None:
    link = world.link(world.campaign(leads=1))
    world.org.next_failures = [PermissionMissing("No such column", code="INVALID_FIELD")]

    with pytest.raises(PermissionMissing):
        world.plan_sync(link.link_id)


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
