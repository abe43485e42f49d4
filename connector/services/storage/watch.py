"""What the services ask of the store on behalf of whoever watches."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Queue(StrEnum):
    """Where something may wait: to be asked for, to be read, to be written to Salesforce."""

    REQUEST = "request"
    INBOX = "inbox"
    WRITE_BACK = "write_back"


class WatchRepository(Protocol):
    """Figures that no use case decides by."""

    def beats(self) -> Mapping[str, datetime]:
        """Worker id to its last sign of life."""
        ...

    def waiting_since(self) -> Mapping[Queue, datetime]:
        """The oldest of each queue; a queue where nothing waits is left out."""
        ...
