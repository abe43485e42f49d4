from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from emulators.gifting.testing import RunningPlatform, running_platform
from tests.gifting.listener import Listener, listening

VERSION = {"AndOpen-API-Version": "2026-05"}
ANN = {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"}
SECRET = "made-up-secret"

Call = Callable[..., requests.Response]


class Api:
    """A client of the public API with token and version header."""

    def __init__(self, platform: RunningPlatform) -> None:
        self.platform = platform
        self.headers = {**VERSION, "Authorization": f"Bearer {platform.token}"}

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.call("GET", path, params=params)

    def post(self, body: Any, **headers: str) -> requests.Response:
        return self.call("POST", "/gift_requests", json=body, headers={**self.headers, **headers})

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        url = f"{self.platform.base_url}{path}"
        return requests.request(method, url, timeout=10, **{"headers": self.headers, **arguments})

    def campaign(self, **wishes: Any) -> str:
        return str(self.platform.control("campaigns", **{"name": "Welcome", **wishes})["id"])

    def gift(self, campaign_id: str, **recipient: str) -> dict[str, Any]:
        answer = self.post({"campaign_id": campaign_id, "recipient": {**ANN, **recipient}})
        assert answer.status_code == 201
        return dict(answer.json())


@pytest.fixture(scope="session")
def running() -> Iterator[RunningPlatform]:
    with running_platform() as platform:
        yield platform


@pytest.fixture
def platform(running: RunningPlatform) -> RunningPlatform:
    running.control("reset")
    return running


@pytest.fixture
def api(platform: RunningPlatform) -> Api:
    return Api(platform)


@pytest.fixture
def listener(platform: RunningPlatform) -> Iterator[Listener]:
    with listening() as endpoint:
        platform.control("webhooks/endpoints", url=endpoint.url, secret=SECRET)
        yield endpoint
        platform.control("reset")
