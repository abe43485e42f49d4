"""Write-backs of an org one at a time, across all workers, even when one of them was paused."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from connector.ports import (
    ApiUsage,
    LayoutDescription,
    ObjectDescription,
    OrgIdentity,
    Record,
    RecordPageDescription,
    RecordWrite,
    SalesforceOrg,
    WriteOutcome,
)
from connector.services.leases import Leases
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenOrg

log = structlog.get_logger(__name__)

WriteBackJob = Callable[[str, str], None]


@dataclass(frozen=True)
class WriteInTurn:
    """The job around a write-back: without the org's lease nothing is written.

    The engine runs one write-back of an org at a time, but gives a silent worker's job to another; a timeline
    Task that both insert would stand there twice. make: a write-back that opens its org by that function, and
    keeps what came of it in that store.
    """

    leases: Leases
    open_org: OpenOrg
    make: Callable[[OpenOrg, Store], WriteBackJob]

    def __call__(self, org_id: str, job_id: str = "") -> None:
        """Does nothing where another worker may be at it: what is unwritten starts a new job soon."""
        name = f"write_back:{org_id}"
        seconds = self.leases.patience.lease_seconds
        leases = self.leases.of_a_job()
        if not leases.take(name, seconds=seconds):
            log.info("write_back_elsewhere", org_id=org_id, job_id=job_id)
            return
        hold = partial(leases.hold, name, seconds=seconds)
        try:
            store = LeasedStore(leases.store, partial(leases.check, name=name))
            self.make(lambda org_id: LeasedOrg(self.open_org(org_id), hold), store)(org_id, job_id)
        finally:
            leases.release(name)


@dataclass(frozen=True)
class LeasedOrg:
    """An org that is written to only while a lease holds; it is checked, and renewed, just before each call.

    See ports.SalesforceOrg. write raises LeaseLost, and nothing more is sent.
    """

    org: SalesforceOrg
    hold: Callable[[], None]

    def identity(self) -> OrgIdentity:
        return self.org.identity()

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        return self.org.query(soql, with_deleted=with_deleted)

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        return self.org.query_together(soqls)

    def describe(self, sobject: str) -> ObjectDescription:
        return self.org.describe(sobject)

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        return self.org.layouts(sobject)

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        return self.org.record_pages(sobject)

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        def check() -> None:
            before_call()
            self.hold()

        return self.org.write(writes, before_call=check)

    def api_usage(self) -> ApiUsage | None:
        return self.org.api_usage()


@dataclass(frozen=True)
class LeasedStore:
    """The ledger for whoever writes an org's gifts back: it is written to only while the lease holds.

    See storage.Store. Whoever has the lease by now has written these rows, or is about to: what an earlier
    holder believes of them would put them off, or have a Task written twice. write raises LeaseLost.
    check: raises it.
    """

    store: Store
    check: Callable[[Unit], None]

    @contextmanager
    def write(self) -> Iterator[Unit]:
        with self.store.write() as unit:
            self.check(unit)
            yield unit

    def read(self) -> AbstractContextManager[Unit]:
        return self.store.read()
