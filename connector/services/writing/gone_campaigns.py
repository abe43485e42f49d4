"""Gift__c of a gift whose Campaign was deleted: written without it, rather than never again.

Salesforce refuses a look-up to a deleted record; it emptied the field itself when the Campaign went (delete
constraint SetNull). A deleted person is another matter: a gift needs one, by a rule of the package.
"""

from collections.abc import Sequence
from dataclasses import replace

from connector.ports import RecordWrite, SalesforceOrg, WriteOutcome
from connector.services.soql import id_batches, quoted_list

_REFUSALS = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})


def write_without_gone(
    org: SalesforceOrg, records: Sequence[RecordWrite], outcomes: Sequence[WriteOutcome]
) -> list[WriteOutcome]:
    """What came of the gifts' records in the end, those among them that were written once more.

    outcomes: of the records as they were written first. Two calls where a Campaign is gone, one where another
    record is, else none.
    """
    refused = {
        number: record
        for number, (record, outcome) in enumerate(zip(records, outcomes, strict=True))
        if outcome.code in _REFUSALS and record.fields["Campaign__c"]
    }
    there = _existing(org, {record.fields["Campaign__c"] for record in refused.values()})
    bare = {
        number: replace(record, fields={**record.fields, "Campaign__c": None})
        for number, record in refused.items()
        if record.fields["Campaign__c"] not in there
    }
    again = org.write(list(bare.values())) if bare else []
    better = dict(zip(bare, again, strict=True))
    return [better.get(number, outcome) for number, outcome in enumerate(outcomes)]


def _existing(org: SalesforceOrg, campaign_ids: set[str]) -> set[str]:
    soqls = [
        f"SELECT Id FROM Campaign WHERE Id IN {quoted_list(batch)}"  # noqa: S608 - quoted
        for batch in id_batches(sorted(campaign_ids))
    ]
    return {row["Id"] for rows in (org.query_together(soqls) if soqls else []) for row in rows}
