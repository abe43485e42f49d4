"""How an org's gifting went over a period, in numbers for charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from connector.domain.money import Money
from connector.ports import Clock
from connector.services.storage.dashboard import DayOfGifts, QueueState
from connector.services.storage.store import Store

PERIODS = (30, 90, 365)
"""Days that may be looked at."""
_BARS = 30


@dataclass(frozen=True, slots=True)
class Series:
    """A number for each of the spans that a period is divided into. starts: the first day of each."""

    name: str
    starts: Sequence[date]
    values: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """spend: by currency, in minor units; never added up over currencies.

    claimed_percent: of the gifts sent in the period, those claimed by now; None where none was sent.
    """

    days: int
    sent: Series
    claimed: Series
    claimed_percent: float | None
    failed: Series
    spend: Mapping[str, Series]
    queue: QueueState
    api_usage: tuple[int, int] | None

    def spent(self, currency: str) -> Money:
        """In the whole period."""
        return Money(self.spend[currency].total, currency)


@dataclass(frozen=True)
class TellDashboard:
    """One query over the ledger's days, by index; whoever looks waits for no other system."""

    store: Store
    clock: Clock

    def __call__(self, org_id: str, days: int) -> Dashboard:
        """days: one of PERIODS; the last is today, by UTC."""
        now = self.clock()
        first = now.date() - timedelta(days=days - 1)
        since = datetime.combine(first, datetime.min.time(), tzinfo=now.tzinfo)
        with self.store.read() as unit:
            rows = unit.dashboard.days(org_id, since=since)
            queue = unit.dashboard.queue(org_id, now=now)
            usage = unit.health.usage(org_id)
        starts = _starts(first, days)
        sent = sum(row.sent for row in rows)
        claimed = _series("Of these claimed", starts, [(row.day, row.claimed) for row in rows])
        currencies = sorted({row.currency for row in rows if row.spent_minor_units})
        return Dashboard(
            days=days,
            sent=_series("Gifts sent", starts, [(row.day, row.sent) for row in rows]),
            claimed=claimed,
            claimed_percent=100 * claimed.total / sent if sent else None,
            failed=_series("Failures", starts, [(row.day, row.failed) for row in rows]),
            spend={
                currency: _series(f"Spent in {currency}", starts, _spent_in(rows, currency))
                for currency in currencies
            },
            queue=queue,
            api_usage=usage,
        )


def _spent_in(rows: Sequence[DayOfGifts], currency: str) -> list[tuple[date, int]]:
    return [(row.day, row.spent_minor_units) for row in rows if row.currency == currency]


def _starts(first: date, days: int) -> list[date]:
    """At most 30 spans of the same length; the last may be cut off by today."""
    length = -(-days // _BARS)
    return [first + timedelta(days=offset) for offset in range(0, days, length)]


def _series(name: str, starts: Sequence[date], found: Sequence[tuple[date, int]]) -> Series:
    sums: dict[date, int] = {}
    for day, value in found:
        # A clock that was set back may have let a gift be planned tomorrow: it counts for the last span.
        start = max(start for start in starts if start <= day)
        sums[start] = sums.get(start, 0) + value
    return Series(name, starts, [sums.get(start, 0) for start in starts])
