"""When a GiftSync is due, over changes of clocks and of time zones."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.schedule import Cadence, ScheduleInvalid, SyncSchedule

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def schedule(
    at: str = "06:00", zone: str = "Europe/Berlin", *, since: datetime = SINCE, last_slot: str = ""
) -> SyncSchedule:
    return SyncSchedule(
        link_id="link",
        cadence=Cadence.DAILY,
        at=time.fromisoformat(at),
        time_zone=zone,
        counted_until=since,
        last_slot=last_slot,
    )


def hourly(since: datetime = SINCE) -> SyncSchedule:
    return SyncSchedule(link_id="link", cadence=Cadence.HOURLY, counted_until=since)


def walk(
    begun: SyncSchedule, start: datetime, hours: float, step_minutes: int = 7
) -> list[tuple[str, datetime]]:
    """The turns that a scheduler which looks every few minutes begins."""
    turns, known, now = [], begun, start
    while now < start + timedelta(hours=hours):
        if (slot := known.due(now)) is not None:
            turns.append((slot.name, slot.at))
            known = SyncSchedule(
                link_id="link",
                cadence=known.cadence,
                at=known.at,
                time_zone=known.time_zone,
                counted_until=slot.at,
                last_slot=slot.name,
            )
        now += timedelta(minutes=step_minutes)
    return turns


def test_a_daily_turn_follows_the_clock_on_the_wall_over_summer_and_winter_time() -> None:
    before = walk(
        schedule(since=datetime(2026, 3, 27, 12, tzinfo=UTC)), datetime(2026, 3, 27, 12, tzinfo=UTC), 72
    )

    # Clocks in Berlin went forward on 29 March 2026 at 01:00 UTC.
    assert [at.isoformat() for _, at in before] == [
        "2026-03-28T05:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
        "2026-03-30T04:00:00+00:00",
    ]


def test_a_time_that_a_day_does_not_have_comes_once_and_later() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)

    turns = walk(schedule("02:30", since=start), start, 48)

    assert turns == [
        ("day:2026-03-29", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("day:2026-03-30", datetime(2026, 3, 30, 0, 30, tzinfo=UTC)),
    ]


def test_a_time_that_a_day_has_twice_comes_once() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)

    turns = walk(schedule("02:30", since=start), start, 48)

    assert turns == [
        ("day:2026-10-25", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("day:2026-10-26", datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ]


def test_the_hour_that_a_day_has_twice_has_two_hourly_turns() -> None:
    start = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)

    turns = walk(hourly(start), start, 3)

    assert [name for name, _ in turns] == [
        "hour:2026-10-25T00Z",
        "hour:2026-10-25T01Z",
        "hour:2026-10-25T02Z",
    ]


def test_days_of_downtime_are_made_up_for_once() -> None:
    before = schedule(since=datetime(2026, 6, 1, 4, tzinfo=UTC), last_slot="day:2026-06-01")

    slot = before.due(datetime(2026, 6, 5, 3, tzinfo=UTC))
    turns = walk(before, datetime(2026, 6, 5, 3, tzinfo=UTC), 24)

    assert slot is not None
    assert slot.name == "day:2026-06-04"
    assert [name for name, _ in turns] == ["day:2026-06-04", "day:2026-06-05"]


def test_a_turn_that_came_before_the_schedule_was_set_is_not_run() -> None:
    set_at = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert schedule(since=set_at).due(set_at + timedelta(hours=1)) is None


def test_a_day_that_had_its_turn_has_no_second_when_the_zone_moves_west() -> None:
    ran_in_berlin = datetime(2026, 6, 1, 4, tzinfo=UTC)
    moved = schedule(zone="America/Los_Angeles", since=ran_in_berlin, last_slot="day:2026-06-01")

    turns = walk(moved, ran_in_berlin, 40)

    assert [name for name, _ in turns] == ["day:2026-06-02"]


def test_a_manual_schedule_is_never_due() -> None:
    manual = SyncSchedule(link_id="link", cadence=Cadence.MANUAL, counted_until=SINCE)

    assert manual.due(SINCE + timedelta(days=400)) is None
    assert manual.next_after(SINCE) is None


def test_the_next_turn_is_told_in_utc() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert schedule(since=noon).next_after(noon) == datetime(2026, 6, 2, 4, tzinfo=UTC)
    assert hourly(noon).next_after(noon) == datetime(2026, 6, 1, 13, tzinfo=UTC)


def test_what_is_no_time_zone_is_refused_by_name() -> None:
    with pytest.raises(ScheduleInvalid, match="Mars/Olympus"):
        schedule(zone="Mars/Olympus")


@given(
    zone=st.sampled_from(
        ["Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca"]
    ),
    hour=st.integers(0, 23),
    start=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    step_minutes=st.integers(5, 55),
)
def test_every_day_has_one_turn_however_often_one_looks(
    zone: str, hour: int, start: datetime, step_minutes: int
) -> None:
    turns = walk(schedule(f"{hour:02d}:00", zone, since=start), start, 24 * 5, step_minutes)

    names = [name for name, _ in turns]
    assert len(names) == len(set(names))
    assert 4 <= len(names) <= 6
