"""The job of one GiftSync: begin, plan, and say how it ended."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import structlog

from connector.domain.backoff import delay_seconds, random_jitter
from connector.domain.eligibility import SkipReason
from connector.domain.schedule import Cadence
from connector.errors import ConnectorError, QuotaReached, TemporaryError
from connector.ports import Clock
from connector.services.connections.call_tally import tallied
from connector.services.connections.org_time_zone import org_time_zone
from connector.services.gift_sync.plan_sync import PlanSync
from connector.services.storage.store import Store
from connector.services.storage.sync import RunState, SyncRun, Trigger
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

ATTEMPTS = 6
BROKEN_OFF = (
    "The run broke off, as when the database is away or by a defect of the connector; its log says more."
)
_FIRST_WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class RunSync:
    """Harmless when repeated: a run that was cut off goes on as itself, and ends with what it decided in all.

    before: told the org's id before anything is planned; returns the objects whose field mapping cannot be
    used, and raises ConnectorError where nothing can be planned at all.
    """

    store: Store
    open_org: OpenOrg
    clock: Clock
    plan_sync: PlanSync
    before: Callable[[str], Collection[str]] = lambda _: ()

    def __call__(self, org_id: str, link_id: str, run_id: str = "") -> None:
        """run_id: empty for a run that nobody has queued."""
        run = self._begin(org_id, link_id, run_id)
        if run is None:
            return
        with tallied() as tally:
            self._carry_out(run)
        self._count(run, tally.calls)

    def _carry_out(self, run: SyncRun) -> None:
        try:
            unmapped = self.before(run.org_id)
            self.plan_sync(run.link_id, dry_run=run.dry_run, full=run.full, run=run, unmapped=unmapped)
            self._follow_time_zone(run)
        except (TemporaryError, QuotaReached) as error:
            self._put_off(run, error)
        except ConnectorError as error:
            self._fail(run, error.told)
        except Exception as error:
            # Where the database is still away now, the run is found again by its missing job.
            self._put_off(run, TemporaryError(BROKEN_OFF, code=type(error).__name__))
            raise

    def _begin(self, org_id: str, link_id: str, run_id: str) -> SyncRun | None:
        """None for a run that is over."""
        with self.store.write() as unit:
            run = unit.runs.get(run_id) or SyncRun(
                run_id=run_id or str(uuid4()),
                link_id=link_id,
                org_id=org_id,
                started_at=self.clock(),
                trigger=Trigger.SCHEDULE,
            )
            if run.state in {RunState.DONE, RunState.FAILED}:
                return None
            begun = replace(
                run,
                state=RunState.RUNNING,
                members=0,
                planned=0,
                skips={},
                error="",
                attempts=run.attempts + 1,
            )
            unit.runs.save(begun)
        return begun

    def _put_off(self, run: SyncRun, error: ConnectorError) -> None:
        if run.attempts >= ATTEMPTS:
            self._fail(run, f"{error.told} Tried {run.attempts} times.")
            return
        wait = error.retry_after_seconds or delay_seconds(
            run.attempts, jitter=random_jitter(), base_seconds=_FIRST_WAIT_SECONDS, cap_seconds=3_600.0
        )
        later = self.clock() + timedelta(seconds=wait)
        log.warning("sync_put_off", run_id=run.run_id, code=error.code, attempts=run.attempts)
        with self.store.write() as unit:
            unit.runs.save(replace(run, state=RunState.QUEUED, error=error.told, next_attempt_at=later))

    def _fail(self, run: SyncRun, error: str) -> None:
        log.warning("sync_failed", run_id=run.run_id, link_id=run.link_id)
        with self.store.write() as unit:
            unit.runs.save(replace(run, state=RunState.FAILED, error=error, finished_at=self.clock()))

    def _count(self, begun: SyncRun, calls: int) -> None:
        """What was decided, and called, in all attempts together. calls: of this one."""
        with self.store.write() as unit:
            run = unit.runs.get(begun.run_id)
            if run is None:
                return
            counts = unit.decisions.counts(run.run_id)
            skips = {SkipReason[name].value: count for name, count in counts.items() if name}
            counted = replace(
                run,
                members=sum(counts.values()),
                planned=counts.get("", 0),
                skips=skips,
                api_calls=begun.api_calls + calls,
            )
            unit.runs.save(counted)

    def _follow_time_zone(self, run: SyncRun) -> None:
        """An org may move to another zone; its daily time goes with it. A failure to ask spoils nothing."""
        with self.store.read() as unit:
            schedule = unit.schedules.get(run.link_id)
        if run.trigger is not Trigger.SCHEDULE or schedule is None or schedule.cadence is not Cadence.DAILY:
            return
        try:
            found = org_time_zone(self.open_org(run.org_id))
        except ConnectorError as error:
            log.warning("time_zone_unknown", org_id=run.org_id, code=error.code)
            return
        with self.store.write() as unit:
            current = unit.schedules.get(run.link_id)
            if current is not None and current.time_zone != found:
                unit.schedules.save(replace(current, time_zone=found))
