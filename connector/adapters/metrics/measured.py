"""Providers, orgs and the intake of webhooks as they are, with every call measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from time import perf_counter
from typing import TypeVar

from connector.adapters.metrics.counters import Counters, outcome_of
from connector.ports import (
    ApiUsage,
    GiftCampaign,
    GiftOrder,
    GiftProvider,
    LayoutDescription,
    ObjectDescription,
    OrgIdentity,
    ProviderGift,
    Record,
    RecordPageDescription,
    RecordWrite,
    SalesforceOrg,
    WebhookEvent,
    WriteOutcome,
)
from connector.services.inbox.receive_event import ReceiveEvent

Item = TypeVar("Item")


class MeasuredProvider:
    """See ports.GiftProvider. Lists count until their reader stops."""

    def __init__(self, provider: GiftProvider, account_id: str, counters: Counters) -> None:
        self.name = provider.name
        self.how_to_cancel = provider.how_to_cancel
        self.reads_webhooks_anew = provider.reads_webhooks_anew
        self._provider, self._account_id, self._counters = provider, account_id, counters

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        yield from _measured(self._provider.gift_campaigns(), self._counters, *self._labels("gift_campaigns"))

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        with self._counters.timed(self._counters.provider_calls, self._account_id, "request_gift"):
            return self._provider.request_gift(order)

    def gift(self, provider_gift_id: str) -> ProviderGift:
        with self._counters.timed(self._counters.provider_calls, self._account_id, "gift"):
            return self._provider.gift(provider_gift_id)

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        found = self._provider.find_gifts(gift_campaign_id, created_since=created_since)
        yield from _measured(found, self._counters, *self._labels("find_gifts"))

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return self._provider.verify_webhook(headers, body, now=now)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """Counted where the provider is asked."""
        if not self.reads_webhooks_anew:
            return self._provider.parse_webhook(headers, body)
        with self._counters.timed(self._counters.provider_calls, self._account_id, "parse_webhook"):
            return self._provider.parse_webhook(headers, body)

    def _labels(self, operation: str) -> tuple[str, str]:
        return self._account_id, operation


class MeasuredOrg:
    """See ports.SalesforceOrg. Of a query the time of the org counts, not that of whoever reads the rows."""

    def __init__(self, org: SalesforceOrg, org_id: str, counters: Counters) -> None:
        self._org, self._org_id, self._counters = org, org_id, counters

    def identity(self) -> OrgIdentity:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "identity"):
            return self._org.identity()

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        rows = self._org.query(soql, with_deleted=with_deleted)
        seconds, outcome = 0.0, "ok"
        try:
            while True:
                began = perf_counter()
                row = next(rows, None)
                seconds += perf_counter() - began
                if row is None:
                    return
                yield row
        except Exception as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._counters.salesforce_calls.labels(self._org_id, "query", outcome).observe(seconds)

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "query_together"):
            return self._org.query_together(soqls)

    def describe(self, sobject: str) -> ObjectDescription:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "describe"):
            return self._org.describe(sobject)

    def layouts(self, sobject: str) -> list[LayoutDescription]:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "layouts"):
            return self._org.layouts(sobject)

    def record_pages(self, sobject: str) -> list[RecordPageDescription]:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "record_pages"):
            return self._org.record_pages(sobject)

    def write(
        self, writes: Sequence[RecordWrite], *, before_call: Callable[[], None] = lambda: None
    ) -> list[WriteOutcome]:
        with self._counters.timed(self._counters.salesforce_calls, self._org_id, "write"):
            outcomes = self._org.write(writes, before_call=before_call)
        for write, outcome in zip(writes, outcomes, strict=True):
            self._counters.records_written.labels(self._org_id, write.sobject, outcome.state.value).inc()
        return outcomes

    def api_usage(self) -> ApiUsage | None:
        return self._org.api_usage()


class MeasuredIntake:
    """services.receive_event.ReceiveEvent, with webhooks counted as new, repeated or refused."""

    def __init__(self, receive: ReceiveEvent, counters: Counters) -> None:
        self._receive, self._webhooks = receive, counters.webhooks

    def __call__(
        self, account_id: str, headers: Mapping[str, str], body: bytes, *, provider: str = ""
    ) -> bool:
        began, outcome = perf_counter(), "new"
        try:
            is_new = self._receive(account_id, headers, body, provider=provider)
            outcome = "new" if is_new else "repeated"
        except Exception as error:
            outcome = outcome_of(error)
            raise
        else:
            return is_new
        finally:
            self._webhooks.labels(outcome).observe(perf_counter() - began)


def _measured(items: Iterator[Item], counters: Counters, *labels: str) -> Iterator[Item]:
    with counters.timed(counters.provider_calls, *labels):
        yield from items
