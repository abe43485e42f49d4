"""Ask about gifts that have been silent for long: a webhook may have been lost."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from connector.domain.gift import Gift
from connector.errors import AdminError, ConnectorError, ProviderPaused
from connector.ports import Clock, GiftProvider, ProviderGift
from connector.services.hearing import changes_after_hearing, hear
from connector.services.storage import GiftChanges, Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 200


@dataclass
class SilenceReport:
    """asked: gifts that the provider was asked about.

    moved: those that it had news of. unanswered: the rest.
    """

    asked: int = 0
    moved: int = 0
    unanswered: int = 0


@dataclass(frozen=True)
class Reconcile:
    """silent_for: how long nothing may have been heard of a gift in progress before the provider is asked."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    silent_for: timedelta

    def __call__(self, *, dry_run: bool = False) -> SilenceReport:
        """At most 200 gifts of each account in one run. dry_run: counts them and asks nobody."""
        report = SilenceReport()
        with self.store.read() as unit:
            accounts = [account.account_id for account in unit.connections.accounts()]
        for account_id in accounts:
            self._ask_account(account_id, report, dry_run=dry_run)
        return report

    def _ask_account(self, account_id: str, report: SilenceReport, *, dry_run: bool) -> None:
        with self.store.read() as unit:
            silent = unit.gifts.silent(account_id, heard_before=self.clock() - self.silent_for, limit=_BATCH)
        if dry_run or not silent:
            report.asked += len(silent)
            return
        try:
            provider = self.open_provider(account_id)
            for gift in silent:
                self._ask(provider, gift, report)
                report.asked += 1
        except (AdminError, ProviderPaused) as error:
            log.warning("reconcile_stopped", account_id=account_id, code=error.code)

    def _ask(self, provider: GiftProvider, gift: Gift, report: SilenceReport) -> None:
        try:
            heard = provider.gift(gift.provider_gift_id)
        except (AdminError, ProviderPaused):
            raise
        except ConnectorError as error:
            log.warning("gift_not_answered", gift=gift.key, code=error.code, error=type(error).__name__)
            with self.store.write() as unit:
                unit.gifts.change({gift.key: GiftChanges(heard_at=self.clock())})
            report.unanswered += 1
            return
        report.moved += self._take_in(gift.key, heard)

    def _take_in(self, key: str, heard: ProviderGift) -> bool:
        """Whether it was news.

        The row is read again inside the transaction: a webhook may have come meanwhile.
        """
        event_id = f"asked:{heard.provider_gift_id}:{heard.status.value}:{heard.updated_at.isoformat()}"
        with self.store.write() as unit:
            current = unit.gifts.named([key])[key]
            after, events = hear(current, heard, event_id, now=self.clock())
            unit.events.add([event for event in events if event.applied])
            unit.gifts.change({key: changes_after_hearing(after)})
        return any(event.applied for event in events)
