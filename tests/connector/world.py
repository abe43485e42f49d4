"""A connector with fakes at its ends, for tests of the services: real store, jobs run at once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from connector.adapters.store.store import SqlStore
from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.gift import Gift, RequestState
from connector.domain.money import Money
from connector.ports import GiftProvider, SalesforceOrg
from connector.services.checkpoints import Step
from connector.services.gift_sync.link_campaign import LinkCampaign, WantedGift
from connector.services.gift_sync.plan_sync import PlanSync, SyncReport
from connector.services.gifts.cancel_gift import CancelGift
from connector.services.gifts.consent import KeepBack
from connector.services.gifts.decide_approval import DecideApprovals, ExpireApprovals
from connector.services.gifts.set_terms import SetTerms
from connector.services.gifts.settle_by_hand import SettleByHand
from connector.services.inbox.apply_event import ApplyEvents
from connector.services.inbox.receive_event import ReceiveEvent
from connector.services.inbox.reconcile import Reconcile
from connector.services.jobs import DispatchJobs, Job
from connector.services.operations.sweep import Sweep
from connector.services.requesting.request_gift import RequestGifts
from connector.services.requesting.settle_unknown import SettleUnknown
from connector.services.sending.ask_for_gift import AskForGift
from connector.services.sign_in.api_access import ApiAccess
from connector.services.worker import Patience, Worker
from connector.services.writing.start_write_backs import StartWriteBacks
from connector.services.writing.write_back import WriteBack
from tests.connector.ciphers import new_cipher
from tests.connector.fakes import FakeProvider, FakeSalesforceOrg
from tests.connector.immediate_engine import ImmediateEngine

ACCOUNT = "main"
PATIENCE = Patience(lease_seconds=60, in_flight_seconds=10)


@dataclass
class MovableClock:
    """A clock that stands still until it is told to move."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class World:
    """Everything a test of a use case may look at."""

    store: SqlStore
    clock: MovableClock = field(default_factory=MovableClock)
    org: FakeSalesforceOrg = field(default_factory=FakeSalesforceOrg)
    engine: ImmediateEngine = field(default_factory=ImmediateEngine)
    steps: list[Step] = field(default_factory=list)
    org_id: str = "00D000000000001EAA"

    def __post_init__(self) -> None:
        self.provider = FakeProvider(self.clock)
        self.org.clock = self.clock
        self.worker = Worker("w1", uuid4().hex, self.clock())
        with self.store.write() as unit:
            unit.connections.save_org(
                OrgConnection(
                    org_id=self.org_id,
                    instance_url="https://example.my.salesforce.com",
                    login_url="https://login.salesforce.com",
                    consumer_key="key",
                    username="integration@example.com",
                    private_key_pem="pem",
                )
            )
            unit.connections.save_account(
                ProviderAccount(
                    account_id=ACCOUNT, provider="fake", base_url="us", token="token", webhook_secret="secret"
                )
            )

    def checkpoint(self, step: Step) -> None:
        self.steps.append(step)

    def open_org(self, org_id: str) -> SalesforceOrg:
        assert org_id == self.org_id
        return self.org

    def open_provider(self, account_id: str) -> GiftProvider:
        assert account_id == ACCOUNT
        return self.provider

    # The use cases, as the composition root puts them together.

    @property
    def request_gifts(self) -> RequestGifts:
        settle = SettleUnknown(self.store, self.open_provider, self.clock, self.checkpoint)
        return RequestGifts(
            self.store,
            self.open_provider,
            self.clock,
            self.checkpoint,
            self.worker,
            settle,
            KeepBack(self.store, self.open_org, self.clock),
            PATIENCE,
            threads=4,
        )

    @property
    def write_back(self) -> WriteBack:
        return WriteBack(self.store, self.open_org, self.clock, self.checkpoint, PATIENCE)

    @property
    def apply_events(self) -> ApplyEvents:
        return ApplyEvents(self.store, self.open_provider, self.clock, self.checkpoint)

    @property
    def receive_event(self) -> ReceiveEvent:
        return ReceiveEvent(self.store, self.open_provider, self.clock, self.checkpoint)

    @property
    def plan_sync(self) -> PlanSync:
        return PlanSync(self.store, self.open_org, self.clock, self.checkpoint)

    @property
    def cancel_gift(self) -> CancelGift:
        return CancelGift(self.store, self.open_provider, self.clock)

    @property
    def ask_for_gift(self) -> AskForGift:
        return AskForGift(self.store, self.open_org, self.open_provider, self.clock)

    @property
    def api_access(self) -> ApiAccess:
        return ApiAccess(self.store, self.clock)

    @property
    def sweep(self) -> Sweep:
        return Sweep(self.store, self.engine, self.clock)

    @property
    def settle_by_hand(self) -> SettleByHand:
        return SettleByHand(self.store, self.open_provider, self.clock)

    @property
    def start_write_backs(self) -> StartWriteBacks:
        return StartWriteBacks(self.store, self.engine, self.clock, timedelta(seconds=2))

    @property
    def decide_approvals(self) -> DecideApprovals:
        return DecideApprovals(self.store, self.open_org, self.clock)

    @property
    def expire_approvals(self) -> ExpireApprovals:
        return ExpireApprovals(self.store, self.clock)

    @property
    def set_terms(self) -> SetTerms:
        return SetTerms(self.store, self.clock)

    @property
    def reconcile(self) -> Reconcile:
        return Reconcile(self.store, self.open_provider, self.clock, timedelta(hours=24))

    # What happens in the world.

    def campaign(self, contacts: int = 0, leads: int = 0, name: str = "Spring") -> str:
        """A Campaign with members who may all get a gift; its Id."""
        campaign_id = self.org.add("Campaign", Name=name)
        for number in range(contacts):
            self.contact_member(campaign_id, Email=f"contact{number}@example.com")
        for number in range(leads):
            self.lead_member(campaign_id, Email=f"lead{number}@example.com")
        return campaign_id

    def contact(self, **fields: object) -> str:
        """Somebody who may get a gift, unless the fields say otherwise; their Id."""
        person = {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com", **_NO_OPT_OUT}
        return self.org.add("Contact", **{**person, **fields})

    def lead(self, **fields: object) -> str:
        """As `contact`; not converted."""
        person = {"FirstName": "Alan", "LastName": "Turing", "Email": "alan@example.com", **_NO_OPT_OUT}
        return self.org.add("Lead", **{**person, "IsConverted": False, "ConvertedContactId": None, **fields})

    def contact_member(self, campaign_id: str, **fields: object) -> str:
        contact_id = self.contact(**fields)
        return self.org.add(
            "CampaignMember", CampaignId=campaign_id, ContactId=contact_id, LeadId=None, Status="Sent"
        )

    def lead_member(self, campaign_id: str, **fields: object) -> str:
        lead_id = self.lead(**fields)
        return self.org.add(
            "CampaignMember", CampaignId=campaign_id, ContactId=None, LeadId=lead_id, Status="Sent"
        )

    def link(
        self,
        campaign_id: str,
        gift_campaign_id: str = "campaign-1",
        *,
        replaces: bool = True,
        allow_duplicates: bool | None = None,
    ) -> CampaignLink:
        gift = WantedGift(
            account_id=ACCOUNT,
            gift_campaign_id=gift_campaign_id,
            value=Money(2500, "EUR"),
            allow_duplicates=allow_duplicates,
        )
        return LinkCampaign(self.store, self.open_org, self.open_provider, self.clock)(
            gift, org_id=self.org_id, campaign=campaign_id, replaces=replaces
        )

    def run_jobs(self) -> None:
        """Let the engine do what the outbox holds, and what the sweep finds."""
        self.engine.run({Job.REQUEST_GIFTS: self.request_gifts, Job.WRITE_BACK: self.write_back})
        DispatchJobs(self.store, self.engine, self.checkpoint)()

    def sync(self, campaign_id: str, *, allow_duplicates: bool | None = None) -> SyncReport:
        """Link, plan and send."""
        report = self.plan_sync(self.link(campaign_id, allow_duplicates=allow_duplicates).link_id)
        self.run_jobs()
        return report

    def deliver(self, provider_gift_id: str, *, event_id: str = "") -> None:
        """A webhook about a gift as it is now."""
        headers, body = self.provider.event(provider_gift_id, event_id=event_id)
        self.receive_event(ACCOUNT, headers, body)

    def gifts(self) -> list[Gift]:
        """The whole ledger."""
        with self.store.read() as unit:
            rows = [gift for state in RequestState for gift in unit.gifts.in_state(state, limit=10_000)]
        return sorted(rows, key=lambda gift: gift.key)

    def restart(self) -> None:
        """The process died and came back under the same name."""
        self.worker = Worker("w1", uuid4().hex, self.clock())
        self.engine = ImmediateEngine()


def new_store(directory: Path) -> SqlStore:
    """An empty database of the newest schema."""
    file = directory / "ledger.sqlite"
    file.write_bytes(_migrated())
    return SqlStore(f"sqlite:///{file}", new_cipher())


@cache
def _migrated() -> bytes:
    """The file after all migrations, which take long beside a test of a page."""
    with TemporaryDirectory() as directory:
        file = Path(directory) / "ledger.sqlite"
        store = SqlStore(f"sqlite:///{file}", new_cipher())
        store.upgrade()
        store.close()
        return file.read_bytes()


_NO_OPT_OUT = {"HasOptedOutOfEmail": False, "Gift_Opt_Out__c": False}
