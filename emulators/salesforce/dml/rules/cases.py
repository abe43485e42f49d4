"""Cases: closed or not by their status, and how their contact is reached."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing

_CLOSED_STATUS = "Closed"
_SHOWN = {
    "ContactPhone": "Phone",
    "ContactMobile": "MobilePhone",
    "ContactEmail": "Email",
    "ContactFax": "Fax",
}


def settle_case(dml: Writing, row: Row, old: Row | None) -> None:
    """What follows from status and contact; a case without an account takes the contact's."""
    row["IsClosed"] = int(row["Status"] == _CLOSED_STATUS)
    was_closed = old is not None and old["IsClosed"]
    if not (row["IsClosed"] and was_closed):
        row["ClosedDate"] = dml.now if row["IsClosed"] else None
    contact = (dml.read("Contact", row["ContactId"]) if row["ContactId"] else None) or {}
    row |= {shown: contact.get(name) for shown, name in _SHOWN.items()}
    row["AccountId"] = row["AccountId"] or contact.get("AccountId")
