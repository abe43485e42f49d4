"""The platform in a thread, for tests."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from emulators.gifting.app import create_app
from emulators.gifting.gifting_platform import Platform
from emulators.gifting.server import GiftingServer
from emulators.gifting.webhooks import loopback_session

TIMEOUT_SECONDS = 30


class RunningPlatform:
    """A platform that answers on base_url."""

    def __init__(self, base_url: str, platform: Platform, session: requests.Session) -> None:
        self.base_url = base_url
        self.token = platform.token
        self.brilliant_credentials = platform.brilliant_credentials
        self.platform = platform
        self._session = session

    def control(self, path: str, /, **wishes: Any) -> dict[str, Any]:
        """POST /_control/<path>; raises for any answer but 2xx."""
        answer = self._session.post(f"{self.base_url}/_control/{path}", json=wishes, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return dict(answer.json())

    def settle(self, timeout_seconds: float = 10.0) -> None:
        """Wait until no webhook is pending; raises TimeoutError."""
        give_up = time.monotonic() + timeout_seconds
        while self.platform.outbox.pending():
            if time.monotonic() > give_up:
                raise TimeoutError("webhooks are still pending")
            time.sleep(0.01)


@contextmanager
def running_platform(*, state: str = ":memory:", port: int = 0) -> Iterator[RunningPlatform]:
    """Start on a free port, stop at the end. state: a SQLite file, to start again with the same memory."""
    platform = Platform(state=state, token=f"ao-v1-staging-{secrets.token_urlsafe(24)}")
    server = GiftingServer(create_app(platform), port=port)
    platform.start()
    server.start()
    try:
        with loopback_session() as session:
            yield RunningPlatform(server.base_url, platform, session)
    finally:
        server.stop()
        platform.stop()
