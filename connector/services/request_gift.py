"""Ask the provider for the gifts of one chunk, each exactly once.

Four steps, each committed before the next: planned, intent (SENDING with owner and lease), the call, the
outcome. Rows that an earlier run left between intent and outcome are looked up before anything is repeated.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.vocabulary import GiftSource
from connector.errors import ConnectorError, OutcomeUnknown, TemporaryError
from connector.ports import Clock, ProviderGift
from connector.services.ask_provider import AskProvider, NotAsked, Outcome
from connector.services.ask_together import ask_together
from connector.services.checkpoints import Checkpoint, Step
from connector.services.hearing import bind_all
from connector.services.jobs import Job
from connector.services.outcomes import after_refusal, as_unknown
from connector.services.ownership import Ownership
from connector.services.settle_unknown import SettleUnknown
from connector.services.storage import GiftChanges, JobRequest, Store, Unit
from connector.services.worker import OpenProvider, Patience, Worker, lookup_moment

log = structlog.get_logger(__name__)

# An outcome waits this long for others to share its transaction. A crash meanwhile costs a look-up, as it
# does for whatever is under way just then.
_LINGER_SECONDS = 0.03
# An outcome that cannot be committed, because the database restarts, is not thrown away at once.
_COMMIT_TRIES = 6
_COMMIT_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class RequestGifts:
    """The job of one chunk of at most 200 gifts.

    threads: requests under way at the same time. pause: waits so many seconds.
    """

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint
    worker: Worker
    settle_unknown: SettleUnknown
    patience: Patience = field(default_factory=Patience)
    threads: int = 40
    pause: Callable[[float], None] = time.sleep

    def __call__(self, org_id: str, job_id: str) -> None:
        """org_id: the partition that the engine runs one job at a time of. Harmless when repeated."""
        lookups, claimed = self._begin(job_id)
        if lookups:
            self.settle_unknown(lookups)
            _, claimed = self._begin(job_id, looks_up=False)
        self.checkpoint(Step.INTENT_COMMITTED)
        by_account: dict[str, list[Gift]] = defaultdict(list)
        for gift in claimed:
            by_account[gift.request.account_id].append(gift)
        for account_id, gifts in by_account.items():
            self._send_all(account_id, job_id, gifts)
        if any(gift.request.source is GiftSource.BUTTON for gift in claimed):
            self._write_back_now(org_id, job_id)
        log.info("chunk_done", org_id=org_id, job_id=job_id, claimed=len(claimed), looked_up=len(lookups))

    def _write_back_now(self, org_id: str, job_id: str) -> None:
        """Somebody is looking at the record: Salesforce is told without waiting for more news.

        Where this is cut off, the periodic write-back does it a little later.
        """
        name = f"{Job.WRITE_BACK}:{org_id}:{job_id}:{self.clock().timestamp():.3f}"
        with self.store.write() as unit:
            unit.outbox.add(JobRequest(name, Job.WRITE_BACK, (org_id, name)))

    def _begin(self, job_id: str, *, looks_up: bool = True) -> tuple[list[Gift], list[Gift]]:
        """What is to be looked up now, or else what is to be sent: its intent is committed.

        Rows that a dead worker was sending become UNKNOWN. looks_up: False where that has just been done.
        """
        now = self.clock()
        with self.store.write() as unit:
            gifts = unit.gifts.of_job(job_id)
            moments = {gift.key: lookup_moment(gift, self.worker, self.patience, now=now) for gift in gifts}
            orphans = {key: moment for key, moment in moments.items() if moment is not None}
            unit.gifts.change({key: as_unknown(moment) for key, moment in orphans.items()})
            if looks_up:
                gifts = _doubt_what_a_backup_forgot(unit, gifts, now=now)
            unknown = [
                replace(
                    gift,
                    state=RequestState.UNKNOWN,
                    next_attempt_at=orphans.get(gift.key, gift.next_attempt_at),
                )
                for gift in gifts
                if gift.key in orphans or gift.state is RequestState.UNKNOWN
            ]
            lookups = [
                gift
                for gift in unknown
                if looks_up and gift.next_attempt_at is not None and gift.next_attempt_at <= now
            ]
            return (lookups, []) if lookups else ([], self._claim(unit, gifts, now))

    def _claim(self, unit: Unit, gifts: Sequence[Gift], now: datetime) -> list[Gift]:
        """Write down the intent to send what is planned and due."""
        ready = [
            gift
            for gift in gifts
            if gift.state is RequestState.PLANNED and (gift.next_attempt_at or now) <= now
        ]
        unit.gifts.change({gift.key: self._intent(gift, now) for gift in ready})
        lease_until = now + self.patience.lease
        return [replace(gift, attempts=gift.attempts + 1, lease_until=lease_until) for gift in ready]

    def _intent(self, gift: Gift, now: datetime) -> GiftChanges:
        return GiftChanges(
            state=RequestState.SENDING,
            owner=self.worker.owner,
            lease_until=now + self.patience.lease,
            intent_at=gift.intent_at or now,
            attempts=gift.attempts + 1,
        )

    def _send_all(self, account_id: str, job_id: str, gifts: Sequence[Gift]) -> None:
        """Ask with bounded threads; commit what has come back while the others are still asking."""
        try:
            provider = self.open_provider(account_id)
        except ConnectorError as error:
            self._commit({gift.key: NotAsked(error) for gift in gifts}, gifts)
            return
        ownership = Ownership(self.store, self.clock, self.worker.owner, job_id)
        ask = AskProvider(provider, ownership, self.checkpoint)
        for batch in ask_together(ask, gifts, threads=self.threads, linger_seconds=_LINGER_SECONDS):
            self._commit_in_the_end({gift.key: outcome for gift, outcome in batch}, gifts)
            self.checkpoint(Step.OUTCOME_COMMITTED)

    def _commit_in_the_end(self, outcomes: Mapping[str, Outcome], gifts: Sequence[Gift]) -> None:
        """Wait for a database that restarts: each outcome lost would have to be looked up or asked about."""
        for _ in range(_COMMIT_TRIES - 1):
            try:
                self._commit(outcomes, gifts)
            except Exception as error:  # noqa: BLE001 - committing again is harmless; the last try raises
                log.warning("outcomes_not_committed", outcomes=len(outcomes), error=type(error).__name__)
                self.pause(_COMMIT_AGAIN_SECONDS)
            else:
                return
        self._commit(outcomes, gifts)

    def _commit(self, outcomes: Mapping[str, Outcome], gifts: Sequence[Gift]) -> None:
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

    def _changes(self, row: Gift, outcome: Outcome, now: datetime) -> GiftChanges:
        if isinstance(outcome, NotAsked):
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
            log.error("gift_binding_conflict", gift=key, reason=reason)
        rows = unit.gifts.named(list(conflicts))
        unit.gifts.change(
            {
                key: as_unknown(now, reason=conflicts[key])
                for key, row in rows.items()
                if not row.provider_gift_id
            }
        )


def _planned_again(row: Gift, reason: ConnectorError | None, now: datetime) -> GiftChanges:
    """A request that never left costs no attempt; it waits as long as the provider is not called."""
    wait_seconds = (reason.retry_after_seconds if reason else None) or 0.0
    return GiftChanges(
        state=RequestState.PLANNED,
        next_attempt_at=now + timedelta(seconds=wait_seconds),
        owner="",
        attempts=row.attempts - 1,
    )


def _doubt_what_a_backup_forgot(unit: Unit, gifts: Sequence[Gift], *, now: datetime) -> list[Gift]:
    """In a restored ledger, what it plans may have been sent after the backup: that is looked up first."""
    restoration = unit.health.restoration()
    if restoration is None:
        return list(gifts)
    doubtful = {
        gift.key: replace(
            gift,
            state=RequestState.UNKNOWN,
            next_attempt_at=now,
            intent_at=min(gift.intent_at or now, restoration.backup_made_at),
        )
        for gift in gifts
        if gift.state is RequestState.PLANNED
        if (gift.next_attempt_at or now) <= now
        if gift.intent_at is None or gift.intent_at <= restoration.restored_at
    }
    unit.gifts.change(
        {
            key: GiftChanges(
                **as_unknown(now, reason="not remembered by the backup"), intent_at=gift.intent_at
            )
            for key, gift in doubtful.items()
        }
    )
    return [doubtful.get(gift.key, gift) for gift in gifts]
