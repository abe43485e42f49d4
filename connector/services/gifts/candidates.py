"""Who a gift may be for, as Salesforce shows them: campaign members, and Contacts and Leads by themselves."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.domain.eligibility import Candidate
from connector.domain.field_mapping import FieldMapping
from connector.domain.recipient import Person, Recipient
from connector.ports import Record
from connector.services.soql import moment_literal, quote, quoted_list
from connector.services.storage.store import Unit

_ALWAYS = ("HasOptedOutOfEmail", "Gift_Opt_Out__c")
# Key prefixes of record Ids. Source: Object Reference for the Salesforce Platform, standard object prefixes.
_SOBJECT_OF_PREFIX = {"003": "Contact", "00Q": "Lead"}


def person_sobject(record_id: str) -> str:
    """Contact or Lead by the Id's first three characters; empty for every other Id."""
    return _SOBJECT_OF_PREFIX.get(record_id[:3], "")


@dataclass(frozen=True)
class PeopleReader:
    """Asks for people with the fields that an org's mappings name, and reads the answers.

    with_address: postal addresses as well, for gifts that are sent directly. unmapped: objects whose mapping
    cannot be used: of their people nothing is asked but what decides without it.
    """

    mappings: Mapping[str, FieldMapping]
    with_address: bool
    unmapped: frozenset[str] = frozenset()

    def member_query(
        self,
        field: str,
        value: str,
        *,
        changed_since: datetime | None = None,
        extra: Sequence[str] = (),
    ) -> str:
        """Members whose field, CampaignId or Id, has the value.

        changed_since: only those that changed since then, or whose Contact or Lead did, or a record that a
        mapped field stands in. Salesforce does not touch a record when one that it points to changes.
        """
        people = [
            f"{sobject}.{name}" for sobject in ("Contact", "Lead") for name in self._person_fields(sobject)
        ]
        records = ["Contact", *self._look_ups("Contact"), "Lead", *self._look_ups("Lead")]
        stamps = ["SystemModstamp", *(f"{record}.SystemModstamp" for record in records)]
        news = ""
        if changed_since is not None:
            since = moment_literal(changed_since)
            news = f" AND ({' OR '.join(f'{stamp} >= {since}' for stamp in stamps)})"
        return (
            f"SELECT Id, IsDeleted, CampaignId, ContactId, LeadId, {', '.join([*stamps, *extra, *people])} "  # noqa: S608 - quoted
            f"FROM CampaignMember WHERE {field} = {quote(value)}{news} ORDER BY Id"
        )

    def member(self, row: Record) -> Candidate:
        """A member with both is a contact: Salesforce lets the Contact win as well."""
        contact_id, lead_id = row.get("ContactId") or "", row.get("LeadId") or ""
        sobject = "Contact" if contact_id else "Lead"
        person = Person(contact_id, "" if contact_id else lead_id)
        return self._candidate(row["Id"], person, row.get(sobject) or {}, is_deleted=bool(row["IsDeleted"]))

    def person_query(self, sobject: str, *record_ids: str, extra: Sequence[str] = ()) -> str:
        """Contacts, or Leads. extra: fields beside those that decide about gifts."""
        fields = ", ".join(["Id", *self._person_fields(sobject), *extra])
        return f"SELECT {fields} FROM {sobject} WHERE Id IN {quoted_list(record_ids)}"  # noqa: S608 - quoted

    def person(self, sobject: str, row: Record) -> Candidate:
        """A Contact or Lead that is no campaign member."""
        person = Person(contact_id=row["Id"]) if sobject == "Contact" else Person(lead_id=row["Id"])
        return self._candidate("", person, row)

    def _person_fields(self, sobject: str) -> list[str]:
        is_mapped = sobject not in self.unmapped
        mapped = self.mappings[sobject].fields(with_address=self.with_address) if is_mapped else []
        converted = ["IsConverted"] if sobject == "Lead" else []
        return list(dict.fromkeys([*mapped, *_ALWAYS, *converted]))

    def _look_ups(self, sobject: str) -> list[str]:
        if sobject in self.unmapped:
            return []
        paths = self.mappings[sobject].look_ups(with_address=self.with_address)
        return [f"{sobject}.{path}" for path in paths]

    def _candidate(
        self, member_id: str, person: Person, row: Mapping[str, Any], *, is_deleted: bool = False
    ) -> Candidate:
        mapping = self.mappings[person.sobject]
        is_mapped = person.sobject not in self.unmapped
        return Candidate(
            member_id=member_id,
            person=person,
            recipient=mapping.recipient(row) if is_mapped else Recipient("", "", ""),
            address=mapping.address(row) if self.with_address and is_mapped else None,
            is_unmapped=not is_mapped,
            email_opt_out=bool(row.get("HasOptedOutOfEmail")),
            gift_opt_out=bool(row.get("Gift_Opt_Out__c")),
            lead_converted=bool(not person.contact_id and row.get("IsConverted")),
            member_deleted=is_deleted,
        )


def people_reader(
    unit: Unit, org_id: str, *, with_address: bool, unmapped: Collection[str] = ()
) -> PeopleReader:
    """By the org's own mappings. unmapped: objects whose mapping cannot be used."""
    mappings = {sobject: unit.mappings.get(org_id, sobject) for sobject in ("Contact", "Lead")}
    return PeopleReader(mappings, with_address, frozenset(unmapped))


def last_change(row: Record) -> datetime:
    """When a member, its person, or a record that tells something of the person was last changed."""
    return max(datetime.fromisoformat(stamp) for stamp in _stamps(row))


def _stamps(row: Mapping[str, Any]) -> Iterator[str]:
    if stamp := row.get("SystemModstamp"):
        yield stamp
    for part in row.values():
        if isinstance(part, Mapping):
            yield from _stamps(part)
