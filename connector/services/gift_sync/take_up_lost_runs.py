"""Queue again the GiftSyncs that no job has in hand any more."""

from dataclasses import dataclass, field, replace

import structlog

from connector.ports import Clock, JobEngine
from connector.services.gift_sync.run_sync import ATTEMPTS, BROKEN_OFF
from connector.services.gift_sync.start_sync import job_ids, queue_run
from connector.services.storage.store import Store, Unit
from connector.services.storage.sync import RunState, SyncRun

log = structlog.get_logger(__name__)


@dataclass
class TakeUpLostRuns:
    """Periodic. A job ends without a word where the database is away even when its failure is to be kept.

    missed: runs, by id and attempts, that no job had in hand when last looked. One that misses its job twice
    in a row is lost: between two looks a job may only have been on its way from the outbox to the engine.
    """

    store: Store
    engine: JobEngine
    clock: Clock
    missed: frozenset[tuple[str, int]] = field(default_factory=frozenset)

    def __call__(self) -> int:
        """How many runs were queued again; those that have used up their attempts end as failed."""
        with self.store.read() as unit:
            runs = unit.runs.with_jobs()
        if not runs:
            self.missed = frozenset()
            return 0
        in_hand = {job.job_id for job in self.engine.unfinished()}
        with self.store.write() as unit:
            in_hand |= {request.job_id for request in unit.outbox.waiting()}
            missing = [run for run in runs if in_hand.isdisjoint(job_ids(run))]
            lost = [run for run in missing if (run.run_id, run.attempts) in self.missed]
            queued = sum(self._queue_again(unit, run) for run in lost)
        self.missed = frozenset((run.run_id, run.attempts) for run in missing) - self.missed
        return queued

    def _queue_again(self, unit: Unit, seen: SyncRun) -> bool:
        run = unit.runs.get(seen.run_id)
        if run is None or (run.state, run.attempts) != (seen.state, seen.attempts):
            return False
        if run.attempts >= ATTEMPTS:
            over = f"{BROKEN_OFF} Tried {run.attempts} times."
            unit.runs.save(replace(run, state=RunState.FAILED, error=over, finished_at=self.clock()))
            return False
        # The job of a run that did not even begin had this attempt's name; a name is used once.
        attempts = run.attempts + (run.state is RunState.QUEUED)
        queue_run(unit, replace(run, state=RunState.QUEUED, attempts=attempts, next_attempt_at=None))
        log.warning("lost_run_taken_up", run_id=run.run_id, attempts=attempts)
        return True
