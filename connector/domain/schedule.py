"""When the GiftSync of a campaign link is due, by the clock on the wall of the org."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Cadence(StrEnum):
    """How often a GiftSync begins by itself."""

    DAILY = "daily"
    HOURLY = "hourly"
    MANUAL = "manual"


class ScheduleInvalid(ValueError):
    """The time zone or the time is none; the message says which."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One turn of a schedule. name: the same for the same turn, whoever works it out. at: in UTC."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSchedule:
    """The schedule of one campaign link.

    at: the time of day of a daily run, on the wall of time_zone (an IANA name, as Salesforce uses them).
    counted_until: turns up to then were run, or came before the schedule was set. last_slot: name of the last
    turn that was run.
    """

    link_id: str
    cadence: Cadence
    counted_until: datetime
    at: time = time(6)
    time_zone: str = "UTC"
    last_slot: str = ""

    def __post_init__(self) -> None:
        zone(self.time_zone)

    def due(self, now: datetime) -> Slot | None:
        """The latest turn, where it was not counted. Of several missed ones the last alone is made up for.

        A day has one turn even where the time zone moves, as the turn of a day is named after its date.
        """
        slot = self._latest(now)
        if slot is None or slot.at <= self.counted_until or slot.name == self.last_slot:
            return None
        return slot

    def next_after(self, now: datetime) -> datetime | None:
        """When it begins next by itself, in UTC; now where a turn is due; None for a manual one."""
        if self.cadence is Cadence.MANUAL:
            return None
        if self.due(now) is not None:
            return now
        if self.cadence is Cadence.HOURLY:
            return _hour_of(now) + timedelta(hours=1)
        today = now.astimezone(zone(self.time_zone)).date()
        moments = (self._moment(today + timedelta(days=day)) for day in (0, 1, 2))
        return next(moment for moment in moments if moment > now and moment > self.counted_until)

    def _latest(self, now: datetime) -> Slot | None:
        if self.cadence is Cadence.MANUAL:
            return None
        if self.cadence is Cadence.HOURLY:
            hour = _hour_of(now)
            return Slot(f"hour:{hour:%Y-%m-%dT%H}Z", hour)
        today = now.astimezone(zone(self.time_zone)).date()
        for day in (today, today - timedelta(days=1)):
            if (moment := self._moment(day)) <= now:
                return Slot(f"day:{day.isoformat()}", moment)
        return None

    def _moment(self, day: date) -> datetime:
        """Where a day has the time twice, the first; where not at all, as much later as the clock jumps."""
        return datetime.combine(day, self.at, zone(self.time_zone)).astimezone(UTC)


def zone(name: str) -> ZoneInfo:
    """Raises ScheduleInvalid for a name that is no time zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ScheduleInvalid(f"{name!r} is no time zone") from None


def _hour_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
