"""How things stand, as figures of the whole store: the same whichever process is asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain.circuit import CircuitState
from connector.domain.gift import RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.vocabulary import GiftStage
from connector.ports import Clock
from connector.services.storage.store import Store
from connector.services.storage.watch import Queue


@dataclass(frozen=True, slots=True)
class Figures:
    """No figure is about a person. Every state is named, those that nothing is in with 0.

    api_calls: by org, used and allocated in the last 24 hours, where they were read.
    waiting_seconds: how long the oldest of a queue waits, 0 where nothing does.
    worker_silent_seconds: since each worker's last sign of life.
    """

    gifts: Mapping[RequestState, int]
    stages: Mapping[GiftStage, int]
    inbox: Mapping[InboxOutcome, int]
    unwritten: int
    jobs_undispatched: int
    waiting_seconds: Mapping[Queue, float]
    api_calls: Mapping[str, tuple[int, int]]
    circuits: Mapping[str, CircuitState]
    worker_silent_seconds: Mapping[str, float]


@dataclass(frozen=True)
class TakeFigures:
    """Reads them in one consistent view."""

    store: Store
    clock: Clock

    def __call__(self) -> Figures:
        now = self.clock()
        with self.store.read() as unit:
            gifts, inbox, since = unit.gifts.counts(), unit.inbox.counts(), unit.watch.waiting_since()
            usage = {org.org_id: unit.health.usage(org.org_id) for org in unit.connections.orgs()}
            accounts = [account.account_id for account in unit.connections.accounts()]
            return Figures(
                gifts={state: gifts.get(state, 0) for state in RequestState},
                stages={stage: gifts.get(f"stage:{stage}", 0) for stage in GiftStage},
                inbox={outcome: inbox.get(outcome, 0) for outcome in InboxOutcome},
                unwritten=unit.gifts.unwritten(),
                jobs_undispatched=len(unit.outbox.waiting()),
                waiting_seconds={
                    queue: max(0.0, (now - since[queue]).total_seconds()) if queue in since else 0.0
                    for queue in Queue
                },
                api_calls={org_id: read for org_id, read in usage.items() if read is not None},
                circuits={account_id: unit.circuits.get(account_id).state for account_id in accounts},
                worker_silent_seconds={
                    worker: max(0.0, (now - beat).total_seconds())
                    for worker, beat in unit.watch.beats().items()
                },
            )
