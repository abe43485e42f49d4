"""Schedules of campaign links: one run for a turn, whoever looks and whatever happens in between."""

from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread

import pytest

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import SkipReason
from connector.domain.schedule import Cadence
from connector.errors import (
    CallerError,
    ConfigurationError,
    PermissionMissing,
    QuotaReached,
    TemporaryError,
)
from connector.services.checkpoints import Step
from connector.services.jobs import DispatchJobs, Job
from connector.services.manage_link import ManageLink
from connector.services.plan_sync import PlanSync
from connector.services.run_sync import ATTEMPTS, RunSync
from connector.services.start_sync import StartDueSyncs, StartSync
from connector.services.storage_sync import RunState, SyncRun, Trigger
from tests.connector.world import World


def manage(world: World) -> ManageLink:
    return ManageLink(world.store, world.open_org, world.clock)


def run_jobs(world: World) -> None:
    sync = RunSync(world.store, world.open_org, world.clock, world.plan_sync)
    world.engine.run(
        {
            Job.REQUEST_GIFTS: world.request_gifts,
            Job.WRITE_BACK: world.write_back,
            Job.PLAN_SYNC: sync,
        }
    )
    DispatchJobs(world.store, world.engine, world.checkpoint)()


def look(world: World, default_at: time | None = None) -> int:
    """What a worker does every few seconds."""
    begun = StartDueSyncs(world.store, world.clock, default_at)()
    run_jobs(world)
    return begun


def _die(step: Step) -> None:
    """The process ends when the first page is committed."""
    if step is Step.PLAN_PAGE_COMMITTED:
        raise SystemExit


def runs(world: World, link: CampaignLink) -> list[SyncRun]:
    with world.store.read() as unit:
        return unit.runs.of_link(link.link_id, offset=0, limit=100)


@pytest.fixture
def berlin(world: World) -> World:
    world.org.add("Organization", TimeZoneSidKey="Europe/Berlin")
    return world


def daily(world: World, contacts: int = 1) -> CampaignLink:
    """At six in Berlin, set at nine UTC on 2 March."""
    link = world.link(world.campaign(contacts=contacts))
    manage(world).schedule(world.org_id, link.link_id, Cadence.DAILY, time(6), actor="ada")
    return link


def test_a_daily_sync_begins_at_its_hour_in_the_orgs_zone_and_once(berlin: World) -> None:
    link = daily(berlin)

    berlin.clock.now = datetime(2026, 3, 3, 4, 59, tzinfo=UTC)
    early = look(berlin)
    berlin.clock.now = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)
    on_time = look(berlin)
    again = look(berlin)

    [run] = runs(berlin, link)
    assert (early, on_time, again) == (0, 1, 0)
    assert (run.state, run.trigger, run.slot) == (RunState.DONE, Trigger.SCHEDULE, "day:2026-03-03")
    assert (run.members, run.planned) == (1, 1)


