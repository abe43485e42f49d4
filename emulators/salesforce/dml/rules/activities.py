"""Tasks and events."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError

_CLOSED_STATUS = "Completed"
_HIGH_PRIORITY = "High"
_LEAD_PREFIX = "00Q"
_DEFAULT_SUBTYPE = "Task"


def settle_task(dml: Writing, row: Row, old: Row | None) -> None:
    """Closed, high priority and the moment of completion follow from status and priority."""
    row["IsClosed"] = int(row["Status"] == _CLOSED_STATUS)
    row["IsHighPriority"] = int(row["Priority"] == _HIGH_PRIORITY)
    was_closed = bool(old and old["IsClosed"])
    if row["IsClosed"] and not was_closed:
        row["CompletedDateTime"] = dml.now
    elif not row["IsClosed"]:
        row["CompletedDateTime"] = None
    if old is None and row["TaskSubtype"] is None:
        row["TaskSubtype"] = _DEFAULT_SUBTYPE


def settle_account(dml: Writing, row: Row, _old: Row | None) -> None:
    """The account an activity counts for: the one it is about, or that of the opportunity or contact."""
    what, who = row["WhatId"] or "", row["WhoId"] or ""
    if what.startswith("001"):
        row["AccountId"] = what
        return
    source = ("Opportunity", what) if what.startswith("006") else ("Contact", who)
    wanted_prefix = {"Opportunity": "006", "Contact": "003"}[source[0]]
    record = dml.read(*source) if source[1].startswith(wanted_prefix) else None
    row["AccountId"] = record["AccountId"] if record else None


def check_lead_alone(_dml: Writing, row: Row, _old: Row | None) -> None:
    """An activity of a lead is about nothing else."""
    if row["WhatId"] and (row["WhoId"] or "").startswith(_LEAD_PREFIX):
        message = "Related To ID: an activity with a Lead cannot be related to another record"
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message, fields=("WhatId",))
