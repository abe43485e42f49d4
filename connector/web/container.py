"""What the web asks of the composition root, which it must not know."""

from collections.abc import Mapping
from typing import Any, Protocol

from connector.ports import GiftProvider


class ReceivesEvents(Protocol):
    """services.receive_event.ReceiveEvent."""

    def __call__(self, account_id: str, headers: Mapping[str, str], body: bytes) -> bool: ...


class TellsState(Protocol):
    """services.state_in_numbers.StateInNumbers."""

    def __call__(self) -> dict[str, Any]: ...


class WebContainer(Protocol):
    """The part of connector.app.Container that views use."""

    @property
    def webhook_max_bytes(self) -> int: ...
    @property
    def receive_event(self) -> ReceivesEvents: ...
    @property
    def state_in_numbers(self) -> TellsState: ...
    def open_provider(self, account_id: str) -> GiftProvider: ...
    def wake_inbox(self) -> None:
        """Have the worker look into the inbox at once, where one runs in this process."""
        ...

    def check_ready(self) -> None:
        """Raises ConfigurationError or TemporaryError where requests cannot be served."""
        ...
