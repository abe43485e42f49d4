"""What a referee says."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Referee(StrEnum):
    """Who looks at the package, in the order of the table in the docs."""

    SCHEMA = "Metadata API types"
    REFERENCES = "Cross-references"
    FLOW_SCANNER = "Flow scanner"
    PMD = "PMD"
    CONVERSION = "Source conversion"
    LOCAL_ORG = "Local org"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A complaint about a file. path: relative to the package's folder. line: 0 when unknown."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}" if self.line else f"{self.path}: {self.text}"


class RefereeMissing(Exception):
    """A referee is not installed here; the message says what is missing and how to get it."""


class RefereeFailed(Exception):
    """A referee is there and broke down, so that nothing is known of the package; the message is its own."""


Judge = Callable[[], Iterable[Finding]]
