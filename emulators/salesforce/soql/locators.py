"""What is left of a query after its first batch."""

from collections import OrderedDict
from dataclasses import dataclass

from emulators.salesforce.errors import SalesforceError

MAX_OPEN_LOCATORS = 100


@dataclass(frozen=True, slots=True)
class QueryLocator:
    """An open query: its text and the Ids of its records in their order.

    child: the place of the sub-query whose records these are; none for those of the query itself.

    The Ids are fixed when the query starts; a record that goes away in between is left out of its batch.
    """

    text: str
    all_rows: bool
    user_id: str
    total_size: int
    batch_size: int
    rest: list[str]
    child: int | None = None

    def batch_at(self, position: int) -> list[str]:
        """The Ids from a position in the whole query. Raises INVALID_QUERY_LOCATOR outside of it."""
        first = self.total_size - len(self.rest)
        if not first <= position < self.total_size:
            raise invalid_locator()
        return self.rest[position - first : position - first + self.batch_size]


class Locators:
    """The open queries of one org, kept in memory; the oldest give way."""

    def __init__(self) -> None:
        self._open: OrderedDict[str, QueryLocator] = OrderedDict()

    def keep(self, locator_id: str, locator: QueryLocator) -> None:
        self._open[locator_id] = locator
        if len(self._open) > MAX_OPEN_LOCATORS:
            self._open.popitem(last=False)

    def find(self, locator_id: str, user_id: str) -> QueryLocator:
        """The open query of this user. Raises INVALID_QUERY_LOCATOR."""
        found = self._open.get(locator_id)
        if found is None or found.user_id != user_id:
            raise invalid_locator()
        return found


def invalid_locator() -> SalesforceError:
    """The locator is unknown, too old, or another user's: the client must run its query again."""
    return SalesforceError("INVALID_QUERY_LOCATOR", "invalid query locator")
