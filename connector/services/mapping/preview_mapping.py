"""What a gifting platform would be told of a person, by the mapping that an org has."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.domain.field_mapping import Attribute
from connector.errors import CallerError
from connector.ports import SalesforceOrg
from connector.services.gifts.candidates import people_reader, person_sobject
from connector.services.mapping.check_mapping import REQUIRED
from connector.services.soql import contains, quote
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A Contact or Lead."""

    record_id: str
    name: str
    email: str
    sobject: str


@dataclass(frozen=True, slots=True)
class PreviewedValue:
    """What stands in the field. is_missing: it is empty, and no gift can be requested without it."""

    attribute: Attribute
    path: str
    value: str
    is_missing: bool


def find_people(org: SalesforceOrg, words: str) -> list[FoundPerson]:
    """By part of the name or e-mail address, as whoever holds this org's token sees them."""
    like = contains(words)
    soqls = [
        f"SELECT Id, Name, Email FROM {sobject} WHERE (Name LIKE {like} OR Email LIKE {like}) "  # noqa: S608 - quoted
        f"ORDER BY Name LIMIT {FOUND_AT_MOST}"
        for sobject in ("Contact", "Lead")
    ]
    answers = org.query_together(soqls)
    return [
        FoundPerson(str(row["Id"]), str(row["Name"] or ""), str(row["Email"] or ""), sobject)
        for sobject, rows in zip(("Contact", "Lead"), answers, strict=True)
        for row in rows
    ]


@dataclass(frozen=True)
class PreviewMapping:
    """As the integration user reads the record, which is how a gift is requested."""

    store: Store
    open_org: OpenOrg

    def __call__(self, org_id: str, record_id: str, seen: SalesforceOrg) -> Sequence[PreviewedValue]:
        """seen: the org as the viewer sees it, who is shown nobody that they may not see there.

        Raises CallerError where either of them does not see the person, and the org's errors.
        """
        sobject = person_sobject(record_id)
        missing = CallerError("There is no such person.", code="no_person", remedy="Search for somebody.")
        if not sobject or not list(seen.query(f"SELECT Id FROM {sobject} WHERE Id = {quote(record_id)}")):  # noqa: S608 - quoted
            raise missing
        with self.store.read() as unit:
            reader = people_reader(unit, org_id, with_address=True)
        rows = list(self.open_org(org_id).query(reader.person_query(sobject, record_id)))
        if not rows:
            raise missing
        mapping = reader.mappings[sobject]
        return [
            PreviewedValue(
                attribute=attribute,
                path=mapping.paths[attribute],
                value=(value := mapping.text(rows[0], attribute)),
                is_missing=attribute in REQUIRED and not value.strip(),
            )
            for attribute in Attribute
        ]