def test_many_workers_begin_one_run_for_a_turn(berlin: World) -> None:
    link = daily(berlin)
    berlin.clock.move(days=1)
    barrier = Barrier(6)
    begun: list[int] = []

    def worker() -> None:
        barrier.wait()
        begun.append(StartDueSyncs(berlin.store, berlin.clock)())

    threads = [Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(begun) == 1
    assert len(runs(berlin, link)) == 1


def test_after_days_of_downtime_there_is_one_run(berlin: World) -> None:
    link = daily(berlin)

    berlin.clock.move(days=5)
    begun = [look(berlin) for _ in range(3)]

    assert begun == [1, 0, 0]
    assert len(runs(berlin, link)) == 1


def test_a_paused_link_is_left_alone_and_its_missed_turns_are_not_made_up_for(berlin: World) -> None:
    link = daily(berlin)
    told = manage(berlin).pause(berlin.org_id, link.link_id, actor="ada")
    berlin.clock.move(days=2)
    while_paused = look(berlin)
    manage(berlin).resume(berlin.org_id, link.link_id, actor="ada")
    resumed = look(berlin)
    berlin.clock.move(days=1)
    next_day = look(berlin)

    assert told
    assert (while_paused, resumed, next_day) == (0, 0, 1)
    assert berlin.org.records["Campaign"][link.campaign_id]["Gift_Sync_Enabled__c"] is True


def test_a_pause_holds_while_salesforce_does_not_answer(berlin: World) -> None:
    link = daily(berlin)
    berlin.org.next_failures.append(TemporaryError("down"))

    told = manage(berlin).pause(berlin.org_id, link.link_id, actor="ada")

    with berlin.store.read() as unit:
        kept = unit.links.get(link.link_id)
    assert not told
    assert kept is not None
    assert not kept.enabled


def test_an_hourly_sync_begins_every_hour(world: World) -> None:
    link = world.link(world.campaign(contacts=1))
    manage(world).schedule(world.org_id, link.link_id, Cadence.HOURLY, time(0), actor="ada")

    begun = 0
    for _ in range(12):
        world.clock.move(minutes=15)
        begun += look(world)

    assert begun == 3
    assert [run.slot for run in runs(world, link)] == [
        "hour:2026-03-02T12Z",
        "hour:2026-03-02T11Z",
        "hour:2026-03-02T10Z",
    ]


def test_links_without_a_schedule_go_by_the_connectors_daily_time(world: World) -> None:
    link = world.link(world.campaign(contacts=1))

    first_day = [look(world, time(8)), look(world, time(8))]
    world.clock.move(hours=22)
    before_eight = look(world, time(8))
    world.clock.move(hours=2)
    second_day = [look(world, time(8)), look(world, time(8))]

    assert (first_day, before_eight, second_day) == ([1, 0], 0, [1, 0])
    assert look(world, None) == 0
    assert len(runs(world, link)) == 2


def test_a_run_that_salesforce_did_not_answer_is_put_off_and_done_later(berlin: World) -> None:
    link = daily(berlin)
    berlin.clock.move(days=1)
    berlin.org.next_failures.append(TemporaryError("down", retry_after_seconds=60))

    look(berlin)
    [put_off] = runs(berlin, link)
    at_once = look(berlin)
    berlin.clock.move(seconds=61)
    later = look(berlin)

    [done] = runs(berlin, link)
    assert (put_off.state, put_off.error) == (RunState.QUEUED, "down")
    assert (at_once, later) == (0, 1)
    assert (done.state, done.planned, done.attempts, done.error) == (RunState.DONE, 1, 2, "")


def test_a_used_up_quota_puts_a_run_off_as_well(berlin: World) -> None:
    link = daily(berlin)
    berlin.clock.move(days=1)
    berlin.org.next_failures.append(QuotaReached("floor", retry_after_seconds=900))

    look(berlin)

    assert runs(berlin, link)[0].next_attempt_at == berlin.clock() + timedelta(seconds=900)


def test_a_run_gives_up_after_some_attempts_and_says_why(berlin: World) -> None:
    link = daily(berlin)
    berlin.clock.move(days=1)
    for _ in range(ATTEMPTS):
        berlin.org.next_failures.append(TemporaryError("down"))
        look(berlin)
        berlin.clock.move(hours=1)

    [run] = runs(berlin, link)
    assert run.state is RunState.FAILED
    assert run.error == f"down Tried {ATTEMPTS} times."


def test_a_run_that_only_an_administrator_can_help_fails_with_the_remedy(berlin: World) -> None:
    link = daily(berlin)
    berlin.clock.move(days=1)
    berlin.org.next_failures.append(PermissionMissing("no such field", remedy="Assign it."))

    look(berlin)

    [run] = runs(berlin, link)
    assert (run.state, run.error) == (RunState.FAILED, "no such field Assign it.")


def test_a_run_that_was_cut_off_and_repeated_tells_of_all_it_did(world: World) -> None:
    link = world.link(world.campaign(contacts=3))
    run = StartSync(world.store, world.clock)(link, dry_run=False, full=False, actor="ada")
    sync = RunSync(world.store, world.open_org, world.clock, world.plan_sync)
    dying = PlanSync(world.store, world.open_org, world.clock, _die)

    with pytest.raises(SystemExit):
        RunSync(world.store, world.open_org, world.clock, dying)(world.org_id, link.link_id, run.run_id)
    sync(world.org_id, link.link_id, run.run_id)
    sync(world.org_id, link.link_id, run.run_id)

    [told] = runs(world, link)
    assert (told.state, told.members, told.planned, told.skips) == (RunState.DONE, 3, 3, {})
    assert len(world.gifts()) == 3


def test_an_orgs_new_time_zone_is_followed(berlin: World) -> None:
    link = daily(berlin)
    [organization] = berlin.org.records["Organization"]
    berlin.org.change(organization, TimeZoneSidKey="America/New_York")
    berlin.clock.move(days=1)

    look(berlin)

    with berlin.store.read() as unit:
        schedule = unit.schedules.get(link.link_id)
    assert schedule is not None
    assert schedule.time_zone == "America/New_York"


def test_run_now_twice_is_one_run_while_the_first_is_not_over(world: World) -> None:
    link = world.link(world.campaign(contacts=1))
    start = StartSync(world.store, world.clock)

    first = start(link, dry_run=False, full=False, actor="ada")
    second = start(link, dry_run=False, full=False, actor="ada")
    dry = start(link, dry_run=True, full=True, actor="ada")
    run_jobs(world)
    third = start(link, dry_run=False, full=False, actor="ada")

    assert first.run_id == second.run_id
    assert len({first.run_id, dry.run_id, third.run_id}) == 3


def test_a_dry_run_keeps_decisions_and_plans_nothing(world: World) -> None:
    campaign = world.campaign(contacts=2)
    world.contact_member(campaign, Email=None)
    world.lead_member(campaign, Gift_Opt_Out__c=True)
    link = world.link(campaign)
    written = len(world.org.written)

    run = StartSync(world.store, world.clock)(link, dry_run=True, full=True, actor="ada")
    run_jobs(world)

    with world.store.read() as unit:
        told = unit.runs.get(run.run_id)
        counts = unit.decisions.counts(run.run_id)
        skipped = unit.decisions.of(run.run_id, reason="NO_EMAIL", offset=0, limit=10)
        mark = unit.watermarks.get(link.link_id)
    assert told is not None
    assert (told.state, told.planned) == (RunState.DONE, 2)
    assert counts == {"": 2, SkipReason.NO_EMAIL.name: 1, SkipReason.GIFT_OPT_OUT.name: 1}
    assert [decision.person_id[:3] for decision in skipped] == ["003"]
    assert world.gifts() == []
    assert world.org.written[written:] == []
    assert mark is None


def test_a_paused_link_can_be_tried_but_not_run(world: World) -> None:
    link = world.link(world.campaign(contacts=1))
    manage(world).pause(world.org_id, link.link_id, actor="ada")
    with world.store.read() as unit:
        paused = unit.links.get(link.link_id)
    assert paused is not None

    with pytest.raises(ConfigurationError, match="paused"):
        StartSync(world.store, world.clock)(paused, dry_run=False, full=False, actor="ada")
    dry = StartSync(world.store, world.clock)(paused, dry_run=True, full=True, actor="ada")
    run_jobs(world)

    with world.store.read() as unit:
        told = unit.runs.get(dry.run_id)
    assert told is not None
    assert (told.state, told.planned) == (RunState.DONE, 1)


def test_a_run_counts_its_own_calls_and_its_share_of_what_is_written_back_together(world: World) -> None:
    three, one = (world.link(world.campaign(contacts=count, name=f"{count}")) for count in (3, 1))
    for link in (three, one):
        StartSync(world.store, world.clock)(link, dry_run=False, full=False, actor="ada")
    dry = StartSync(world.store, world.clock)(three, dry_run=True, full=True, actor="ada")

    before = sum(world.org.calls.values())
    run_jobs(world)
    run_jobs(world)
    world.clock.move(minutes=1)
    world.write_back(world.org_id)
    in_all = sum(world.org.calls.values()) - before

    [of_three] = [run for run in runs(world, three) if not run.dry_run]
    [of_one] = runs(world, one)
    [looked] = [run for run in runs(world, three) if run.run_id == dry.run_id]
    assert of_three.api_calls == of_one.api_calls == 2
    assert looked.api_calls == looked.all_calls == 1
    shares = of_three.write_back_calls, of_one.write_back_calls
    assert sum(shares) == pytest.approx(in_all - 5)
    assert shares[0] == pytest.approx(3 * shares[1])


def test_people_with_one_mailbox_are_marked_within_a_run(world: World) -> None:
    campaign = world.campaign(contacts=1)
    for email in ("twin@example.com", "Twin@Example.com "):
        world.contact_member(campaign, Email=email)
    link = world.link(campaign, allow_duplicates=True)

    world.plan_sync(link.link_id)

    with world.store.read() as unit:
        [run] = unit.runs.of_link(link.link_id, offset=0, limit=10)
        decisions = unit.decisions.of(run.run_id, reason=None, offset=0, limit=10)
        alike = unit.decisions.look_alikes(run.run_id, [each.look_alike for each in decisions])
    assert [decision.look_alike in alike for decision in decisions] == [False, True, True]


def test_of_somebody_who_was_erased_no_mark_is_left_even_where_duplicates_were_skipped(world: World) -> None:
    campaign = world.campaign()
    for _ in range(2):
        world.contact_member(campaign, Email="twin@example.com")
    link = world.link(campaign)
    world.plan_sync(link.link_id)
    keys = [gift.key for gift in world.gifts()]

    with world.store.write() as unit:
        unit.personal_data.erase_gifts(keys, now=world.clock())

    with world.store.read() as unit:
        [run] = unit.runs.of_link(link.link_id, offset=0, limit=10)
        decisions = unit.decisions.of(run.run_id, reason=None, offset=0, limit=10)
        alike = unit.decisions.look_alikes(run.run_id, [each.look_alike for each in decisions])
    assert [decision.look_alike for decision in decisions] == ["", ""]
    assert alike == set()


def test_decisions_are_kept_for_a_while_and_a_number_of_runs(world: World) -> None:
    link = world.link(world.campaign(contacts=2))
    for _ in range(3):
        world.plan_sync(link.link_id, full=True)
        world.clock.move(days=10)

    with world.store.write() as unit:
        by_number = unit.decisions.forget(decided_before=world.clock() - timedelta(days=90), keep_runs=2)
        by_age = unit.decisions.forget(decided_before=world.clock() - timedelta(days=15), keep_runs=2)

    assert (by_number, by_age) == (2, 2)
    assert len(runs(world, link)) == 3


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
