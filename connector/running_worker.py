"""A worker at work: its name, the job engine, and what happens again and again."""

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from connector.adapters.jobs.scheduler import PeriodicTask, Scheduler
from connector.adapters.worker_names import FileName, SessionName, WorkerName
from connector.app import Container
from connector.errors import ConfigurationError
from connector.services.gift_sync.take_up_lost_runs import TakeUpLostRuns
from connector.services.jobs import DispatchJobs
from connector.services.operations.rescue_jobs import RescueJobs
from connector.services.operations.sweep import Sweep
from connector.services.writing.start_write_backs import StartWriteBacks

log = structlog.get_logger(__name__)

_PURGE_SECONDS = 3_600.0
# At most 288 API calls a day, and none where nothing changed.
_BUDGETS_SECONDS = 300.0
_MAIL_SECONDS = 300.0
_FORGET_SECONDS = 600.0
_LEADER = "leader"


class RunningWorker:
    """Engine and scheduler of one process.

    Every worker runs jobs. What keeps the whole going (dispatching, sweeping, rescuing, ...) is done by the
    worker that has the leader's lease; each of these tasks is harmless when two do it for a moment.
    """

    def __init__(self, container: Container) -> None:
        self._container = container
        self._name = _worker_name(container)
        self._leads_until: datetime | None = None
        self._scheduler = Scheduler(self._tasks())

    def start(self) -> None:
        """Raises ConfigurationError where another process has this id, or the schema is not current."""
        box = self._container
        box.sql_store.check_version()
        self._name.hold()
        self._beat()
        box.engine.run(box.jobs())
        self._scheduler.start()
        log.info("worker_started", worker_id=box.worker.worker_id)

    def stop(self) -> None:
        """Finish what is under way. Work that has not begun is found again at the next start."""
        self._scheduler.stop()
        self._container.engine.stop()
        if self._leads:
            self._container.leases.release(_LEADER)
        self._name.release()
        log.info("worker_stopped", worker_id=self._container.worker.worker_id)

    @property
    def _leads(self) -> bool:
        return self._leads_until is not None and self._container.clock() < self._leads_until

    def _tasks(self) -> list[PeriodicTask]:
        box, settings = self._container, self._container.settings
        inbox = PeriodicTask("inbox", 0.5, self._if_leader(self._empty_inbox))
        box.inbox_alarm = inbox.wake
        quiet_for = timedelta(seconds=settings.write_back_seconds)
        write_backs = StartWriteBacks(box.store, box.engine, box.clock, quiet_for)
        look_for_write_backs = min(1.0, max(0.1, settings.write_back_seconds / 2))
        leader_tasks: list[tuple[str, float, Callable[[], object]]] = [
            ("dispatch", 0.2, DispatchJobs(box.store, box.engine, box.checkpoint)),
            ("write-back", look_for_write_backs, write_backs),
            ("sweep", settings.sweep_seconds, Sweep(box.store, box.engine, box.clock)),
            ("lost-runs", settings.sweep_seconds, TakeUpLostRuns(box.store, box.engine, box.clock)),
            ("rescue", settings.heartbeat_seconds, rescuer(box)),
            ("reconcile", settings.reconcile_seconds, box.reconcile),
            ("resume", settings.reconcile_seconds, box.resume_accounts),
            ("approvals", 60.0, box.expire_approvals),
            ("budgets", _BUDGETS_SECONDS, box.write_budgets),
            ("purge", _PURGE_SECONDS, self._purge),
            ("look-at-orgs", _PURGE_SECONDS, box.look_at_orgs),
            ("schedules", settings.schedule_seconds, box.start_due_syncs),
            ("forget", _FORGET_SECONDS, self._forget),
        ]
        if settings.smtp_host and settings.smtp_to:
            leader_tasks.append(("mail-notices", _MAIL_SECONDS, box.mail_notices))
        return [
            PeriodicTask("heartbeat", settings.heartbeat_seconds, self._beat),
            PeriodicTask("lost-jobs", settings.heartbeat_seconds, self._take_up_lost),
            inbox,
            *(PeriodicTask(name, seconds, self._if_leader(action)) for name, seconds, action in leader_tasks),
        ]

    def _if_leader(self, action: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            if self._leads:
                action()

        return act

    def _beat(self) -> None:
        """Show that this worker lives, keep its name, and lead where nobody else does."""
        box = self._container
        try:
            self._name.hold()
        except ConfigurationError:
            log.exception("name_lost", worker_id=box.worker.worker_id)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        now, seconds = box.clock(), 3 * box.settings.heartbeat_seconds
        with box.store.write() as unit:
            unit.health.beat(box.worker.worker_id, now=now)
        leads = box.leases.take(_LEADER, seconds=seconds, in_flight=False)
        self._leads_until = now + timedelta(seconds=seconds) if leads else None

    def _take_up_lost(self) -> None:
        if jobs := self._container.engine.take_up_lost():
            log.warning("lost_jobs_taken_up", jobs=jobs)

    def _empty_inbox(self) -> None:
        while self._leads and self._container.apply_events():
            pass

    def _forget(self) -> None:
        """Sessions that are over, and personal data whose time is over."""
        self._container.portal_sessions.forget_ended()
        while self._leads and self._container.forget_old_data():
            pass

    def _purge(self) -> None:
        box = self._container
        box.engine.purge(older_than_seconds=box.settings.keep_jobs_days * 86_400)
        box.forget_decisions()


def rescuer(box: Container) -> RescueJobs:
    """The janitor of this process."""
    silent_for = timedelta(seconds=box.settings.worker_silent_seconds)
    return RescueJobs(box.store, box.engine, box.clock, box.worker.worker_id, silent_for)


def _worker_name(box: Container) -> WorkerName:
    if box.settings.is_postgresql:
        return SessionName(box.worker.worker_id, box.sql_store.engine)
    return FileName(box.worker.worker_id, box.settings.lock_file)
