import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from connector.domain.eligibility import SkipReason
from connector.services.checkpoints import Step
from connector.services.gift_sync.plan_sync import SyncReport
from tests.connector.scale.crowded_org import CrowdedOrg
from tests.connector.world import World, new_store

SMALL, LARGE = 1_000, 6_000
# What may differ between runs of any length: caches of statements, free lists, the report's names.
GROWTH_AT_MOST_BYTES = 1_000_000


def plan(directory: Path, members: int, *, dry_run: bool = False) -> tuple[SyncReport, int]:
    """The report, and the most bytes that planning had in hand at once."""
    directory.mkdir()
    world = World(new_store(directory), org=CrowdedOrg(members))
    link = world.link(world.campaign())
    tracemalloc.start()
    try:
        report = world.plan_sync(link.link_id, dry_run=dry_run)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        world.store.close()
    return report, peak


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("dry_run", [False, True])
def test_six_times_the_members_take_no_more_memory(tmp_path: Path, *, dry_run: bool) -> None:
    plan(tmp_path / "warm", SMALL, dry_run=dry_run)
    _, small = plan(tmp_path / "small", SMALL, dry_run=dry_run)

    report, large = plan(tmp_path / "large", LARGE, dry_run=dry_run)

    assert report.run.members == LARGE
    assert report.run.planned == LARGE * 9 // 10
    assert report.run.skips == {SkipReason.NO_EMAIL: LARGE // 10}
    assert large - small < GROWTH_AT_MOST_BYTES, f"{small:,} bytes, then {large:,}"


def test_a_dry_run_names_the_first_of_each_kind_and_counts_the_rest(world: World) -> None:
    world.org = CrowdedOrg(50)
    link = world.link(world.campaign())
    planning = world.plan_sync

    report = type(planning)(
        planning.store, planning.open_org, planning.clock, planning.checkpoint, names_at_most=3
    )(link.link_id, dry_run=True)

    assert (len(report.recipients), len(report.skipped)) == (3, 3)
    assert (report.run.planned, report.unnamed) == (45, 44)


def test_each_transaction_plans_one_job_of_at_most_two_hundred(world: World) -> None:
    world.org = CrowdedOrg(1_000)

    world.plan_sync(world.link(world.campaign()).link_id)

    with world.store.read() as unit:
        sizes = [len(unit.gifts.of_job(job.job_id)) for job in unit.outbox.waiting()]
    assert sizes == [180] * 5
    assert len(world.steps) == 5


def test_a_run_that_dies_between_two_transactions_is_repeated_without_a_second_gift(world: World) -> None:
    world.org = CrowdedOrg(1_000)
    link = world.link(world.campaign())

    def die_after_the_second(step: Step) -> None:
        world.steps.append(step)
        if len(world.steps) == 2:
            raise SystemExit

    planning = replace(world.plan_sync, checkpoint=die_after_the_second)
    with pytest.raises(SystemExit):
        planning(link.link_id)
    with world.store.read() as unit:
        assert unit.watermarks.get(link.link_id) is None

    report = world.plan_sync(link.link_id)

    assert report.run.planned == 540
    assert report.run.skips == {SkipReason.ALREADY_GIFTED: 360, SkipReason.NO_EMAIL: 100}
    with world.store.read() as unit:
        assert unit.watermarks.get(link.link_id) is not None
        keys = [gift.key for job in unit.outbox.waiting() for gift in unit.gifts.of_job(job.job_id)]
    assert len(keys) == len(set(keys)) == 900
