from collections.abc import Iterator

import pytest

from connector.ports import GiftRecipient
from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.adapters.provider_contract import (
    AddressedDeliveriesContract,
    DirectProviderContract,
    InvitingProviderContract,
    SignedDeliveriesContract,
)
from tests.connector.adapters.stands import AndOpenStand, BrilliantStand, FakeStand
from tests.gifting.listener import Listener, listening


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


class TestAndOpen(InvitingProviderContract, SignedDeliveriesContract):
    @pytest.fixture
    def stand(self, platform: RunningPlatform, listener: Listener) -> Iterator[AndOpenStand]:
        stand = AndOpenStand(platform, listener)
        yield stand
        stand.provider.close()
        platform.control("reset")


class TestBrilliant(DirectProviderContract, AddressedDeliveriesContract):
    def shown(self, recipient: GiftRecipient) -> GiftRecipient:
        return GiftRecipient(recipient.first_name, recipient.last_name, "")

    @pytest.fixture(params=[False, True], ids=["no id in the answer", "id in the answer"])
    def stand(
        self, platform: RunningPlatform, listener: Listener, request: pytest.FixtureRequest
    ) -> Iterator[BrilliantStand]:
        stand = BrilliantStand(platform, listener, id_in_answer=request.param)
        yield stand
        stand.provider.close()
        platform.control("reset")


class TestFakeProvider(InvitingProviderContract, SignedDeliveriesContract):
    @pytest.fixture
    def stand(self) -> FakeStand:
        return FakeStand()
