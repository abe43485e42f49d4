"""&Open, over its public API, version 2026-05.

Not sent: GiftOrder.message, for which the API documents no field. The dedupe key travels as Idempotency-Key,
which &Open does not document and may ignore; nothing here relies on it. Gifts do not echo the key, so
ProviderGift.dedupe_key is empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from connector.adapters.providers import andopen_faults, andopen_webhooks
from connector.adapters.providers.andopen_payload import (
    Unreadable,
    campaign_from,
    direct_send,
    gift_from,
    item_id,
    page_from,
)
from connector.adapters.providers.json_text import from_json
from connector.adapters.providers.transport import Transport, utc_now
from connector.errors import LookUpUnsupported, OutcomeUnknown, PermanentError
from connector.ports import Clock, GiftCampaign, GiftOrder, ProviderGift, WebhookEvent

API_VERSION = "2026-05"
GIFTS_PER_PAGE = "100"


class AndOpen:
    """One &Open account. Safe to use from many threads; close() when done."""

    name = "andopen"
    # Version 2026-05 documents how gift requests are made and read, and none of how one is canceled.
    how_to_cancel = "Ask whoever runs your company's gifting in &Open, or &Open's support, to cancel {gift}."
    reads_webhooks_anew = False

    def __init__(
        self, base_url: str, token: str, webhook_secrets: Sequence[str] = (), *, clock: Clock = utc_now
    ) -> None:
        """base_url: of the account's region. webhook_secrets: all that are valid now, two while rotating."""
        self._webhook_secrets = tuple(webhook_secrets)
        self._transport = Transport(
            base_url,
            {"Authorization": f"Bearer {token}", "AndOpen-API-Version": API_VERSION},
            refusal=partial(andopen_faults.refusal, clock=clock),
            clock=clock,
        )

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        for item in self._pages("/campaigns", {}):
            yield campaign_from(item)

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        """Ask once: in choice mode, or sent directly where the order has an address.

        An answer that cannot be read is OutcomeUnknown: the gift may exist.
        """
        recipient = order.recipient
        body: dict[str, Any] = {
            "campaign_id": order.gift_campaign_id,
            "recipient": {
                "first_name": recipient.first_name,
                "last_name": recipient.last_name,
                "email": recipient.email,
            },
        }
        if order.address is not None or order.line_items:
            body |= direct_send(order.address, order.line_items)
        key = {"Idempotency-Key": order.dedupe_key}
        answer = self._transport.change("/gift_requests", body, key, valid_until=order.valid_until)
        try:
            return gift_from(answer)
        except Unreadable as problem:
            raise OutcomeUnknown(str(problem), code=problem.code) from problem

    def gift(self, provider_gift_id: str) -> ProviderGift:
        return gift_from(self._transport.read(f"/gift_requests/{quote(provider_gift_id, safe='')}"))

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        """Every page is read: the order of the list is not documented.

        created_since: cut to milliseconds, which is what the platform keeps. The platform's clock decides;
        leave a margin for its difference from ours.
        """
        since = created_since.replace(microsecond=created_since.microsecond // 1000 * 1000)
        params = {"campaign_id": gift_campaign_id, "limit": GIFTS_PER_PAGE}
        try:
            for item in self._pages("/gift_requests", params):
                gift = gift_from(item)
                if gift.gift_campaign_id == gift_campaign_id and gift.created_at >= since:
                    yield gift
        except andopen_faults.NotThere as problem:
            raise LookUpUnsupported("&Open offers no list of gift requests", code=problem.code) from problem

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        return andopen_webhooks.verify(headers, body, self._webhook_secrets, now=now)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The event type is taken as it comes: no list is documented, and the gift says what changed."""
        given = andopen_webhooks.lower_keys(headers)
        try:
            document = from_json(body)
        except ValueError as problem:
            raise Unreadable("body") from problem
        return WebhookEvent(
            event_id=given.get(andopen_webhooks.EVENT_ID, ""),
            event_type=given.get(andopen_webhooks.EVENT_TYPE, ""),
            gift=gift_from(document),
        )

    def close(self) -> None:
        self._transport.close()

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[Any]:
        """Items of a keyset-paged list, page by page (page campaigns: `after` is the last item's id)."""
        after = ""
        while True:
            cursor = {"after": after} if after else {}
            items, has_more = page_from(self._transport.read(path, {**params, **cursor}))
            yield from items
            if not has_more:
                return
            last = item_id(items[-1]) if items else ""
            if last in ("", after):
                raise PermanentError(f"&Open's list {path} does not advance", code="endless_list")
            after = last
