from collections.abc import Iterator

import pytest

from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.adapters.provider_contract import ProviderContract
from tests.connector.adapters.stands import AndOpenStand, FakeStand
from tests.gifting.listener import Listener, listening


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as running:
        yield running


class TestAndOpen(ProviderContract):
    @pytest.fixture
    def stand(self, platform: RunningPlatform, listener: Listener) -> Iterator[AndOpenStand]:
        stand = AndOpenStand(platform, listener)
        yield stand
        stand.provider.close()
        platform.control("reset")


class TestFakeProvider(ProviderContract):
    @pytest.fixture
    def stand(self) -> FakeStand:
        return FakeStand()
