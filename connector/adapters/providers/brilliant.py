"""Brilliant, over its Storefront API, version V2.

A gift campaign here is a variant of the store's catalogue; every gift is an order to a postal address. Our
key travels in custom_data, which Brilliant echoes. Not sent: GiftOrder.message (the API has no field for it
but the items' `note`, which is for the warehouse) and the e-mail address (it has none at all).

The documented answer to a new order shows no id. The order is then found among the newest ones by its
custom_data; each order is fetched once for that, however many threads look, because custom_data never
changes.
"""

import base64
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote

from connector.adapters.providers import brilliant_faults, brilliant_webhooks
from connector.adapters.providers.brilliant_payload import (
    CUSTOM_KEY,
    Unreadable,
    campaigns_from,
    gift_from,
    listed_from,
    order_id,
)
from connector.adapters.providers.json_text import from_json
from connector.adapters.providers.transport import Transport, utc_now
from connector.domain.delivery import Address, LineItem
from connector.errors import ConnectorError, LookUpUnsupported, OutcomeUnknown, PermanentError
from connector.ports import Clock, GiftCampaign, GiftOrder, ProviderGift, WebhookEvent

ORDERS_PER_PAGE = "20"
# How far Brilliant's clock may be behind ours when the order just made is looked for.
_CLOCK_SKEW = timedelta(minutes=5)
_REMEMBERED_ORDERS = 10_000


class Brilliant:
    """One Brilliant store. Safe to use from many threads; close() when done."""

    name = "brilliant"
    # For people alone. Source: help.brilliantmade.com/article/180-storefront-order-faqs.
    how_to_cancel = (
        "Whoever has the store's account can cancel {gift} at Brilliant until the warehouse has packed it:"
        " sign in there and open Order history. Later on, ask Brilliant's support."
    )
    reads_webhooks_anew = True

    def __init__(
        self,
        base_url: str,
        credentials: str,
        webhook_url: str,
        address_secrets: Sequence[str],
        *,
        clock: Clock = utc_now,
    ) -> None:
        """credentials: <API key>:<API secret key>. webhook_url: ours, up to and with the account.

        address_secrets: ours; the first one makes new addresses, all of them are accepted.
        """
        self._webhook_url = webhook_url
        self._address_secrets = tuple(address_secrets)
        self._clock = clock
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()
        authorization = base64.b64encode(credentials.encode()).decode()
        self._transport = Transport(
            base_url,
            {"Authorization": f"Basic {authorization}"},
            refusal=partial(brilliant_faults.refusal, clock=clock),
            clock=clock,
        )

    def gift_campaigns(self) -> Iterator[GiftCampaign]:
        yield from campaigns_from(self._transport.read("/V2/store"))

    def request_gift(self, order: GiftOrder) -> ProviderGift:
        """Order once. An order that cannot be found after it was accepted is OutcomeUnknown."""
        body = self._body(order)
        started_at = self._clock()
        answer = self._transport.change("/V2/store/order", body, {}, valid_until=order.valid_until)
        if refused := brilliant_faults.invalid_order(answer, "POST /V2/store/order"):
            raise refused
        try:
            return self._made(order, answer, started_at)
        except ConnectorError as failure:
            raise OutcomeUnknown(
                f"the order was accepted and not found: {failure}", code="accepted_unseen"
            ) from failure

    def gift(self, provider_gift_id: str) -> ProviderGift:
        gift = gift_from(self._transport.read(f"/V2/store/order/{quote(provider_gift_id, safe='')}"))
        self._remember(gift)
        return gift

    def find_gifts(self, gift_campaign_id: str, *, created_since: datetime) -> Iterator[ProviderGift]:
        """One call for each page of 20 and one for each order, from the newest one back."""
        since = created_since.replace(microsecond=created_since.microsecond // 1000 * 1000)
        try:
            for number in self._newest(since):
                gift = self.gift(number)
                if gift.gift_campaign_id == gift_campaign_id:
                    yield gift
        except brilliant_faults.NotThere as problem:
            raise LookUpUnsupported("Brilliant offers no list of orders", code=problem.code) from problem

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> str:
        """By its address alone. Nothing tells when a delivery was sent: a late one is read anew as well."""
        del now
        return brilliant_webhooks.event_id(
            brilliant_webhooks.verified_key(headers, self._address_secrets), body
        )

    def parse_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEvent:
        """The body names the order; everything else is read anew, and must carry the key of the address."""
        try:
            number = order_id(from_json(body))
        except ValueError as problem:
            raise Unreadable("body") from problem
        key = brilliant_webhooks.verified_key(headers, self._address_secrets)
        gift = self.gift(number)
        if gift.dedupe_key != key:
            raise PermanentError("the order named is not the one of this address", code="other_order")
        return WebhookEvent(brilliant_webhooks.event_id(key, body), "order.status", gift)

    def close(self) -> None:
        self._transport.close()

    def _body(self, order: GiftOrder) -> dict[str, object]:
        if order.address is None:
            raise PermanentError("an order needs a postal address", code="address_missing")
        if not self._address_secrets:
            raise PermanentError("the account has no secret for webhook addresses", code="no_secret")
        recipient = order.recipient
        items = order.line_items or (LineItem(order.gift_campaign_id),)
        return {
            "order_items": [{"variant_id": _number(i.variant_id), "quantity": i.quantity} for i in items],
            "shipping_address": {
                "name": f"{recipient.first_name} {recipient.last_name}",
                **_shown_address(order.address),
            },
            "custom_data": {CUSTOM_KEY: order.dedupe_key},
            "webhook_url": f"{self._webhook_url}/"
            + brilliant_webhooks.address_of(order.dedupe_key, self._address_secrets[0]),
        }

    def _made(self, order: GiftOrder, answer: object, started_at: datetime) -> ProviderGift:
        payload = answer.get("payload") if isinstance(answer, Mapping) else None
        if isinstance(payload, Mapping) and "id" in payload:
            return self.gift(order_id(payload))
        for number in self._newest(started_at - _CLOCK_SKEW):
            if self._key_of(number) == order.dedupe_key:
                return self.gift(number)
        raise OutcomeUnknown("no order carries the key", code="accepted_unseen")

    def _newest(self, since: datetime) -> Iterator[str]:
        """Ids of the orders created since then, newest first."""
        page, has_more = 1, True
        while has_more:
            params = {"page": str(page), "per": ORDERS_PER_PAGE}
            listed, has_more = listed_from(self._transport.read("/V2/store/orders", params))
            for number, created_at in listed:
                if created_at < since:
                    return
                yield number
            page += 1

    def _key_of(self, number: str) -> str:
        with self._lock:
            known = self._keys.get(number)
        return self.gift(number).dedupe_key if known is None else known

    def _remember(self, gift: ProviderGift) -> None:
        with self._lock:
            self._keys[gift.provider_gift_id] = gift.dedupe_key
            while len(self._keys) > _REMEMBERED_ORDERS:
                del self._keys[next(iter(self._keys))]


def _shown_address(address: Address) -> dict[str, str]:
    """Source: "Create an order": a country has 2 characters, and so has a US state.

    Checked here to say which.
    """
    if len(address.country) != 2:
        raise PermanentError("the country has not 2 characters", code="country_code")
    if address.country == "US" and len(address.state) != 2:
        raise PermanentError("the US state has not 2 characters", code="state_code")
    return {
        "address_1": address.street,
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def _number(variant_id: str) -> int:
    if not variant_id.isdecimal():
        raise brilliant_faults.unknown_variant("a variant of Brilliant's is a number")
    return int(variant_id)
