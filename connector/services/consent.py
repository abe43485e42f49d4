"""Whether people still want gifts, asked of Salesforce at the last moment before a decision."""

from collections.abc import Iterable, Sequence

from connector.domain.recipient import Person
from connector.ports import SalesforceOrg
from connector.services.soql import id_batches, quoted_list

OPTED_OUT_OF_GIFTS = "opted out of gifts"
OPTED_OUT_OF_EMAIL = "opted out of e-mail"
NOT_THERE = "the recipient is not in the org any more"


def unwilling(org: SalesforceOrg, people: Iterable[Person]) -> dict[str, str]:
    """Record Id to the reason, of those who must get nothing. Up to 2,500 people in one API call."""
    ids = {
        sobject: sorted({person.record_id for person in people if person.sobject == sobject})
        for people in [list(people)]
        for sobject in ("Contact", "Lead")
    }
    soqls = [_query(sobject, batch) for sobject, listed in ids.items() for batch in id_batches(listed)]
    rows = {row["Id"]: row for found in (org.query_together(soqls) if soqls else []) for row in found}
    reasons = {}
    for record_id in [*ids["Contact"], *ids["Lead"]]:
        row = rows.get(record_id)
        if row is None:
            reasons[record_id] = NOT_THERE
        elif row.get("Gift_Opt_Out__c"):
            reasons[record_id] = OPTED_OUT_OF_GIFTS
        elif row.get("HasOptedOutOfEmail"):
            reasons[record_id] = OPTED_OUT_OF_EMAIL
    return reasons


def _query(sobject: str, ids: Sequence[str]) -> str:
    return (
        f"SELECT Id, HasOptedOutOfEmail, Gift_Opt_Out__c FROM {sobject} "  # noqa: S608 - quoted
        f"WHERE Id IN {quoted_list(ids)}"
    )
