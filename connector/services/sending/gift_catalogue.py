"""What can be sent: the gift campaigns of the accounts, remembered for a while."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connector.domain.connections import ProviderAccount
from connector.errors import ConfigurationError, ConnectorError
from connector.ports import Clock, GiftCampaign
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

# Gift campaigns are made a few times a month; a page must not wait for the platform each time.
KEEP_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Offer:
    """A gift campaign of an account. provider: the platform's name."""

    account_id: str
    provider: str
    campaign: GiftCampaign

    @property
    def choice(self) -> str:
        """Names the offer in a form."""
        return f"{self.account_id}/{self.campaign.gift_campaign_id}"


class GiftCatalogue:
    """Safe to use from many threads; one for each process."""

    def __init__(
        self, store: Store, open_provider: OpenProvider, clock: Clock, keep_for: timedelta = KEEP_FOR
    ) -> None:
        self._store = store
        self._open_provider = open_provider
        self._clock = clock
        self._keep_for = keep_for
        self._known: dict[str, tuple[datetime, Sequence[Offer]]] = {}
        self._lock = threading.Lock()

    def offers(self, org_id: str) -> list[Offer]:
        """Of all accounts that answer, without those that would need a choice of variants.

        Raises ConfigurationError where the org has no account, and the platform's error where none answers.
        """
        with self._store.read() as unit:
            accounts = unit.connections.accounts_of(org_id)
        if not accounts:
            raise ConfigurationError(
                f"Org {org_id} has no account at a gifting platform",
                code="no_account",
                remedy="An administrator connects one. Nothing was sent.",
            )
        offers: list[Offer] = []
        failure: ConnectorError | None = None
        for account in accounts:
            try:
                offers += self._of_account(account)
            except ConnectorError as error:
                log.warning("gift_campaigns_not_read", account_id=account.account_id, code=error.code)
                failure = error
        if failure is not None and not offers:
            raise failure
        return offers

    def _of_account(self, account: ProviderAccount) -> Sequence[Offer]:
        with self._lock:
            known = self._known.get(account.account_id)
        now = self._clock()
        if known is not None and known[0] > now:
            return known[1]
        campaigns = self._open_provider(account.account_id).gift_campaigns()
        offers = [
            Offer(account.account_id, account.provider, campaign)
            for campaign in campaigns
            if campaign.line_items or not campaign.direct_send
        ]
        with self._lock:
            self._known[account.account_id] = (now + self._keep_for, offers)
        return offers
