"""Ask the provider for the gifts of one chunk, each exactly once.

Four steps, each committed before the next: planned, intent (SENDING with owner and lease), the call, the
outcome. Rows that an earlier run left between intent and outcome are looked up before anything is repeated.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import Gift, RequestState
from connector.errors import AdminError, ConnectorError, OutcomeUnknown, ProviderPaused, TemporaryError
from connector.ports import Clock, GiftOrder, GiftProvider, GiftRecipient, ProviderGift
from connector.services.checkpoints import Checkpoint, Step
from connector.services.hearing import bind_all
from connector.services.outcomes import after_refusal, as_unknown
from connector.services.settle_unknown import SettleUnknown
from connector.services.storage import GiftChanges, Store, Unit
from connector.services.worker import OpenProvider, Patience, Worker, lookup_moment

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _NotAsked:
    """The request never left: the lease was lost, or the chunk was called off."""

    reason: ConnectorError | None


_Outcome = ProviderGift | ConnectorError | _NotAsked


@dataclass(frozen=True)
class RequestGifts:
    """The job of one chunk of at most 200 gifts. threads: requests under way at the same time."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint
    worker: Worker
    settle_unknown: SettleUnknown
    patience: Patience = field(default_factory=Patience)
    threads: int = 32

    def __call__(self, org_id: str, job_id: str) -> None:
        """org_id: the partition that the engine runs one job at a time of. Harmless when repeated."""
        lookups = self._take_over(job_id)
        self.settle_unknown(lookups)
        claimed = self._claim(job_id)
        self.checkpoint(Step.INTENT_COMMITTED)
        by_account: dict[str, list[Gift]] = defaultdict(list)
        for gift in claimed:
            by_account[gift.request.account_id].append(gift)
        for account_id, gifts in by_account.items():
            self._send_all(account_id, gifts)
        log.info("chunk_done", org_id=org_id, job_id=job_id, claimed=len(claimed), looked_up=len(lookups))

    def _take_over(self, job_id: str) -> list[Gift]:
        """Rows that a dead worker was sending become UNKNOWN; returned are those to be looked up now."""
        now = self.clock()
        with self.store.write() as unit:
            gifts = unit.gifts.of_job(job_id)
            moments = {gift.key: lookup_moment(gift, self.worker, self.patience, now=now) for gift in gifts}
            orphans = {key: moment for key, moment in moments.items() if moment is not None}
            unit.gifts.change({key: as_unknown(moment) for key, moment in orphans.items()})
            unknown = [g for g in unit.gifts.of_job(job_id) if g.state is RequestState.UNKNOWN]
        return [gift for gift in unknown if gift.next_attempt_at is not None and gift.next_attempt_at <= now]

    def _claim(self, job_id: str) -> list[Gift]:
        """Commit the intent to send what is planned and due."""
        now = self.clock()
        with self.store.write() as unit:
            ready = [
                gift
                for gift in unit.gifts.of_job(job_id)
                if gift.state is RequestState.PLANNED and (gift.next_attempt_at or now) <= now
            ]
            unit.gifts.change({gift.key: self._intent(gift, now) for gift in ready})
        return [replace(gift, attempts=gift.attempts + 1) for gift in ready]

    def _intent(self, gift: Gift, now: datetime) -> GiftChanges:
        return GiftChanges(
            state=RequestState.SENDING,
            owner=self.worker.owner,
            lease_until=now + self.patience.lease,
            intent_at=gift.intent_at or now,
            attempts=gift.attempts + 1,
        )

    def _send_all(self, account_id: str, gifts: Sequence[Gift]) -> None:
        """Ask with bounded threads; commit what has come back while the others are still asking."""
        try:
            provider = self.open_provider(account_id)
        except ConnectorError as error:
            self._commit({gift.key: _NotAsked(error) for gift in gifts}, gifts)
            return
        called_off = _CalledOff()
        with ThreadPoolExecutor(self.threads, thread_name_prefix="gift") as pool:
            pending = {pool.submit(self._ask, provider, gift, called_off): gift.key for gift in gifts}
            waiting: set[Future[_Outcome]] = set(pending)
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                self._commit({pending[future]: future.result() for future in done}, gifts)
                self.checkpoint(Step.OUTCOME_COMMITTED)

    def _ask(self, provider: GiftProvider, gift: Gift, called_off: "_CalledOff") -> _Outcome:
        """One request. Whatever is not certain to have failed counts as unknown."""
        if called_off.reason is not None:
            return _NotAsked(called_off.reason)
        with self.store.read() as unit:
            if not unit.gifts.owned(gift.key, self.worker.owner, now=self.clock()):
                return _NotAsked(None)
        try:
            answer = provider.request_gift(_order(gift))
        except (AdminError, ProviderPaused) as error:
            called_off.reason = error
            return _NotAsked(error) if isinstance(error, ProviderPaused) else error
        except ConnectorError as error:
            return error
        except Exception as error:
            log.exception("provider_adapter_failed", key=gift.key, error=type(error).__name__)
            return OutcomeUnknown(type(error).__name__, code="adapter_defect")
        self.checkpoint(Step.PROVIDER_ANSWERED)
        return answer

    def _commit(self, outcomes: Mapping[str, _Outcome], gifts: Sequence[Gift]) -> None:
        now = self.clock()
        attempts = {gift.key: gift for gift in gifts}
        answers = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, ProviderGift)}
        with self.store.write() as unit:
            conflicts = bind_all(unit, answers, now=now)
            rows = unit.gifts.named([key for key in outcomes if key not in answers])
            unit.gifts.change(
                {
                    key: self._changes(replace(row, attempts=attempts[key].attempts), outcomes[key], now)
                    for key, row in rows.items()
                    if row.state is RequestState.SENDING and row.owner == self.worker.owner
                }
            )
            self._after_conflicts(unit, conflicts, now)

    def _changes(self, row: Gift, outcome: _Outcome, now: datetime) -> GiftChanges:
        if isinstance(outcome, _NotAsked):
            if outcome.reason is None or isinstance(outcome.reason, TemporaryError):
                return _planned_again(row, outcome.reason, now)
            return after_refusal(row, outcome.reason, now=now)
        if isinstance(outcome, OutcomeUnknown):
            return as_unknown(now + self.patience.in_flight, reason=str(outcome))
        if isinstance(outcome, ConnectorError):
            return after_refusal(row, outcome, now=now)
        raise TypeError(outcome)

    def _after_conflicts(self, unit: Unit, conflicts: Mapping[str, str], now: datetime) -> None:
        """A row whose gift went to its twin meanwhile is unknown again; a second gift is reported."""
        for key, reason in conflicts.items():
            log.error("gift_binding_conflict", key=key, reason=reason)
        rows = unit.gifts.named(list(conflicts))
        unit.gifts.change(
            {
                key: as_unknown(now, reason=conflicts[key])
                for key, row in rows.items()
                if not row.provider_gift_id
            }
        )


class _CalledOff:
    """Set by the first request that only an administrator can help; the rest of the chunk is not asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: ConnectorError | None = None

    @property
    def reason(self) -> ConnectorError | None:
        with self._lock:
            return self._reason

    @reason.setter
    def reason(self, reason: ConnectorError) -> None:
        with self._lock:
            self._reason = self._reason or reason


def _planned_again(row: Gift, reason: ConnectorError | None, now: datetime) -> GiftChanges:
    """A request that never left costs no attempt; it waits as long as the provider is not called."""
    wait_seconds = (reason.retry_after_seconds if reason else None) or 0.0
    return GiftChanges(
        state=RequestState.PLANNED,
        next_attempt_at=now + timedelta(seconds=wait_seconds),
        owner="",
        attempts=row.attempts - 1,
    )


def _order(gift: Gift) -> GiftOrder:
    request = gift.request
    recipient = request.recipient
    return GiftOrder(
        dedupe_key=request.key,
        gift_campaign_id=request.gift_campaign_id,
        recipient=GiftRecipient(recipient.first_name, recipient.last_name, recipient.email),
        message=request.message,
        address=request.address,
        line_items=request.line_items,
    )
