"""A provider that the connector has never heard of passes the contract suite and is sent with."""

from collections.abc import Iterator

import pytest

from connector.adapters.providers.registry import CONSTRUCTORS, Providers, Surroundings
from connector.domain.connections import ProviderAccount
from connector.domain.delivery import Address
from connector.ports import GiftOrder, GiftRecipient
from tests.connector.adapters.provider_contract import DirectProviderContract, SignedDeliveriesContract
from tests.connector.adapters.third_provider import Postcards, PostcardStand, postcard_stand
from tests.connector.fakes import FakeCircuits


@pytest.fixture
def stand() -> Iterator[PostcardStand]:
    with postcard_stand() as running:
        yield running


class TestPostcards(DirectProviderContract, SignedDeliveriesContract):
    """All that docs/adding-a-provider.md asks for."""


def test_one_line_in_the_registry_makes_it_known(stand: PostcardStand) -> None:
    def construct(account: ProviderAccount, around: Surroundings) -> Postcards:
        assert around.public_url == "https://gifts.example.com"
        return Postcards(account.base_url, account.token, account.webhook_secret)

    account = ProviderAccount(
        account_id="main",
        provider="postcards",
        base_url=stand.base_url,
        token="made-up-token",
        webhook_secret="made-up-secret",
    )
    providers = Providers(
        FakeCircuits(),
        public_url="https://gifts.example.com",
        constructors={**CONSTRUCTORS, "postcards": construct},
    )

    order = GiftOrder(
        "key-1",
        "sea",
        GiftRecipient("Ann", "Lee", "ann@example.com"),
        address=Address("1 Main St", "Dublin", "", "D02", "IE"),
    )
    gift = providers.provider(account).request_gift(order)
    providers.close()

    assert (gift.dedupe_key, list(stand.orders)) == ("key-1", [gift.provider_gift_id])
