"""Date literals as ranges of days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulators.salesforce.soql.dates import COUNTED_DATE_LITERALS, PLAIN_DATE_LITERALS, day_range

WEDNESDAY = dt.date(2026, 3, 18)

RANGES = [
    ("YESTERDAY", None, "2026-03-17", "2026-03-18"),
    ("TODAY", None, "2026-03-18", "2026-03-19"),
    ("TOMORROW", None, "2026-03-19", "2026-03-20"),
    ("LAST_WEEK", None, "2026-03-08", "2026-03-15"),
    ("THIS_WEEK", None, "2026-03-15", "2026-03-22"),
    ("NEXT_WEEK", None, "2026-03-22", "2026-03-29"),
    ("LAST_MONTH", None, "2026-02-01", "2026-03-01"),
    ("THIS_MONTH", None, "2026-03-01", "2026-04-01"),
    ("NEXT_MONTH", None, "2026-04-01", "2026-05-01"),
    ("LAST_90_DAYS", None, "2025-12-18", "2026-03-19"),
    ("NEXT_90_DAYS", None, "2026-03-19", "2026-06-17"),
    ("LAST_QUARTER", None, "2025-10-01", "2026-01-01"),
    ("THIS_QUARTER", None, "2026-01-01", "2026-04-01"),
    ("NEXT_QUARTER", None, "2026-04-01", "2026-07-01"),
    ("LAST_YEAR", None, "2025-01-01", "2026-01-01"),
    ("THIS_YEAR", None, "2026-01-01", "2027-01-01"),
    ("NEXT_YEAR", None, "2027-01-01", "2028-01-01"),
    ("THIS_FISCAL_QUARTER", None, "2026-01-01", "2026-04-01"),
    ("LAST_FISCAL_YEAR", None, "2025-01-01", "2026-01-01"),
    ("LAST_N_DAYS", 7, "2026-03-11", "2026-03-19"),
    ("NEXT_N_DAYS", 7, "2026-03-19", "2026-03-26"),
    ("N_DAYS_AGO", 7, "2026-03-11", "2026-03-12"),
    ("LAST_N_WEEKS", 2, "2026-03-01", "2026-03-15"),
    ("NEXT_N_WEEKS", 2, "2026-03-22", "2026-04-05"),
    ("N_WEEKS_AGO", 2, "2026-03-01", "2026-03-08"),
    ("LAST_N_MONTHS", 2, "2026-01-01", "2026-03-01"),
    ("NEXT_N_MONTHS", 2, "2026-04-01", "2026-06-01"),
    ("N_MONTHS_AGO", 3, "2025-12-01", "2026-01-01"),
    ("LAST_N_QUARTERS", 2, "2025-07-01", "2026-01-01"),
    ("NEXT_N_QUARTERS", 1, "2026-04-01", "2026-07-01"),
    ("N_QUARTERS_AGO", 1, "2025-10-01", "2026-01-01"),
    ("LAST_N_YEARS", 3, "2023-01-01", "2026-01-01"),
    ("NEXT_N_YEARS", 1, "2027-01-01", "2028-01-01"),
    ("N_YEARS_AGO", 1, "2025-01-01", "2026-01-01"),
    ("LAST_N_FISCAL_QUARTERS", 1, "2025-10-01", "2026-01-01"),
    ("N_FISCAL_YEARS_AGO", 2, "2024-01-01", "2025-01-01"),
]


@pytest.mark.parametrize(("literal", "count", "start", "end"), RANGES)
def test_a_literal_means_days_from_its_start_up_to_its_end(
    literal: str, count: int | None, start: str, end: str
) -> None:
    days = day_range(literal, count, WEDNESDAY)

    assert (days.start.isoformat(), days.end.isoformat()) == (start, end)


def test_a_sunday_begins_its_week() -> None:
    assert day_range("THIS_WEEK", None, dt.date(2026, 3, 15)).start == dt.date(2026, 3, 15)


@given(st.sampled_from(sorted(PLAIN_DATE_LITERALS)), st.dates())
def test_every_plain_literal_has_a_range_on_every_day(literal: str, today: dt.date) -> None:
    days = day_range(literal, None, today)

    assert days.start <= days.end


@given(st.sampled_from(sorted(COUNTED_DATE_LITERALS)), st.integers(0, 10**18), st.dates())
def test_every_counted_literal_has_a_range_for_every_count(literal: str, count: int, today: dt.date) -> None:
    days = day_range(literal, count, today)

    assert days.start <= days.end


@given(
    st.sampled_from(["WEEK", "MONTH", "QUARTER", "YEAR"]), st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
)
def test_last_this_and_next_touch_without_a_gap(unit: str, today: dt.date) -> None:
    last, this, following = (day_range(f"{which}_{unit}", None, today) for which in ("LAST", "THIS", "NEXT"))

    assert last.end == this.start <= today < this.end == following.start
