"""The activity timeline: tasks of a person or of any other record, open ones first, then month by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from emulators.salesforce.lightning.values import LIST_ROWS, Shown, shown
from emulators.salesforce.lightning.visit import Visit
from emulators.salesforce.schema.model import SObjectType

_PEOPLE = {"Contact", "Lead"}
UPCOMING = "Upcoming & Overdue"


@dataclass(frozen=True, slots=True)
class Entry:
    """One task. day: as people read it; empty for a task without a date."""

    id: str
    subject: str
    day: str
    status: str
    about: Shown


@dataclass(frozen=True, slots=True)
class Period:
    """A heading and the entries under it."""

    label: str
    entries: tuple[Entry, ...]


def timeline(visit: Visit, sobject: SObjectType, record_id: str) -> list[Period]:
    """What is open, then what is done, the newest first. Events are not shown."""
    task = visit.org.schema.objects["Task"]
    lookup = "WhoId" if sobject.name in _PEOPLE else "WhatId"
    rows = visit.org.db.all(
        f'SELECT * FROM "Task" WHERE "{lookup}" = ? AND "IsDeleted" = 0 '  # noqa: S608 -- one of two names
        'ORDER BY "IsClosed", COALESCE("ActivityDate", substr("CreatedDate", 1, 10)) DESC, "Id" DESC LIMIT ?',
        (record_id, LIST_ROWS),
    )
    periods: dict[str, list[Entry]] = {}
    for row in rows:
        label = _month(row["ActivityDate"], row["CreatedDate"]) if row["IsClosed"] else UPCOMING
        periods.setdefault(label, []).append(_entry(visit, task, dict(row)))
    return [Period(label, tuple(entries)) for label, entries in periods.items()]


def _entry(visit: Visit, task: SObjectType, row: Mapping[str, Any]) -> Entry:
    other = task.fields["WhatId" if row["WhoId"] else "WhoId"]
    day = shown(visit.org, visit.user, task.fields["ActivityDate"], row["ActivityDate"]).text
    about = shown(visit.org, visit.user, other, row[other.name])
    return Entry(row["Id"], row["Subject"] or "(no subject)", day, row["Status"], about)


def _month(due: str | None, created: str) -> str:
    moment = date.fromisoformat(due or created[:10])
    return f"{moment:%B} \u2022 {moment:%Y}"
