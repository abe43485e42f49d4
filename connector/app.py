"""The composition root: settings become a container of everything, and that a running connector."""

import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from typing import TextIO
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connector.adapters.jobs.dbos_engine import DbosEngine
from connector.adapters.jobs.scheduler import PeriodicTask, Scheduler
from connector.adapters.providers.registry import Providers
from connector.adapters.salesforce.connections import Orgs, OrgSettings
from connector.adapters.store.store import SqlStore
from connector.config import Settings
from connector.domain.connections import OrgConnection
from connector.errors import ConfigurationError, TemporaryError
from connector.ports import Clock, GiftProvider, SalesforceOrg
from connector.secret_key import read_key_file
from connector.services.api_access import ApiAccess
from connector.services.apply_event import ApplyEvents
from connector.services.ask_for_gift import AskForGift
from connector.services.checkpoints import Checkpoint, Step
from connector.services.connect_org import ConnectOrg
from connector.services.daily_sync import DailySync
from connector.services.jobs import DispatchJobs, Job
from connector.services.link_campaign import LinkCampaign
from connector.services.plan_sync import PlanSync
from connector.services.receive_event import ReceiveEvent
from connector.services.reconcile import Reconcile
from connector.services.request_gift import RequestGifts
from connector.services.settle_by_hand import SettleByHand
from connector.services.settle_unknown import SettleUnknown
from connector.services.start_write_backs import StartWriteBacks
from connector.services.state_in_numbers import StateInNumbers
from connector.services.storage import Store
from connector.services.sweep import Sweep
from connector.services.worker import Patience, Worker
from connector.services.write_back import WriteBack

log = structlog.get_logger(__name__)

_HEARTBEAT_SECONDS = 5.0
_PURGE_SECONDS = 3_600.0


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


def trace(step: Step) -> None:
    """The checkpoint of production."""
    log.debug("checkpoint", step=step.value)


def _nothing() -> None:
    """Nobody to wake before the worker runs."""


@dataclass
class Container:
    """Everything a process needs, each thing made when it is first asked for."""

    settings: Settings
    clock: Clock = utc_now
    checkpoint: Checkpoint = trace
    inbox_alarm: Callable[[], None] = _nothing
    worker: Worker = field(init=False)

    def __post_init__(self) -> None:
        self.worker = Worker(self.settings.worker_id, uuid4().hex[:12], self.clock())

    @cached_property
    def sql_store(self) -> SqlStore:
        return SqlStore(self.settings.store_url, read_key_file(self.settings.key_file))

    @property
    def store(self) -> Store:
        return self.sql_store

    @cached_property
    def engine(self) -> DbosEngine:
        return DbosEngine(self.settings.engine_url, self.settings.worker_id)

    @cached_property
    def orgs(self) -> Orgs:
        settings = OrgSettings(
            ca_bundle=str(self.settings.ca_file or ""),
            allow_loopback=self.settings.allow_loopback,
            floor_calls=self.settings.api_floor_calls,
        )
        return Orgs(settings, self.clock)

    @cached_property
    def providers(self) -> Providers:
        return Providers(allow_loopback=self.settings.allow_loopback, clock=self.clock)

    def open_connection(self, connection: OrgConnection) -> SalesforceOrg:
        return self.orgs.org(connection)

    def open_org(self, org_id: str) -> SalesforceOrg:
        with self.store.read() as unit:
            connection = unit.connections.org(org_id)
        if connection is None:
            raise ConfigurationError(
                f"Org {org_id} is not connected", code="unknown_org", remedy="run `connector connect`"
            )
        return self.orgs.org(connection)

    def open_provider(self, account_id: str) -> GiftProvider:
        with self.store.read() as unit:
            account = unit.connections.account(account_id)
        if account is None:
            raise ConfigurationError(
                f"No provider account {account_id}",
                code="unknown_account",
                remedy="run `connector provider add`",
            )
        return self.providers.provider(account)

    @property
    def connect_org(self) -> ConnectOrg:
        return ConnectOrg(self.store, self.open_connection)

    @property
    def link_campaign(self) -> LinkCampaign:
        return LinkCampaign(self.store, self.open_org, self.open_provider)

    @property
    def plan_sync(self) -> PlanSync:
        return PlanSync(self.store, self.open_org, self.clock, self.checkpoint)

    @property
    def api_access(self) -> ApiAccess:
        return ApiAccess(self.store, self.clock)

    @property
    def ask_for_gift(self) -> AskForGift:
        return AskForGift(self.store, self.open_org, self.open_provider, self.clock)

    @property
    def receive_event(self) -> ReceiveEvent:
        return ReceiveEvent(self.store, self.open_provider, self.clock, self.checkpoint)

    @property
    def apply_events(self) -> ApplyEvents:
        return ApplyEvents(self.store, self.open_provider, self.clock, self.checkpoint)

    @property
    def request_gifts(self) -> RequestGifts:
        return RequestGifts(
            self.store,
            self.open_provider,
            self.clock,
            self.checkpoint,
            self.worker,
            SettleUnknown(self.store, self.open_provider, self.clock, self.checkpoint),
            Patience(self.settings.lease_seconds, self.settings.in_flight_seconds),
            self.settings.request_threads,
        )

    @property
    def write_back(self) -> WriteBack:
        return WriteBack(self.store, self.open_org, self.clock, self.checkpoint)

    @property
    def settle_by_hand(self) -> SettleByHand:
        return SettleByHand(self.store, self.open_provider, self.clock)

    @property
    def state_in_numbers(self) -> StateInNumbers:
        return StateInNumbers(self.store, self.clock)

    @property
    def webhook_max_bytes(self) -> int:
        return self.settings.webhook_max_bytes

    def wake_inbox(self) -> None:
        self.inbox_alarm()

    def check_ready(self) -> None:
        """Raises ConfigurationError for another schema, TemporaryError where the database does not answer."""
        try:
            self.sql_store.check_version()
        except SQLAlchemyError as error:
            raise TemporaryError("The database does not answer", code=type(error).__name__) from error

    def jobs(self) -> dict[str, Callable[..., None]]:
        """What the engine runs, by name."""
        return {
            Job.REQUEST_GIFTS: self.request_gifts,
            Job.WRITE_BACK: self.write_back,
            Job.PLAN_SYNC: self._plan_sync_job,
        }

    def _plan_sync_job(self, org_id: str, link_id: str) -> None:
        report = self.plan_sync(link_id)
        log.info("daily_sync_done", org_id=org_id, link_id=link_id, planned=report.run.planned)

    def close(self) -> None:
        """Close what was opened."""
        if "providers" in self.__dict__:
            self.providers.close()
        if "sql_store" in self.__dict__:
            self.sql_store.close()


