"""The composition root: settings become a container of everything, and that a running connector."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from time import sleep
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from connector.adapters.metrics.measured import MeasuredIntake, MeasuredOrg, MeasuredProvider
from connector.adapters.providers.registry import Providers
from connector.adapters.remembered import Remembered
from connector.adapters.salesforce.connections import Orgs, OrgSettings
from connector.adapters.store.silence import silent_database
from connector.adapters.store.store import SqlStore
from connector.config import Settings
from connector.domain.gift import ACCOUNT_GONE
from connector.errors import ConfigurationError
from connector.parts.connections import ConnectionParts
from connector.parts.gift_sync import GiftSyncParts
from connector.parts.gifts import GiftParts
from connector.parts.metrics import MetricsParts
from connector.parts.operations import OperationParts
from connector.parts.privacy import PrivacyParts
from connector.parts.sending import SendingParts
from connector.ports import Clock, GiftProvider, SalesforceOrg
from connector.secret_key import GivenKeys, KeyRing, open_keys
from connector.services.checkpoints import Checkpoint, Step
from connector.services.connections.account_state import ConnectAccount, ResumeAccounts, StoredCircuits
from connector.services.connections.api_budget import ApiBudget
from connector.services.connections.rotate_webhook_secret import RotateWebhookSecret
from connector.services.gifts.consent import KeepBack
from connector.services.gifts.settle_by_hand import SettleByHand
from connector.services.inbox.apply_event import ApplyEvents
from connector.services.inbox.receive_event import ReceiveEvent
from connector.services.inbox.reconcile import Reconcile
from connector.services.inbox.replay_inbox import ReplayInbox
from connector.services.jobs import Job
from connector.services.leases import Leases
from connector.services.operations.state_in_numbers import StateInNumbers
from connector.services.requesting.request_gift import RequestGifts
from connector.services.requesting.settle_unknown import SettleUnknown
from connector.services.sending.ask_for_gift import AskForGift
from connector.services.sign_in.api_access import ApiAccess
from connector.services.storage.store import Store
from connector.services.worker import Patience, Worker
from connector.services.writing.find_drift import FindDrift
from connector.services.writing.write_back import WriteBack
from connector.services.writing.write_in_turn import WriteInTurn

if TYPE_CHECKING:
    from connector.adapters.jobs.dbos_engine import DbosEngine

log = structlog.get_logger(__name__)

_API_PATIENCE_SECONDS = 30.0


def utc_now() -> datetime:
    """The clock of production."""
    return datetime.now(UTC)


def trace(step: Step) -> None:
    """The checkpoint of production."""
    log.debug("checkpoint", step=step.value)


def _nothing() -> None:
    """Nobody to wake before the worker runs."""


@dataclass
class Container(
    GiftSyncParts, GiftParts, PrivacyParts, SendingParts, ConnectionParts, OperationParts, MetricsParts
):
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
        return SqlStore(self.settings.store_url, self.keys)

    @cached_property
    def keys(self) -> KeyRing | GivenKeys:
        """What encrypts at rest."""
        return open_keys(self.settings.key_file, self.settings.secret_keys.get_secret_value())

    @property
    def store(self) -> Store:
        return self.sql_store

    @cached_property
    def engine(self) -> "DbosEngine":
        from connector.adapters.jobs.dbos_engine import DbosEngine

        return DbosEngine(self.settings.engine_url, self.settings.worker_id)

    @cached_property
    def org_settings(self) -> OrgSettings:
        return OrgSettings(
            ca_bundle=str(self.settings.ca_file or ""),
            allow_loopback=self.settings.allow_loopback,
            floor_calls=self.settings.api_floor_calls,
            bulk_query_above=self.settings.bulk_query_above,
            bulk_patience_seconds=self.settings.bulk_patience_seconds,
            before_call=ApiBudget(
                self.store,
                self.clock,
                sleep,
                per_second=self.settings.api_calls_per_second,
                burst=self.settings.api_calls_at_once,
                patience_seconds=_API_PATIENCE_SECONDS,
            ),
            shared_access=self.shared_access,
            after_sign_in=self.note_sign_in,
        )

    @cached_property
    def orgs(self) -> Orgs:
        return Orgs(self.org_settings, self.clock)

    @cached_property
    def providers(self) -> Providers:
        return Providers(
            StoredCircuits(self.store),
            allow_loopback=self.settings.allow_loopback,
            public_url=self.settings.public_url,
            clock=self.clock,
        )

    def open_org(self, org_id: str) -> SalesforceOrg:
        with self.store.read() as unit:
            connection = unit.connections.org(org_id)
        if connection is None:
            raise ConfigurationError(
                f"Org {org_id} is not connected", code="unknown_org", remedy="run `connector connect`"
            )
        return MeasuredOrg(self.orgs.org(connection), org_id, self.counters)

    def open_provider(self, account_id: str) -> GiftProvider:
        with self.store.read() as unit:
            account = unit.connections.account(account_id)
        if account is None:
            raise ConfigurationError(
                f"No provider account {account_id}",
                code=ACCOUNT_GONE,
                remedy="run `connector provider add`",
            )
        return MeasuredProvider(self.providers.provider(account), account_id, self.counters)

    @property
    def connect_account(self) -> ConnectAccount:
        return ConnectAccount(self.store, self.providers.provider, self.clock)

    @property
    def api_access(self) -> ApiAccess:
        settings = self.settings
        return ApiAccess(self.store, self.clock, settings.flow_calls_per_second, settings.flow_calls_at_once)

    @property
    def ask_for_gift(self) -> AskForGift:
        return AskForGift(self.store, self.open_org, self.open_provider, self.clock)

    @property
    def receive_event(self) -> MeasuredIntake:
        receive = ReceiveEvent(self.store, self._webhook_provider, self.clock, self.checkpoint)
        return MeasuredIntake(receive, self.counters)

    @cached_property
    def _webhook_provider(self) -> Remembered[str, GiftProvider]:
        """Webhooks come by the hundred; a secret that is being replaced stays valid beside the new one."""
        return Remembered(self.open_provider, seconds=1.0)

    @property
    def apply_events(self) -> ApplyEvents:
        return ApplyEvents(self.store, self.open_provider, self.clock, self.checkpoint)

    @property
    def patience(self) -> Patience:
        return Patience(self.settings.lease_seconds, self.settings.in_flight_seconds)

    @property
    def request_gifts(self) -> RequestGifts:
        return RequestGifts(
            self.store,
            self.open_provider,
            self.clock,
            self.checkpoint,
            self.worker,
            SettleUnknown(self.store, self.open_provider, self.clock, self.checkpoint),
            KeepBack(self.store, self.open_org, self.clock),
            self.patience,
            self.settings.request_threads,
        )

    @property
    def leases(self) -> Leases:
        return Leases(self.store, self.clock, self.worker, self.patience)

    @property
    def write_back(self) -> WriteInTurn:
        return WriteInTurn(
            self.leases,
            self.open_org,
            lambda open_org, store: WriteBack(store, open_org, self.clock, self.checkpoint, self.patience),
        )

    @property
    def reconcile(self) -> Reconcile:
        return Reconcile(
            self.store, self.open_provider, self.clock, timedelta(hours=self.settings.silent_hours)
        )

    @property
    def find_drift(self) -> FindDrift:
        return FindDrift(self.store, self.open_org, self.clock)

    @property
    def replay_inbox(self) -> ReplayInbox:
        return ReplayInbox(self.store)

    @property
    def resume_accounts(self) -> ResumeAccounts:
        return ResumeAccounts(self.store, self.open_provider, self.clock)

    @property
    def rotate_webhook_secret(self) -> RotateWebhookSecret:
        return RotateWebhookSecret(self.store, self.clock)

    @property
    def settle_by_hand(self) -> SettleByHand:
        return SettleByHand(self.store, self.open_provider, self.clock)

    @property
    def state_in_numbers(self) -> StateInNumbers:
        return StateInNumbers(self.store, self.clock)

    @property
    def webhook_max_bytes(self) -> int:
        return self.settings.webhook_max_bytes

    @property
    def trusted_proxies(self) -> int:
        return self.settings.trusted_proxies

    def wake_inbox(self) -> None:
        self.inbox_alarm()

    def check_ready(self) -> None:
        """Raises ConfigurationError for another schema, TemporaryError where the database does not answer."""
        try:
            self.sql_store.check_version()
        except SQLAlchemyError as error:
            raise silent_database(error) from error

    def jobs(self) -> dict[str, Callable[..., None]]:
        """What the engine runs, by name."""
        return {
            Job.REQUEST_GIFTS: self.request_gifts,
            Job.WRITE_BACK: self.write_back,
            Job.PLAN_SYNC: self.run_sync,
        }

    def close(self) -> None:
        """Close what was opened."""
        if "providers" in self.__dict__:
            self.providers.close()
        if "sql_store" in self.__dict__:
            self.sql_store.close()
