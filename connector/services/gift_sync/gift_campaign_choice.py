"""The gift campaigns that a Campaign may be linked to, from every account of the gifting platforms."""

from dataclasses import dataclass, field

from connector.errors import ConnectorError
from connector.ports import GiftCampaign
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider


@dataclass(frozen=True, slots=True)
class Choice:
    """campaigns: by account id. silent: why an account's could not be read, by account id."""

    campaigns: dict[str, list[GiftCampaign]] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GiftCampaignChoice:
    """An account that does not answer is named and holds the others up no longer than its time-out."""

    store: Store
    open_provider: OpenProvider

    def __call__(self, org_id: str) -> Choice:
        """org_id: whose accounts, and those that serve all orgs."""
        with self.store.read() as unit:
            accounts = [account.account_id for account in unit.connections.accounts_of(org_id)]
        choice = Choice()
        for account_id in accounts:
            try:
                choice.campaigns[account_id] = list(self.open_provider(account_id).gift_campaigns())
            except ConnectorError as error:
                choice.silent[account_id] = error.told
        return choice
