"""What the web asks of the composition root, which it must not know."""

from collections.abc import Mapping
from typing import Protocol

from connector.domain.api_key import ApiKey
from connector.domain.gift import Gift
from connector.ports import GiftCampaign, GiftProvider
from connector.services.gifts.plan_gift import GiftWish
from connector.services.sending.ask_for_gift import AskedGift
from connector.services.sending.preview_gift import Preview
from connector.web.portal.approvals import ApprovalsContainer
from connector.web.portal.audit import AuditContainer
from connector.web.portal.budgets import BudgetsContainer
from connector.web.portal.diagnosis import DiagnosisContainer
from connector.web.portal.gifts import GiftsContainer
from connector.web.portal.home import HomeContainer
from connector.web.portal.integrations.container import SalesforceContainer
from connector.web.portal.integrations.overview import OverviewContainer
from connector.web.portal.integrations.platforms import PlatformContainer
from connector.web.portal.mapping import MappingContainer
from connector.web.portal.objects import ObjectsContainer
from connector.web.portal.privacy import PrivacyContainer
from connector.web.portal.send import SendContainer
from connector.web.portal.sync import GiftSyncContainer


class ReceivesEvents(Protocol):
    """services.receive_event.ReceiveEvent."""

    def __call__(
        self, account_id: str, headers: Mapping[str, str], body: bytes, *, provider: str = ""
    ) -> bool: ...


class RecognisesKeys(Protocol):
    """services.api_access.ApiAccess."""

    def recognise(self, text: str) -> ApiKey | None: ...
    def take_turn(self, org_id: str) -> None: ...


class AsksForGifts(Protocol):
    """services.ask_for_gift.AskForGift."""

    def __call__(self, asked: AskedGift) -> Gift: ...
    def preview(self, asked: AskedGift) -> tuple[GiftWish, Preview]: ...
    def gift(self, org_id: str, key: str) -> Gift: ...
    def gift_campaigns(self, org_id: str) -> list[GiftCampaign]: ...


class WebContainer(
    HomeContainer,
    SendContainer,
    PrivacyContainer,
    AuditContainer,
    SalesforceContainer,
    GiftSyncContainer,
    MappingContainer,
    ObjectsContainer,
    GiftsContainer,
    ApprovalsContainer,
    BudgetsContainer,
    OverviewContainer,
    PlatformContainer,
    DiagnosisContainer,
    Protocol,
):
    """The part of connector.app.Container that views use."""

    @property
    def webhook_max_bytes(self) -> int: ...
    @property
    def trusted_proxies(self) -> int: ...
    @property
    def metrics_token(self) -> str: ...
    def metrics_page(self) -> bytes:
        """In Prometheus' text format."""
        ...

    @property
    def receive_event(self) -> ReceivesEvents: ...
    @property
    def api_access(self) -> RecognisesKeys: ...
    @property
    def ask_for_gift(self) -> AsksForGifts: ...
    def open_provider(self, account_id: str) -> GiftProvider: ...
    def wake_inbox(self) -> None:
        """Have the worker look into the inbox at once, where one runs in this process."""
        ...

    def check_ready(self) -> None:
        """Raises ConfigurationError or TemporaryError where requests cannot be served."""
        ...
