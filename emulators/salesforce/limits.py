"""The day's allowance of API calls."""

from dataclasses import dataclass

from emulators.salesforce.errors import SalesforceError

DAILY_API_REQUESTS = 100_000


@dataclass
class Limits:
    """Calls used and allowed.

    The allocation is settable, so that a client's behaviour at the limit can be tried.
    """

    allocation: int = DAILY_API_REQUESTS
    used: int = 0

    def count_call(self) -> None:
        """Count one HTTP request. Raises REQUEST_LIMIT_EXCEEDED (403) when the allowance is used up."""
        if self.used >= self.allocation:
            raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", 403)
        self.used += 1

    def header(self) -> str:
        """The value of Sforce-Limit-Info."""
        return f"api-usage={self.used}/{self.allocation}"

    def reset(self) -> None:
        """A new day."""
        self.used = 0
