"""Schedules of campaign links: one run for a turn, whoever looks and whatever happens in between."""

from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread

import pytest

from connector.domain.campaign_link import CampaignLink
from connector.domain.schedule import Cadence
from connector.errors import (
    PermissionMissing,
    QuotaReached,
    TemporaryError,
)
from connector.services.gift_sync.run_sync import ATTEMPTS
from connector.services.gift_sync.start_sync import StartDueSyncs
from connector.services.storage.sync import RunState, Trigger
from tests.connector.services.gift_syncs import manage, run_jobs, runs
from tests.connector.world import World


def look(world: World, default_at: time | None = None) -> int:
    """What a worker does every few seconds."""
    begun = StartDueSyncs(world.store, world.clock, default_at)()
    run_jobs(world)
    return begun


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
