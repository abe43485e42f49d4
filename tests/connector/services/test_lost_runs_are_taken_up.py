"""A GiftSync whose database goes away in the middle goes on when it is back, and nothing is planned twice."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from connector.domain.campaign_link import CampaignLink
from connector.services.checkpoints import Step
from connector.services.gift_sync.plan_sync import PlanSync
from connector.services.gift_sync.run_sync import ATTEMPTS, RunSync
from connector.services.gift_sync.start_sync import StartDueSyncs, StartSync
from connector.services.gift_sync.take_up_lost_runs import TakeUpLostRuns
from connector.services.jobs import DispatchJobs, Job
from connector.services.storage.store import Store
from connector.services.storage.sync import RunState, SyncRun, Trigger
from tests.connector.services.gift_syncs import runs
from tests.connector.world import World

AWAY = OperationalError("COMMIT", None, Exception("terminating connection"))


class FailingStore:
    """A store whose database is away from a moment on, until it is back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_away = False

    def __getattr__(self, name: str) -> object:
        if self.is_away:
            raise AWAY
        return getattr(self._store, name)


def start(world: World, link: CampaignLink) -> SyncRun:
    return StartSync(world.store, world.clock)(link, dry_run=False, full=False, actor="ada")


def work(world: World, store: Store, checkpoint: Callable[[Step], None] = lambda _: None) -> None:
    """The worker does what the outbox holds."""
    plan_sync = PlanSync(store, world.open_org, world.clock, checkpoint)
    world.engine.run({Job.PLAN_SYNC: RunSync(store, world.open_org, world.clock, plan_sync)})
    DispatchJobs(world.store, world.engine, world.checkpoint)()
    world.engine.stop()


def break_off(step: Step) -> None:
    if step is Step.PLAN_PAGE_COMMITTED:
        raise AWAY


def take_up(world: World) -> TakeUpLostRuns:
    return TakeUpLostRuns(world.store, world.engine, world.clock)


def test_a_run_that_loses_its_database_for_a_moment_is_tried_again(world: World) -> None:
    link = world.link(world.campaign(contacts=3))
    start(world, link)

    work(world, world.store, break_off)
    [put_off] = runs(world, link)
    world.clock.move(minutes=2)
    StartDueSyncs(world.store, world.clock)()
    work(world, world.store)

    assert (put_off.state, put_off.finished_at) == (RunState.QUEUED, None)
    assert "broke off" in put_off.error
    [told] = runs(world, link)
    assert (told.state, told.planned, told.error) == (RunState.DONE, 3, "")
    assert len(world.gifts()) == 3


@pytest.mark.parametrize("breaks_at", ["the start", "the first page"])
def test_a_run_whose_database_stays_away_is_found_by_its_missing_job(world: World, breaks_at: str) -> None:
    link = world.link(world.campaign(contacts=3))
    start(world, link)
    store = FailingStore(world.store)
    store.is_away = breaks_at == "the start"

    def go_away(step: Step) -> None:
        if step is Step.PLAN_PAGE_COMMITTED:
            store.is_away = True
            raise AWAY

    work(world, store, go_away)  # type: ignore[arg-type]  # a store in all that is asked of it
    [left] = runs(world, link)
    look = take_up(world)
    found = [look(), look(), look()]
    work(world, world.store)

    assert left.state is (RunState.QUEUED if breaks_at == "the start" else RunState.RUNNING)
    assert found == [0, 1, 0]
    [told] = runs(world, link)
    assert (told.state, told.planned) == (RunState.DONE, 3)
    assert len(world.gifts()) == 3


def test_a_run_that_waits_or_is_at_work_is_left_alone(world: World) -> None:
    waits, works = (world.link(world.campaign(contacts=1, name=name)) for name in ("waits", "works"))
    start(world, waits)
    DispatchJobs(world.store, world.engine, world.checkpoint)()
    look = take_up(world)
    while_it_waits = [look(), look()]

    def look_on(step: Step) -> None:
        if step is Step.PLAN_PAGE_COMMITTED:
            seen.extend([look(), look()])

    seen: list[int] = []
    start(world, works)
    work(world, world.store, look_on)

    assert while_it_waits == [0, 0]
    assert seen == [0, 0, 0, 0]
    assert len(world.gifts()) == 2


def test_a_run_of_a_command_has_no_job_and_is_nobodys_business(world: World) -> None:
    link = world.link(world.campaign(contacts=1))
    run = SyncRun(run_id="1", link_id=link.link_id, org_id=world.org_id, started_at=world.clock())
    look = take_up(world)

    with world.store.write() as unit:
        unit.runs.save(run)
    of_a_command = [look(), look(), look()]
    with world.store.write() as unit:
        unit.runs.save(replace(run, trigger=Trigger.SCHEDULE))
    of_a_schedule = [look(), look(), look()]

    assert (of_a_command, of_a_schedule) == ([0, 0, 0], [0, 1, 0])


def test_a_run_that_is_lost_again_and_again_ends_as_failed(world: World) -> None:
    link = world.link(world.campaign(contacts=1))
    start(world, link)
    store = FailingStore(world.store)
    store.is_away = True
    look = take_up(world)

    for _ in range(ATTEMPTS + 1):
        work(world, store)  # type: ignore[arg-type]  # a store in all that is asked of it
        look(), look()

    [told] = runs(world, link)
    assert (told.state, told.attempts) == (RunState.FAILED, ATTEMPTS)
    assert f"Tried {ATTEMPTS} times." in told.error
    assert told.finished_at == world.clock()
