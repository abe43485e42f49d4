"""The other side of each provider, for the contract suite."""

from collections.abc import Mapping

from connector.adapters.providers.andopen import AndOpen
from connector.adapters.providers.brilliant import Brilliant
from connector.errors import OutcomeUnknown, TemporaryError
from connector.ports import DELIVERY_ADDRESS_HEADER, ProviderStatus
from emulators.gifting.testing import RunningPlatform
from tests.connector.fakes import FakeProvider
from tests.gifting.listener import Listener

WEBHOOK_SECRET = "made-up-secret"
ADDRESS_SECRET = "made-up-address-secret"


class AndOpenStand:
    """&Open's adapter against the local gifting platform, over HTTP."""

    def __init__(self, platform: RunningPlatform, listener: Listener) -> None:
        self.platform, self.listener = platform, listener
        self.provider = AndOpen(platform.base_url, platform.token, [WEBHOOK_SECRET])
        self.gift_campaign_id = platform.control("campaigns", name="Welcome")["id"]
        self.other_gift_campaign_id = platform.control("campaigns", name="Thanks")["id"]
        platform.control("webhooks/endpoints", url=listener.url, secret=WEBHOOK_SECRET)

    def lose_next_answer(self) -> None:
        self.platform.control("faults", when="after", hang_up=True, method="POST")

    def throttle_next(self, retry_after_seconds: int) -> None:
        self.platform.control("faults", status=429, method="POST", retry_after_seconds=retry_after_seconds)

    def stop_listing(self) -> None:
        self.platform.control("settings", gift_request_list=False)

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.platform.control("gifts/claim", id=provider_gift_id)
        return self.listener.of_status("redeemed")


class BrilliantStand:
    """Brilliant's adapter against the local store, over HTTP.

    The listener stands where our web server would.
    """

    def __init__(self, platform: RunningPlatform, listener: Listener, *, id_in_answer: bool = False) -> None:
        self.platform, self.listener = platform, listener
        self.provider = Brilliant(
            platform.base_url, platform.brilliant_credentials, listener.url, [ADDRESS_SECRET]
        )
        self.gift_campaign_id, self.other_gift_campaign_id = (
            str(platform.control("brilliant/products", name=name)["variants"][0]["id"])
            for name in ("Mug", "Pen")
        )
        platform.control("settings", brilliant_order_id_in_answer=id_in_answer)

    def lose_next_answer(self) -> None:
        self.platform.control("faults", when="after", hang_up=True, method="POST")

    def throttle_next(self, retry_after_seconds: int) -> None:
        self.platform.control("faults", status=429, method="POST", retry_after_seconds=retry_after_seconds)

    def stop_listing(self) -> None:
        self.platform.control("settings", brilliant_order_list=False)

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.platform.control("brilliant/orders/awaiting_fulfillment", id=int(provider_gift_id))
        headers, body = self.listener.of_status("awaiting_fulfillment")
        return {**headers, DELIVERY_ADDRESS_HEADER: self.listener.behind()}, body


class FakeStand:
    """The fake, which is its own other side."""

    def __init__(self) -> None:
        self.provider = FakeProvider()
        self.gift_campaign_id, self.other_gift_campaign_id = (
            campaign.gift_campaign_id for campaign in self.provider.campaigns
        )

    def lose_next_answer(self) -> None:
        self.provider.failures.append(OutcomeUnknown("no answer"))

    def throttle_next(self, retry_after_seconds: int) -> None:
        failure = TemporaryError("slow down", retry_after_seconds=retry_after_seconds)
        self.provider.failures.append(failure)

    def stop_listing(self) -> None:
        self.provider.lists_gifts = False

    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        self.provider.move(provider_gift_id, ProviderStatus.REDEEMED)
        return self.provider.event(provider_gift_id)
