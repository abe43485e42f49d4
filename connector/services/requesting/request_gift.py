"""Ask the provider for the gifts of one chunk, each exactly once.

Four steps, each committed before the next: planned, intent (SENDING with owner and lease), the call, the
outcome. Rows that an earlier run left between intent and outcome are looked up before anything is repeated.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.vocabulary import GiftSource
from connector.errors import ConnectorError, OutcomeUnknown, PermanentError, TemporaryError
from connector.ports import Clock, ProviderGift
from connector.services.checkpoints import Checkpoint, Step
from connector.services.gifts.consent import KeepBack
from connector.services.gifts.hearing import bind_all
from connector.services.gifts.outcomes import after_refusal, as_unknown
from connector.services.jobs import Job
from connector.services.requesting.ask_provider import AskProvider, NotAsked, Outcome
from connector.services.requesting.ask_together import ask_together
from connector.services.requesting.claim_gifts import ClaimGifts
from connector.services.requesting.ownership import Ownership
from connector.services.requesting.settle_unknown import SettleUnknown
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.operations import JobRequest
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenProvider, Patience, Worker

log = structlog.get_logger(__name__)

# An outcome waits this long for others to share its transaction. A crash meanwhile costs a look-up, as it
# does for whatever is under way just then.
_LINGER_SECONDS = 0.1
# Then it is another org's turn.
_MOST = 1_000
# An outcome that cannot be committed, because the database restarts, is not thrown away at once.
_COMMIT_TRIES = 6
_COMMIT_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class RequestGifts:
    """The job of one chunk of at most 200 gifts, and of those that wait behind it.

    threads: requests under way at the same time. pause: waits so many seconds.
    """

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint
    worker: Worker
    settle_unknown: SettleUnknown
    keep_back: KeepBack
    patience: Patience = field(default_factory=Patience)
    threads: int = 40
    pause: Callable[[float], None] = time.sleep

    def __call__(self, org_id: str, job_id: str) -> None:
        """org_id: the partition that the engine runs one job at a time of. Harmless when repeated.

        Goes on with rows that wait for later jobs, up to a thousand gifts, so that requests follow each other
        without a pause.
        """
        claims = ClaimGifts(self.store, self.clock, self.worker.at_a_job(), self.patience)
        lookups, claimed = claims.of_job(job_id)
        if lookups:
            self.settle_unknown(lookups)
            _, claimed = claims.of_job(job_id, looks_up=False)
        self.checkpoint(Step.INTENT_COMMITTED)
        sending = _Sending(self, claims, org_id, job_id)
        for batch in ask_together(
            sending.ask, sending.gifts(claimed), threads=self.threads, linger_seconds=_LINGER_SECONDS
        ):
            self._commit_in_the_end({gift.key: outcome for gift, outcome in batch}, sending)
            self.checkpoint(Step.OUTCOME_COMMITTED)
        if sending.is_watched:
            self._write_back_now(org_id, job_id)
        log.info(
            "chunk_done", org_id=org_id, job_id=job_id, claimed=len(sending.in_hand), looked_up=len(lookups)
        )

    def _write_back_now(self, org_id: str, job_id: str) -> None:
        """Somebody is looking at the record: Salesforce is told without waiting for more news.

        Where this is cut off, the periodic write-back does it a little later.
        """
        name = f"{Job.WRITE_BACK}:{org_id}:{job_id}:{self.clock().timestamp():.3f}"
        with self.store.write() as unit:
            unit.outbox.add(JobRequest(name, Job.WRITE_BACK, (org_id, name)))

    def _commit_in_the_end(self, outcomes: Mapping[str, Outcome], sending: "_Sending") -> None:
        """Wait for a database that restarts: each outcome lost would have to be looked up or asked about."""
        for _ in range(_COMMIT_TRIES - 1):
            try:
                self._commit(outcomes, sending)
            except Exception as error:  # noqa: BLE001 - committing again is harmless; the last try raises
                log.warning("outcomes_not_committed", outcomes=len(outcomes), error=type(error).__name__)
                self.pause(_COMMIT_AGAIN_SECONDS)
            else:
                return
        self._commit(outcomes, sending)

    def _commit(self, outcomes: Mapping[str, Outcome], sending: "_Sending") -> None:
        now = self.clock()
        answers = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, ProviderGift)}
        with self.store.write() as unit:
            conflicts = bind_all(unit, answers, now=now)
            rows = unit.gifts.named([key for key in outcomes if key not in answers])
            unit.gifts.change(
                {
                    key: self._changes(
                        replace(row, attempts=sending.in_hand[key].attempts), outcomes[key], now
                    )
                    for key, row in rows.items()
                    if row.state is RequestState.SENDING and row.owner == sending.owner
                }
            )
            self._after_conflicts(unit, conflicts, sending.owner, now)

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

    def _after_conflicts(self, unit: Unit, conflicts: Mapping[str, str], owner: str, now: datetime) -> None:
        """A row whose gift went to its twin meanwhile is unknown again; a second gift is reported.

        A row that others have taken over is theirs: their own request for it may be under way.
        """
        for key, reason in conflicts.items():
            log.error("gift_binding_conflict", gift=key, reason=reason)
        rows = unit.gifts.named(list(conflicts))
        unit.gifts.change(
            {
                key: as_unknown(now, reason=conflicts[key])
                for key, row in rows.items()
                if row.state is RequestState.SENDING and row.owner == owner
            }
        )


class _Sending:
    """The gifts of one run, on their way to the provider.

    gifts() is drawn from by one thread; ask() is used by many.
    """

    def __init__(self, job: RequestGifts, claims: ClaimGifts, org_id: str, job_id: str) -> None:
        self._job, self._claims, self._org_id, self._job_id = job, claims, org_id, job_id
        self.owner = claims.worker.owner
        self._ownership = Ownership(job.store, job.clock, self.owner, job_id)
        self._accounts: dict[str, AskProvider | ConnectorError] = {}
        self._kept_back: dict[str, ConnectorError] = {}
        self.in_hand: dict[str, Gift] = {}
        self.is_watched = self._is_held_up = False

    def gifts(self, claimed: Sequence[Gift]) -> Iterator[Gift]:
        """claimed: the job's own; then what waits behind it."""
        while claimed:
            self._kept_back.update(self._job.keep_back(self._org_id, claimed))
            for gift in claimed:
                self.in_hand[gift.key] = gift
                self.is_watched |= gift.request.source is GiftSource.BUTTON
                account_id = gift.request.account_id
                if account_id not in self._accounts:
                    self._accounts[account_id] = self._open(account_id)
            yield from claimed
            claimed = self._more()

    def ask(self, gift: Gift) -> Outcome:
        kept_back = self._kept_back.get(gift.key)
        if isinstance(kept_back, PermanentError):
            return kept_back
        account = kept_back or self._accounts[gift.request.account_id]
        outcome = NotAsked(account) if isinstance(account, ConnectorError) else account(gift)
        if isinstance(outcome, NotAsked):
            self._is_held_up = True
        return outcome

    def _open(self, account_id: str) -> AskProvider | ConnectorError:
        try:
            return AskProvider(self._job.open_provider(account_id), self._ownership, self._job.checkpoint)
        except ConnectorError as error:
            return error

    def _more(self) -> Sequence[Gift]:
        """Nothing where a request did not leave, or somebody looks at a record and waits for the end.

        Nothing either where the ledger does not answer: what is under way goes first.
        """
        if self._is_held_up or self.is_watched or len(self.in_hand) >= _MOST:
            return ()
        try:
            claimed = self._claims.waiting(self._org_id, self._job_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, others will claim them
            log.warning("nothing_more_claimed", job_id=self._job_id, error=type(error).__name__)
            return ()
        self._ownership.claimed()
        self._job.checkpoint(Step.INTENT_COMMITTED)
        return claimed


def _planned_again(row: Gift, reason: ConnectorError | None, now: datetime) -> GiftChanges:
    """A request that never left costs no attempt; it waits as long as the provider is not called."""
    wait_seconds = (reason.retry_after_seconds if reason else None) or 0.0
    return GiftChanges(
        state=RequestState.PLANNED,
        next_attempt_at=now + timedelta(seconds=wait_seconds),
        owner="",
        attempts=row.attempts - 1,
    )
