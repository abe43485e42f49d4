"""How many API calls of the org a GiftSync and its gifts will take, asked of the planner that makes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from connector.ports import RecordWrite, WriteKind
from connector.services.soql import IDS_IN_ONE_QUERY
from connector.services.writing.write_back import BATCH

CountCalls = Callable[[Sequence[RecordWrite]], int]
"""Into how many calls the adapter puts writes."""

_QUERY_PAGE = 2_000
_QUERIES_IN_ONE_CALL = 5
# The first page, the description of the object, the job, a look at it, and its result.
_BULK_QUERY = 6


@dataclass(frozen=True, slots=True)
class CallEstimate:
    """Calls of the org.

    reading: the members. sending: what is written once all gifts are requested. each_change: what is written
    each time that all of them change, such as when they were claimed.
    """

    reading: int
    sending: int
    each_change: int

    @property
    def until_sent(self) -> int:
        return self.reading + self.sending


@dataclass(frozen=True)
class EstimateCalls:
    """An estimate: changes that come one by one are gathered less well than those that come together.

    Written by thousands, as gifts are answered one after the other; where more than twenty thousand pile up,
    bulk jobs take fewer calls than this says.

    bulk_query_above: see adapters.salesforce.connections.OrgSettings.
    """

    count_calls: CountCalls
    bulk_query_above: int

    def __call__(self, members: int, gifts: int) -> CallEstimate:
        """members: that are looked at; gifts: that come of them."""
        pages = max(1, ceil(members / _QUERY_PAGE))
        reading = min(pages, _BULK_QUERY) if members > self.bulk_query_above else pages
        written = self._write_back(gifts)
        # The Campaign is told when it was synced.
        return CallEstimate(reading + 1, written, written)

    def _write_back(self, gifts: int) -> int:
        whole, rest = divmod(gifts, BATCH)
        return whole * self._batch(BATCH) + (self._batch(rest) if rest else 0)

    def _batch(self, gifts: int) -> int:
        """As write_back.WriteBack does it: gifts, members; sums, statuses; people, Campaign, Tasks."""
        first = [
            *(_placeholder(WriteKind.UPSERT, "Gift__c", number) for number in range(gifts)),
            *(_placeholder(WriteKind.UPDATE, "CampaignMember", number) for number in range(gifts)),
        ]
        last = [
            *(_placeholder(WriteKind.UPDATE, "Contact", number) for number in range(gifts)),
            _placeholder(WriteKind.UPDATE, "Campaign", 0),
            *(_placeholder(WriteKind.INSERT, "Task", number) for number in range(gifts)),
        ]
        sums = statuses = ceil(gifts / IDS_IN_ONE_QUERY)
        of_campaign = 1
        asked = ceil((sums + of_campaign + statuses) / _QUERIES_IN_ONE_CALL)
        return self.count_calls(first) + asked + self.count_calls(last)


def _placeholder(kind: WriteKind, sobject: str, number: int) -> RecordWrite:
    fields = {"Id": f"{sobject}{number:09d}"[-15:], "External_Id__c": str(number)}
    return RecordWrite(kind, sobject, fields, "External_Id__c" if kind is WriteKind.UPSERT else "")
