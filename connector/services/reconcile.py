"""Ask about gifts that have been silent for long: a webhook may have been lost."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.domain.gift import Gift
from connector.errors import AdminError, ConnectorError
from connector.ports import Clock, GiftProvider, ProviderGift
from connector.services.hearing import changes_after_hearing, hear
from connector.services.storage import GiftChanges, Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 200


@dataclass(frozen=True)
class Reconcile:
    """silent_for: how long nothing may have been heard of a gift in progress before the provider is asked."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    silent_for: timedelta

    def __call__(self) -> int:
        """How many gifts were asked about; at most 200 of each account in one run."""
        with self.store.read() as unit:
            accounts = [account.account_id for account in unit.connections.accounts()]
        return sum(self._ask_account(account_id) for account_id in accounts)

    def _ask_account(self, account_id: str) -> int:
        with self.store.read() as unit:
            silent = unit.gifts.silent(account_id, heard_before=self.clock() - self.silent_for, limit=_BATCH)
        if not silent:
            return 0
        asked = 0
        try:
            provider = self.open_provider(account_id)
            for gift in silent:
                self._ask(provider, gift)
                asked += 1
        except AdminError as error:
            log.warning("reconcile_stopped", account_id=account_id, code=error.code)
        return asked

    def _ask(self, provider: GiftProvider, gift: Gift) -> None:
        try:
            heard = provider.gift(gift.provider_gift_id)
        except AdminError:
            raise
        except ConnectorError as error:
            log.warning("gift_not_answered", key=gift.key, code=error.code, error=type(error).__name__)
            with self.store.write() as unit:
                unit.gifts.change({gift.key: GiftChanges(heard_at=self.clock())})
            return
        self._take_in(gift.key, heard)

    def _take_in(self, key: str, heard: ProviderGift) -> None:
        """The row is read again inside the transaction: a webhook may have come meanwhile."""
        event_id = f"asked:{heard.provider_gift_id}:{heard.status.value}:{heard.updated_at.isoformat()}"
        with self.store.write() as unit:
            current = unit.gifts.named([key])[key]
            after, events = hear(current, heard, event_id, now=self.clock())
            unit.events.add([event for event in events if event.applied])
            unit.gifts.change({key: changes_after_hearing(after)})
