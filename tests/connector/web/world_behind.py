"""What the web asks of the composition root, over a world of fakes."""

from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from connector.adapters.certificates import make_key_pair
from connector.adapters.metrics.counters import Counters
from connector.adapters.metrics.exposition import metrics_page
from connector.adapters.metrics.measured import MeasuredIntake
from connector.adapters.salesforce.addresses import accepted_org_url
from connector.adapters.salesforce.connections import OrgSettings
from connector.adapters.salesforce.planner import plan
from connector.domain.connections import ProviderAccount
from connector.domain.portal_session import PortalSession, Role, UserTokens, digest_of, new_secret
from connector.errors import AuthenticationFailed, ConfigurationError
from connector.parts.sending import SendingParts
from connector.ports import GiftProvider, SalesforceOrg
from connector.services.audit import VerifyAudit
from connector.services.connections.account_state import ConnectAccount
from connector.services.connections.authorize_org import AuthorizeOrg
from connector.services.connections.connect_org import ConnectOrg
from connector.services.connections.connection_drafts import ConnectionDrafts
from connector.services.connections.disconnect_org import DisconnectOrg
from connector.services.connections.org_accounts import OrgAccounts
from connector.services.connections.retire_account import RetireAccount
from connector.services.connections.rotate_webhook_secret import RotateWebhookSecret
from connector.services.connections.token_life import TellTokenLife
from connector.services.gift_sync.estimate_calls import EstimateCalls
from connector.services.gift_sync.find_campaigns import FindCampaigns
from connector.services.gift_sync.gift_campaign_choice import GiftCampaignChoice
from connector.services.gift_sync.link_campaign import LinkCampaign
from connector.services.gift_sync.manage_link import ManageLink
from connector.services.gift_sync.show_sync import ShowSync
from connector.services.gift_sync.start_sync import StartSync
from connector.services.gifts.dashboard import TellDashboard
from connector.services.gifts.decide_approval import DecideApprovals
from connector.services.gifts.gift_story import TellGiftStory
from connector.services.gifts.held_gifts import HeldGifts
from connector.services.gifts.resend_gift import ResendGift
from connector.services.gifts.retry_gift import RetryGift
from connector.services.gifts.set_terms import SetTerms
from connector.services.gifts.settle_by_hand import SettleByHand
from connector.services.inbox.replay_inbox import ReplayInbox
from connector.services.mapping.keep_mapping import KeepMapping
from connector.services.mapping.map_field import MapField
from connector.services.mapping.preview_mapping import PreviewMapping
from connector.services.operations.diagnose import Diagnose
from connector.services.operations.look_at_org import LookAtOrgs
from connector.services.operations.notices import Notices
from connector.services.operations.state_of_org import StateOfOrg
from connector.services.operations.take_figures import TakeFigures
from connector.services.privacy.privacy import Privacy
from connector.services.sign_in.portal_sessions import PortalSessions
from connector.services.sign_in.sign_in import SignIn
from connector.services.storage.store import Store
from tests.connector.fake_authorization import FakeAuthorization
from tests.connector.world import ACCOUNT, World

USER_ID = "005000000000001AAA"


