"""Where people went: a converted lead became a contact, a merged record lives on in another."""

from collections.abc import Iterable

from connector.domain.recipient import Person
from connector.ports import SalesforceOrg, WriteOutcome
from connector.services.soql import id_batches, quoted_list

# What a write says of a record, or of one that it points to, when it is not there any more as it was.
GONE = frozenset(
    {
        "ENTITY_IS_DELETED",
        "INVALID_CROSS_REFERENCE_KEY",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "CANNOT_UPDATE_CONVERTED_LEAD",
    }
)


def is_gone(outcome: WriteOutcome) -> bool:
    """Whether the write was refused because a record has gone elsewhere, or for good."""
    return outcome.code in GONE


def find_followers(org: SalesforceOrg, people: Iterable[Person]) -> dict[str, Person]:
    """By record id: whom each of these people lives on in. Who was deleted for good is left out.

    Source: Object Reference for the Salesforce Platform, MasterRecordId of Contact and Lead,
    ConvertedContactId of Lead. A lead that became a contact keeps its id beside the contact's.
    """
    found: dict[str, Person] = {}
    wanted = list(people)
    for sobject, extra in (("Contact", ""), ("Lead", ", ConvertedContactId")):
        ids = sorted({person.record_id for person in wanted if person.sobject == sobject})
        leads = {person.contact_id: person.lead_id for person in wanted}
        for batch in id_batches(ids):
            soql = f"SELECT Id, MasterRecordId{extra} FROM {sobject} WHERE Id IN {quoted_list(batch)}"  # noqa: S608 - quoted
            for row in org.query(soql, with_deleted=True):
                if contact_id := row.get("ConvertedContactId"):
                    found[row["Id"]] = Person(contact_id, row["Id"])
                elif (master := row["MasterRecordId"]) and sobject == "Contact":
                    found[row["Id"]] = Person(master, leads[row["Id"]])
                elif master:
                    found[row["Id"]] = Person(lead_id=master)
    return found
