"""Ask about gifts that have been silent for long: a webhook may have been lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from connector.domain.gift import Gift
from connector.errors import AdminError, ConnectorError, ProviderPaused
from connector.ports import Clock, GiftProvider, ProviderGift
from connector.services.gifts.hearing import changes_after_hearing, hear
from connector.services.requesting.ask_together import ask_together
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 200
# Questions under way at the same time: a platform that is asked about everything should not notice it much.
_TOGETHER = 8
_LINGER_SECONDS = 0.2
# Of no use to ask about the other gifts then.
_STOPS = (AdminError, ProviderPaused)


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
        except ConnectorError as error:
            log.warning("reconcile_stopped", account_id=account_id, code=error.code)
            return
        ask = partial(_ask, provider)
        for batch in ask_together(ask, silent, threads=_TOGETHER, linger_seconds=_LINGER_SECONDS):
            told = {gift.key: answer for gift, answer in batch if not isinstance(answer, _STOPS)}
            self._take_in(told, report)
            for _, answer in batch:
                if isinstance(answer, _STOPS):
                    log.warning("reconcile_stopped", account_id=account_id, code=answer.code)
                    return

    def _take_in(self, told: Mapping[str, ProviderGift | ConnectorError], report: SilenceReport) -> None:
        """The rows are read again inside the transaction: webhooks may have come meanwhile."""
        now = self.clock()
        with self.store.write() as unit:
            rows, changes = unit.gifts.named(list(told)), dict[str, GiftChanges]()
            for key, answer in told.items():
                report.asked += 1
                if isinstance(answer, ConnectorError):
                    changes[key] = GiftChanges(heard_at=now)
                    report.unanswered += 1
                    continue
                after, events = hear(rows[key], answer, _event_id(answer), now=now)
                unit.events.add([event for event in events if event.applied])
                changes[key] = changes_after_hearing(after)
                report.moved += any(event.applied for event in events)
            unit.gifts.change(changes)


def _ask(provider: GiftProvider, gift: Gift) -> ProviderGift | ConnectorError:
    try:
        return provider.gift(gift.provider_gift_id)
    except ConnectorError as error:
        log.warning("gift_not_answered", gift=gift.key, code=error.code, error=type(error).__name__)
        return error


def _event_id(heard: ProviderGift) -> str:
    """The same report has the same name, so that history keeps it once."""
    return f"asked:{heard.provider_gift_id}:{heard.status.value}:{heard.updated_at.isoformat()}"