class WorldBehindTheWeb(SendingParts):
    """What the web asks of the composition root, over a world of fakes."""

    trusted_proxies = 0
    webhook_max_bytes = 20_000
    public_url = "http://127.0.0.1:8080"

    def __init__(self, world: World) -> None:
        self.authorization = FakeAuthorization(world.org_id)
        self.world = world
        self.clock = world.clock
        self.woken = 0
        self.rep_org: SalesforceOrg | None = None
        self.trouble: ConfigurationError | None = None
        self.metrics_token = ""
        self.counters = Counters(CollectorRegistry())

    @property
    def store(self) -> Store:
        return self.world.store

    @property
    def org_settings(self) -> OrgSettings:
        return OrgSettings()

    def open_org(self, org_id: str) -> SalesforceOrg:
        return self.world.open_org(org_id)

    def open_org_as(self, session: PortalSession) -> SalesforceOrg:
        """The org as a rep sees it, who sees everything unless a test says otherwise."""
        assert session.org_id == self.world.org_id
        return self.rep_org or self.world.org

    @property
    def receive_event(self) -> Any:
        receive = replace(self.world.receive_event, open_provider=self.open_provider)
        return MeasuredIntake(receive, self.counters)

    def metrics_page(self) -> bytes:
        take_figures = TakeFigures(self.world.store, self.world.clock)
        return metrics_page(self.counters.registry, take_figures, self.world.engine.unfinished)

    @property
    def state_of_org(self) -> StateOfOrg:
        return StateOfOrg(self.world.store)

    @property
    def sign_in(self) -> SignIn:
        return SignIn(
            self.world.store,
            self.world.open_org,
            self.authorization,
            self.world.clock,
            session_hours=12,
        )

    @property
    def portal_sessions(self) -> PortalSessions:
        return PortalSessions(self.world.store, self.authorization, self.world.clock, idle_minutes=120)

    @property
    def find_campaigns(self) -> FindCampaigns:
        return FindCampaigns(self.world.store, self.world.open_org)

    @property
    def gift_campaign_choice(self) -> GiftCampaignChoice:
        return GiftCampaignChoice(self.world.store, self.open_provider)

    @property
    def link_campaign(self) -> LinkCampaign:
        return LinkCampaign(self.world.store, self.world.open_org, self.open_provider, self.world.clock)

    @property
    def manage_link(self) -> ManageLink:
        return ManageLink(self.world.store, self.world.open_org, self.world.clock)

    @property
    def show_sync(self) -> ShowSync:
        return ShowSync(self.world.store, self.world.clock)

    @property
    def start_sync(self) -> StartSync:
        return StartSync(self.world.store, self.world.clock)

    @property
    def estimate_calls(self) -> EstimateCalls:
        return EstimateCalls(lambda writes: len(plan(writes)), bulk_query_above=20_000)

    @property
    def map_field(self) -> MapField:
        return MapField(self.world.store, self.world.open_org, self.world.clock)

    @property
    def keep_mapping(self) -> KeepMapping:
        return KeepMapping(self.world.store, self.world.open_org, self.world.clock)

    @property
    def preview_mapping(self) -> PreviewMapping:
        return PreviewMapping(self.world.store, self.world.open_org)

    @property
    def connect_org(self) -> ConnectOrg:
        return ConnectOrg(self.world.store, lambda _connection: self.world.org, self.world.clock)

    @property
    def connection_drafts(self) -> ConnectionDrafts:
        return ConnectionDrafts(
            self.world.store, make_key_pair, accepted_url, self.connect_org, self.world.clock
        )

    @property
    def authorize_org(self) -> AuthorizeOrg:
        return AuthorizeOrg(
            self.world.store,
            self.connection_drafts,
            self.sign_in,
            self.authorization,
            lambda _connection, _answer: self.world.org,
            self.world.clock,
        )

    allow_loopback = True

    @property
    def connect_account(self) -> ConnectAccount:
        return ConnectAccount(self.world.store, self.open_account, self.world.clock)

    def open_account(self, account: ProviderAccount) -> GiftProvider:
        """Any account is the fake's, unless its token is a bad one."""
        if account.token == "refused":
            raise AuthenticationFailed("401", code="invalid_token", remedy="Enter a new token.")
        return self.world.provider

    @property
    def org_accounts(self) -> OrgAccounts:
        rotate = RotateWebhookSecret(self.world.store, self.world.clock)
        retire = RetireAccount(self.world.store, self.world.clock)
        return OrgAccounts(self.world.store, self.connect_account, rotate, retire, self.world.clock)

    @property
    def notices(self) -> Notices:
        return Notices(self.world.store, self.world.clock, floor_calls=1_000)

    @property
    def diagnose(self) -> Diagnose:
        return Diagnose(
            self.world.store,
            lambda _connection: self.world.org,
            lambda _connection: self.world.clock(),
            self.open_provider,
            self.world.clock,
            floor_calls=1_000,
        )

    @property
    def look_at_orgs(self) -> LookAtOrgs:
        return LookAtOrgs(self.world.store, self.world.open_org)

    @property
    def tell_token_life(self) -> TellTokenLife:
        return TellTokenLife(self.world.store, self.authorization, lambda _: "access")

    @property
    def disconnect_org(self) -> DisconnectOrg:
        return DisconnectOrg(self.world.store, self.authorization, lambda _connection: None, self.world.clock)

    @property
    def held_gifts(self) -> HeldGifts:
        return HeldGifts(self.world.store, self.world.clock)

    @property
    def gift_story(self) -> TellGiftStory:
        return TellGiftStory(self.world.store)

    @property
    def retry_gift(self) -> RetryGift:
        return RetryGift(self.world.store, self.world.open_org, self.world.clock)

    @property
    def resend_gift(self) -> ResendGift:
        return ResendGift(self.world.store, self.world.open_org, self.world.clock)

    @property
    def settle_by_hand(self) -> SettleByHand:
        return self.world.settle_by_hand

    @property
    def replay_inbox(self) -> ReplayInbox:
        return ReplayInbox(self.world.store)

    @property
    def decide_approvals(self) -> DecideApprovals:
        return self.world.decide_approvals

    @property
    def dashboard(self) -> TellDashboard:
        return TellDashboard(self.world.store, self.world.clock)

    @property
    def set_terms(self) -> SetTerms:
        return self.world.set_terms

    @property
    def api_access(self) -> Any:
        return self.world.api_access

    @property
    def cancel_gift(self) -> Any:
        return self.world.cancel_gift

    @property
    def ask_for_gift(self) -> Any:
        return self.world.ask_for_gift

    def open_provider(self, account_id: str) -> GiftProvider:
        if account_id != ACCOUNT:
            raise ConfigurationError("no such account", code="unknown_account")
        return self.world.provider

    def wake_inbox(self) -> None:
        self.woken += 1

    def check_ready(self) -> None:
        if self.trouble:
            raise self.trouble

    keep_personal_days = 0.0

    @property
    def privacy(self) -> Privacy:
        return Privacy(self.world.store, self.world.open_org, self.world.clock)

    @property
    def verify_audit(self) -> VerifyAudit:
        return VerifyAudit(self.world.store)

    def signed_in(
        self, client: FlaskClient, *roles: Role, org_id: str = "", user_id: str = USER_ID
    ) -> PortalSession:
        """Somebody with these roles, whose cookie the client holds."""
        secret, now = new_secret(), self.world.clock()
        session = PortalSession(
            digest=digest_of(secret),
            org_id=org_id or self.world.org_id,
            user_id=user_id,
            username="ada@example.com",
            display_name="Ada Byron",
            roles=frozenset(roles),
            csrf_token=new_secret(),
            started_at=now,
            seen_at=now,
            ends_at=now.replace(year=now.year + 1),
            tokens=UserTokens(
                access_token="access-1", refresh_token="refresh-1", instance_url="https://x.example"
            ),
        )
        with self.world.store.write() as unit:
            unit.portal_sessions.add(session)
        client.set_cookie("gifting_session", secret)
        return session


def accepted_url(url: str) -> str:
    """As in production, where no loopback is taken."""
    return accepted_org_url(url, allow_loopback=False)
