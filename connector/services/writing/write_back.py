"""Write changed gifts to Salesforce, in the fewest API calls, each effect harmless when repeated.

Per batch of at most 1,000 gifts, or of 20,000 where so many have piled up, which costs fewer calls by the
Bulk API: Gift__c by our key, and the members; then, in one question, the sums over Gift__c, the
conversions, and the members' statuses, because Salesforce replaces an unknown status silently; then
people, Campaigns and timeline Tasks together. A thousand gifts take five calls so, a few gifts three.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from connector.domain.backoff import random_jitter
from connector.domain.gift import Gift
from connector.errors import AdminError, ConnectorError, TemporaryError
from connector.ports import Clock, SalesforceOrg, WriteState
from connector.services.checkpoints import Checkpoint
from connector.services.connections.call_tally import tallied
from connector.services.leases import LeaseLost
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg, Patience
from connector.services.writing.write_batch import WriteBatch
from connector.services.writing.write_results import Problem, changes_after_write

log = structlog.get_logger(__name__)

BATCH = 1_000
# What bounds memory where much has piled up: about 10 kB for each gift.
LARGE_BATCH = 20_000


@dataclass(frozen=True)
class WriteBack:
    """The job that brings an org up to date with the ledger."""

    store: Store
    open_org: OpenOrg
    clock: Clock
    checkpoint: Checkpoint
    patience: Patience = field(default_factory=Patience)

    def __call__(self, org_id: str, job_id: str = "") -> None:
        """Write what is due. A failed call puts its batch off and ends the job; a lost lease only ends it.

        Goes on while batches are full or have left something of their own to write; what becomes due
        meanwhile is gathered for the next job.
        """
        try:
            written = self._write_due(org_id)
        except LeaseLost:
            log.info("write_back_elsewhere", org_id=org_id, job_id=job_id)
        else:
            log.info("write_back_done", org_id=org_id, job_id=job_id, gifts=written)

    def _write_due(self, org_id: str) -> int:
        """How many gifts were written."""
        batch, written = self._due(org_id), 0
        while batch:
            try:
                org = self.open_org(org_id)
                self._write(org, batch)
            except LeaseLost:
                raise
            except ConnectorError as error:
                self._put_off(batch, error)
                break
            except Exception as defect:
                # Put off as well: the next job begins within a second, and each would spend the org's calls.
                self._put_off(batch, TemporaryError(type(defect).__name__, code="connector_defect"))
                raise
            written += len(batch)
            self._record_usage(org, org_id)
            keys, following = {gift.key for gift in batch}, self._due(org_id)
            is_unfinished = len(batch) >= BATCH or any(gift.key in keys for gift in following)
            batch = following if is_unfinished else []
        return written

    def _write(self, org: SalesforceOrg, batch: Sequence[Gift]) -> None:
        """What it takes counts for the runs that the gifts came of, whether it is done in the end or not."""
        with tallied() as tally:
            try:
                WriteBatch(
                    store=self.store,
                    clock=self.clock,
                    checkpoint=self.checkpoint,
                    patience=self.patience,
                    org=org,
                    providers=self._providers(),
                    gifts=batch,
                ).write()
            finally:
                with self.store.write() as unit:
                    unit.runs.share_calls([gift.key for gift in batch], tally.calls)

    def _due(self, org_id: str) -> list[Gift]:
        with self.store.read() as unit:
            waiting = unit.gifts.waiting_for_write(now=self.clock()).get(org_id)
            if waiting is None:
                return []
            limit = LARGE_BATCH if waiting.count >= LARGE_BATCH else BATCH
            return unit.gifts.dirty(org_id, now=self.clock(), limit=limit)

    def _providers(self) -> dict[str, str]:
        """Account id to the provider's name."""
        with self.store.read() as unit:
            return {account.account_id: account.provider for account in unit.connections.accounts()}

    def _put_off(self, batch: Sequence[Gift], error: ConnectorError) -> None:
        log.warning("write_back_failed", error=type(error).__name__, code=error.code, gifts=len(batch))
        with self.store.write() as unit:
            current = unit.gifts.named([gift.key for gift in batch])
            state = WriteState.PARK if isinstance(error, AdminError) else WriteState.RETRY
            problem = Problem(state, error.code, str(error))
            now = self.clock()
            unit.gifts.change(
                {
                    gift.key: changes_after_write(
                        gift,
                        current[gift.key],
                        problem,
                        now=now,
                        jitter=random_jitter(),
                        in_flight=self.patience.in_flight,
                        wait=error.retry_after_seconds,
                    )
                    for gift in batch
                }
            )

    def _record_usage(self, org: SalesforceOrg, org_id: str) -> None:
        usage = org.api_usage()
        if usage is not None:
            with self.store.write() as unit:
                unit.health.record_usage(org_id, usage.used, usage.allocation, now=self.clock())
