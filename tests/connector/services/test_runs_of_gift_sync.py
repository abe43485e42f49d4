"""Runs of GiftSync: begun by hand, counted, kept, and what each decided."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.domain.eligibility import SkipReason
from connector.errors import ConfigurationError, TemporaryError
from connector.ports import Record
from connector.services.checkpoints import Step
from connector.services.gift_sync.plan_sync import PlanSync
from connector.services.gift_sync.run_sync import RunSync
from connector.services.gift_sync.start_sync import StartSync
from connector.services.storage.sync import RunState
from tests.connector.services.gift_syncs import manage, run_jobs, runs
from tests.connector.world import World


def _die(step: Step) -> None:
    """The process ends when the first page is committed."""
    if step is Step.PLAN_PAGE_COMMITTED:
        raise SystemExit


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


def test_a_run_of_the_command_line_that_breaks_off_holds_up_no_other(world: World) -> None:
    link = world.link(world.campaign(contacts=202))
    ask = world.org.query

    def break_off(soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        for number, row in enumerate(ask(soql, with_deleted=with_deleted)):
            if number == 201:
                raise TemporaryError("the connection broke", code="unanswered")
            yield row

    world.org.query = break_off  # type: ignore[method-assign]  # see its name
    with pytest.raises(TemporaryError):
        world.plan_sync(link.link_id)
    world.org.query = ask  # type: ignore[method-assign]  # and is itself again
    run = StartSync(world.store, world.clock)(link, dry_run=False, full=False, actor="ada@example.com")

    with world.store.read() as unit:
        runs = {each.run_id: each for each in unit.runs.of_link(link.link_id, offset=0, limit=9)}
    [broken] = [each for key, each in runs.items() if key != run.run_id]
    assert runs[run.run_id].state is RunState.QUEUED
    assert (broken.state, broken.error) == (RunState.FAILED, "the connection broke")