class RunningWorker:
    """Engine and scheduler of one process; alone with its worker id on this data directory."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._lock: TextIO | None = None
        self._scheduler = Scheduler(self._tasks())

    def start(self) -> None:
        """Raises ConfigurationError where another process has this id, or the schema is not current."""
        self._container.sql_store.check_version()
        self._lock = _lock(self._container.settings)
        self._container.engine.run(self._container.jobs())
        self._scheduler.start()
        log.info("worker_started", worker_id=self._container.worker.worker_id)

    def stop(self) -> None:
        """Finish what is under way. Work that has not begun is found again at the next start."""
        self._scheduler.stop()
        self._container.engine.stop()
        if self._lock is not None:
            self._lock.close()
        log.info("worker_stopped", worker_id=self._container.worker.worker_id)

    def _tasks(self) -> list[PeriodicTask]:
        box, settings = self._container, self._container.settings
        inbox = PeriodicTask("inbox", 0.5, self._empty_inbox)
        box.inbox_alarm = inbox.wake
        write_backs = StartWriteBacks(
            box.store, box.engine, box.clock, timedelta(seconds=settings.write_back_seconds)
        )
        reconcile = Reconcile(box.store, box.open_provider, box.clock, timedelta(hours=settings.silent_hours))
        tasks = [
            PeriodicTask("heartbeat", _HEARTBEAT_SECONDS, self._beat),
            inbox,
            PeriodicTask("dispatch", 0.2, DispatchJobs(box.store, box.engine, box.checkpoint)),
            PeriodicTask("write-back", min(1.0, max(0.1, settings.write_back_seconds / 2)), write_backs),
            PeriodicTask("sweep", settings.sweep_seconds, Sweep(box.store, box.engine, box.clock)),
            PeriodicTask("reconcile", settings.reconcile_seconds, reconcile),
            PeriodicTask("purge", _PURGE_SECONDS, self._purge),
        ]
        if settings.daily_sync_at:
            daily = DailySync(box.store, box.engine, box.clock, time.fromisoformat(settings.daily_sync_at))
            tasks.append(PeriodicTask("daily-sync", 60.0, daily))
        return tasks

    def _empty_inbox(self) -> None:
        while self._container.apply_events():
            pass

    def _beat(self) -> None:
        with self._container.store.write() as unit:
            unit.health.beat(self._container.worker.worker_id, now=self._container.clock())

    def _purge(self) -> None:
        self._container.engine.purge(older_than_seconds=self._container.settings.keep_jobs_days * 86_400)


def _lock(settings: Settings) -> TextIO:
    """Hold the worker id for the life of this process; the kernel lets go of it even after SIGKILL."""
    file = settings.lock_file.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ConfigurationError(
            f"Another process works as {settings.worker_id!r} in {settings.data_dir}",
            code="worker_running",
            remedy="stop it, or set CONNECTOR_WORKER_ID to another name",
        ) from None
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
