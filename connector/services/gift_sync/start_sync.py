"""Begin GiftSyncs: when somebody asks, and when their turn has come. A run is queued with its job."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

from connector.domain.campaign_link import CampaignLink
from connector.domain.schedule import Cadence, SyncSchedule
from connector.errors import CallerError, ConfigurationError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.jobs import Job
from connector.services.storage.operations import JobRequest
from connector.services.storage.store import Store, Unit
from connector.services.storage.sync import RunState, SyncRun, Trigger

# A run that is older than this and not over was lost with the job engine's database: it holds nobody up.
_LOST = timedelta(hours=6)


def queue_run(unit: Unit, run: SyncRun) -> None:
    """Keep the run and its job, in the transaction of the caller. A run has one job for each attempt."""
    unit.runs.save(run)
    job_id = _job_id(run.run_id, run.attempts)
    unit.outbox.add(JobRequest(job_id, Job.PLAN_SYNC, (run.org_id, run.link_id, run.run_id)))


def job_ids(run: SyncRun) -> set[str]:
    """The jobs that may have a run in hand: that of its attempts, and while it runs the one before."""
    return {_job_id(run.run_id, attempts) for attempts in (run.attempts, run.attempts - 1)}


def _job_id(run_id: str, attempts: int) -> str:
    return f"{Job.PLAN_SYNC}:{run_id}:{attempts}"


@dataclass(frozen=True)
class StartSync:
    """What "Run now" and "Dry run" do."""

    store: Store
    clock: Clock

    def __call__(self, link: CampaignLink, *, dry_run: bool, full: bool, actor: str) -> SyncRun:
        """The new run, or the one of its kind that is not over yet.

        Raises ConfigurationError where the link is paused and this is no dry run.
        """
        if not link.enabled and not dry_run:
            raise ConfigurationError(
                "GiftSync of this Campaign is paused.", code="paused", remedy="Resume it first."
            )
        now = self.clock()
        with self.store.write() as unit:
            for run in unit.runs.open_of(link.link_id):
                if run.dry_run == dry_run and run.started_at > now - _LOST:
                    return run
            run = SyncRun(
                run_id=str(uuid4()),
                link_id=link.link_id,
                org_id=link.org_id,
                started_at=now,
                state=RunState.QUEUED,
                dry_run=dry_run,
                full=full,
                trigger=Trigger.PERSON,
                requested_by=actor,
            )
            queue_run(unit, run)
            if not dry_run:
                record(
                    unit,
                    now,
                    org_id=link.org_id,
                    actor=actor,
                    action="sync.start",
                    subject=link.link_id,
                    details={"run": run.run_id, "full": full},
                )
        return run


@dataclass(frozen=True)
class StartDueSyncs:
    """Begins what its schedule, or a run that was put off, calls for. Any number of workers may call it.

    Looking at a schedule, counting its turn and queueing the run are one transaction, and writers take turns:
    so a turn has one run. default_at: the daily time, in UTC, of links without a schedule; None for none.
    """

    store: Store
    clock: Clock
    default_at: time | None = None

    def __call__(self) -> int:
        """How many runs were queued."""
        now = self.clock()
        with self.store.read() as unit:
            due = [
                link.link_id
                for link in unit.links.all()
                if link.enabled and self._schedule(unit, link.link_id, now).due(now)
            ]
            put_off = [run.run_id for run in unit.runs.to_be_repeated(now=now)]
        begun = sum(self._begin(link_id, now) for link_id in due)
        return begun + sum(self._repeat(run_id, now) for run_id in put_off)

    def _begin(self, link_id: str, now: datetime) -> bool:
        with self.store.write() as unit:
            link = unit.links.get(link_id)
            schedule = self._schedule(unit, link_id, now)
            slot = schedule.due(now)
            if link is None or not link.enabled or slot is None:
                return False
            if unit.schedules.get(link_id) is not None:
                unit.schedules.save(replace(schedule, counted_until=slot.at, last_slot=slot.name))
            queue_run(
                unit,
                SyncRun(
                    run_id=str(uuid4()),
                    link_id=link_id,
                    org_id=link.org_id,
                    started_at=now,
                    state=RunState.QUEUED,
                    trigger=Trigger.SCHEDULE,
                    slot=slot.name,
                ),
            )
        return True

    def _repeat(self, run_id: str, now: datetime) -> bool:
        with self.store.write() as unit:
            run = unit.runs.get(run_id)
            if run is None or run.state is not RunState.QUEUED or not run.next_attempt_at:
                return False
            if run.next_attempt_at > now:
                return False
            queue_run(unit, replace(run, next_attempt_at=None))
        return True

    def _schedule(self, unit: Unit, link_id: str, now: datetime) -> SyncSchedule:
        return unit.schedules.get(link_id) or default_schedule(unit, link_id, self.default_at, now=now)


def default_schedule(unit: Unit, link_id: str, at: time | None, *, now: datetime) -> SyncSchedule:
    """What a link without a schedule goes by. Its turns are counted by its runs."""
    if at is None:
        return SyncSchedule(link_id=link_id, cadence=Cadence.MANUAL, counted_until=now)
    last = unit.runs.last_scheduled(link_id)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return SyncSchedule(
        link_id=link_id,
        cadence=Cadence.DAILY,
        at=at,
        counted_until=max(last.started_at, midnight - timedelta(seconds=1)) if last else midnight,
        last_slot=last.slot if last else "",
    )


def own_link(unit: Unit, org_id: str, link_id: str) -> CampaignLink:
    """The link, where it is the org's. Raises CallerError for every other."""
    link = unit.links.get(link_id)
    if link is None or link.org_id != org_id:
        raise CallerError("This Campaign is not linked.", code="no_link", remedy="Link it first.")
    return link
