"""One campaign from its members to Salesforce, in a process of its own: prints what it took, as JSON.

Planning, requests and write-back are the connector's own, on SQLite. Org and platform are in the same process
and remember nothing: members are made up while they are read, and what is written is counted as API calls
and thrown away. So the process grows by what the connector keeps, and by nothing else.
"""

import json
import logging
import math
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from cryptography.fernet import Fernet, MultiFernet

from connector.adapters.salesforce.planner import CALLS_PER_BULK_JOB, BulkJob, plan
from connector.adapters.store.store import SqlStore
from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.gift import RequestState
from connector.domain.money import Money
from connector.ports import (
    ApiUsage,
    GiftCampaign,
    GiftOrder,
    LayoutDescription,
    ObjectDescription,
    OrgIdentity,
    ProviderGift,
    ProviderStatus,
    Record,
    RecordPageDescription,
    RecordWrite,
    WebhookEvent,
    WriteOutcome,
    WriteState,
)
from connector.services.gift_sync.plan_sync import PlanSync
from connector.services.gifts.consent import KeepBack
from connector.services.requesting.request_gift import RequestGifts
from connector.services.requesting.settle_unknown import SettleUnknown
from connector.services.worker import Patience, Worker
from connector.services.writing.write_back import WriteBack

ORG = "00D000000000001AAA"
CAMPAIGN = "701000000000001AAA"
_STAMP = "2026-03-01T09:00:00.000+0000"
_PAGE = 2_000


@dataclass
class Taken:
    """Seconds of processor time of each phase, which other work of the machine does not change.

    calls: to the org. megabytes: that the process grew by at most.
    """

    members: int
    planning: float = 0.0
    requesting: float = 0.0
    writing: float = 0.0
    calls: int = 0
    megabytes: float = 0.0


class ForgetfulOrg:
    """See ports.SalesforceOrg. members: of its one Campaign."""

    def __init__(self, members: int) -> None:
        self.members, self.calls = members, 0

    def identity(self) -> OrgIdentity:
        raise NotImplementedError

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        del with_deleted
        self.calls += 1
        if "FROM CampaignMember " in soql:
            self.calls += math.ceil(self.members / _PAGE) - 1
            yield from (_member(number) for number in range(self.members))

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        self.calls += math.ceil(len(soqls) / 5)
        return [[] for _ in soqls]

    def describe(self, sobject: str) -> ObjectDescription:
        raise NotImplementedError(sobject)

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        raise NotImplementedError(sobject)

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        raise NotImplementedError(sobject)

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        before_call()
        steps = plan(writes, fits_into_bulk=lambda _: True)
        self.calls += sum(CALLS_PER_BULK_JOB if isinstance(step, BulkJob) else 1 for step in steps)
        return [WriteOutcome(WriteState.DONE, record_id="a00000000000001AAA") for _ in writes]

    def api_usage(self) -> ApiUsage | None:
        return None


class ForgetfulPlatform:
    """See ports.GiftProvider; every gift is made at once."""

    name = "andopen"
    how_to_cancel = ""
    reads_webhooks_anew = False

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        now = datetime.now(UTC)
        return ProviderGift(
            provider_gift_id=str(uuid4()),
            status=ProviderStatus.SUBMITTED,
            gift_campaign_id=order.gift_campaign_id,
            recipient=order.recipient,
            created_at=now,
            updated_at=now,
        )

    def gift(self, provider_gift_id: str) -> ProviderGift:
        raise NotImplementedError(provider_gift_id)

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        return iter(())

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        raise NotImplementedError(gift_campaign_id, created_since)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        raise NotImplementedError(headers, body, now)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        raise NotImplementedError(headers, body)


def new_store(database_url: str) -> SqlStore:
    """With the tables, and a key that nobody else has."""
    store = SqlStore(database_url, MultiFernet([Fernet(Fernet.generate_key())]))
    store.upgrade()
    return store


def measure(store: SqlStore, members: int) -> Taken:
    """Plan all members, then ask job by job and write to Salesforce in between, as workers do."""
    link_id = _set_up(store)
    org, platform, taken = ForgetfulOrg(members), ForgetfulPlatform(), Taken(members)
    worker = Worker("bench", "1", now())
    settle = SettleUnknown(store, lambda _: platform, now, no_checkpoint)
    keep_back = KeepBack(store, lambda _: org, now)
    request = RequestGifts(
        store, lambda _: platform, now, no_checkpoint, worker, settle, keep_back, Patience()
    )
    write_back = WriteBack(store, lambda _: org, now, no_checkpoint)
    before = _peak_megabytes()

    began = time.process_time()
    PlanSync(store, lambda _: org, now, no_checkpoint)(link_id)
    taken.planning = time.process_time() - began
    while (jobs := _jobs_left(store)) is not None:
        began = time.process_time()
        request(ORG, jobs)
        asked = time.process_time()
        write_back(ORG)
        taken.requesting += asked - began
        taken.writing += time.process_time() - asked
    taken.calls, taken.megabytes = org.calls, _peak_megabytes() - before
    with store.read() as unit:
        if (sent := unit.gifts.counts().get(RequestState.SENT, 0)) != members or unit.gifts.unwritten():
            raise RuntimeError(f"{sent} of {members} gifts, {unit.gifts.unwritten()} unwritten")
    return taken


def _set_up(store: SqlStore) -> str:
    link = CampaignLink(
        link_id=str(uuid4()),
        org_id=ORG,
        campaign_id=CAMPAIGN,
        campaign_name="Bench",
        account_id="main",
        gift_campaign_id="bench",
        gift_campaign_name="Bench",
        value=Money(2500, "EUR"),
    )
    account = ProviderAccount(
        account_id="main",
        provider="andopen",
        base_url="http://127.0.0.1:1",
        token="ao-v1-staging-bench",
        webhook_secret="unused",
    )
    with store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=ORG,
                instance_url="https://127.0.0.1:1",
                login_url="https://127.0.0.1:1",
                consumer_key="-",
                username="-",
            )
        )
        unit.connections.save_account(account)
        unit.links.save(link)
    return link.link_id


def _jobs_left(store: SqlStore) -> str | None:
    """The job of the oldest gift that waits; None where none does."""
    with store.read() as unit:
        waiting = unit.gifts.planned(ORG, now=now(), limit=1)
    return waiting[0].job_id if waiting else None


def _member(number: int) -> Record:
    contact = {
        "FirstName": "Ada",
        "LastName": f"Byron {number}",
        "Email": f"ada{number}@example.com",
        "HasOptedOutOfEmail": False,
        "Gift_Opt_Out__c": False,
        "SystemModstamp": _STAMP,
    }
    return {
        "Id": f"00v{number:012d}AAA",
        "IsDeleted": False,
        "CampaignId": CAMPAIGN,
        "ContactId": f"003{number:012d}AAA",
        "LeadId": None,
        "SystemModstamp": _STAMP,
        "Contact": contact,
        "Lead": None,
    }


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def now() -> datetime:
    return datetime.now(UTC)


def no_checkpoint(_step: object) -> None:
    """Nothing happens at a step."""


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        store = new_store(f"sqlite:///{directory}/ledger.sqlite")
        print(json.dumps(asdict(measure(store, int(sys.argv[1])))))
        store.close()
