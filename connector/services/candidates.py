"""Who a gift may be for, as Salesforce shows them: campaign members, and Contacts and Leads by themselves."""

from typing import Any

from connector.domain.eligibility import Candidate
from connector.domain.recipient import Person, Recipient
from connector.ports import Record
from connector.services.soql import quote

_PERSON_FIELDS = ("FirstName", "LastName", "Email", "HasOptedOutOfEmail", "Gift_Opt_Out__c")
# Key prefixes of record Ids. Source: Object Reference for the Salesforce Platform, standard object prefixes.
_SOBJECT_OF_PREFIX = {"003": "Contact", "00Q": "Lead"}


def member_query(field: str, value: str) -> str:
    """Members whose field, CampaignId or Id, has the value."""
    person = ", ".join(f"{parent}.{name}" for parent in ("Contact", "Lead") for name in _PERSON_FIELDS)
    return (
        f"SELECT Id, CampaignId, ContactId, LeadId, {person}, Lead.IsConverted FROM CampaignMember "  # noqa: S608 - quoted
        f"WHERE {field} = {quote(value)} ORDER BY Id"
    )


def member_candidate(row: Record) -> Candidate:
    """A member with both is a contact: Salesforce lets the Contact win as well."""
    contact_id, lead_id = row.get("ContactId") or "", row.get("LeadId") or ""
    person: dict[str, Any] = dict(row.get("Contact" if contact_id else "Lead") or {})
    return _candidate(row["Id"], Person(contact_id, "" if contact_id else lead_id), person)


def person_sobject(record_id: str) -> str:
    """Contact or Lead by the Id's first three characters; empty for every other Id."""
    return _SOBJECT_OF_PREFIX.get(record_id[:3], "")


def person_query(sobject: str, record_id: str) -> str:
    """One Contact or Lead."""
    fields = (*_PERSON_FIELDS, *(["IsConverted"] if sobject == "Lead" else []))
    return f"SELECT Id, {', '.join(fields)} FROM {sobject} WHERE Id = {quote(record_id)}"  # noqa: S608 - quoted


def person_candidate(sobject: str, row: Record) -> Candidate:
    """A Contact or Lead that is no campaign member."""
    person = Person(contact_id=row["Id"]) if sobject == "Contact" else Person(lead_id=row["Id"])
    return _candidate("", person, row)


def _candidate(member_id: str, person: Person, row: Record) -> Candidate:
    return Candidate(
        member_id=member_id,
        person=person,
        recipient=Recipient(row.get("FirstName") or "", row.get("LastName") or "", row.get("Email") or ""),
        email_opt_out=bool(row.get("HasOptedOutOfEmail")),
        gift_opt_out=bool(row.get("Gift_Opt_Out__c")),
        lead_converted=bool(not person.contact_id and row.get("IsConverted")),
    )
