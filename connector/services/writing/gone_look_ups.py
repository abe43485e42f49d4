"""Gift__c of a gift whose Contact, Lead or Campaign was deleted: written without it, rather than never again.

Salesforce refuses a look-up to a deleted record; it emptied the field itself when the record went (delete
constraint SetNull), or pointed it to the record that a merged one lives on in. So the field is left as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from connector.ports import RecordWrite, SalesforceOrg, WriteOutcome, WriteState
from connector.services.soql import id_batches, quoted_list

_REFUSALS = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})
# What is shown of a gift that has nobody any more, unless its person lives on in another record.
PERSON_GONE = WriteOutcome(
    WriteState.REFUSED,
    code="ENTITY_IS_DELETED",
    message="was deleted; only the gift itself is kept up to date",
)
_SAID_NO = (WriteState.REFUSED, WriteState.PARK)
_LOOK_UPS = {"Contact__c": "Contact", "Lead__c": "Lead", "Campaign__c": "Campaign"}


class GiftOutcome(NamedTuple):
    """What came of a gift's record in the end. without_person: its recipient is not there any more."""

    outcome: WriteOutcome
    without_person: bool = False


def write_without_gone(
    org: SalesforceOrg, records: Sequence[RecordWrite], outcomes: Sequence[WriteOutcome]
) -> list[GiftOutcome]:
    """What came of the gifts' records in the end, those among them that were written once more.

    outcomes: of the records as they were written first. Two calls where what a record points to is gone, one
    where it is all there, else none.
    """
    refused = {
        number: record
        for number, (record, outcome) in enumerate(zip(records, outcomes, strict=True))
        if outcome.code in _REFUSALS
    }
    there = _existing(org, [*refused.values()]) if refused else set()
    left_out = {
        number: {name for name in _LOOK_UPS if record.fields[name] and record.fields[name] not in there}
        for number, record in refused.items()
    }
    bare = {number: _without(records[number], names) for number, names in left_out.items() if names}
    again = dict(zip(bare, org.write(list(bare.values())) if bare else [], strict=True))
    return [
        _in_the_end(outcome, again[number], without_person=_person(records[number]) in left_out[number])
        if number in again
        else GiftOutcome(outcome)
        for number, outcome in enumerate(outcomes)
    ]


def _in_the_end(first: WriteOutcome, again: WriteOutcome, *, without_person: bool) -> GiftOutcome:
    """The package refuses a new gift without a recipient for good: the first refusal says why."""
    is_first = without_person and again.state in _SAID_NO
    return GiftOutcome(first if is_first else again, without_person)


def _person(record: RecordWrite) -> str:
    """The look-up to the recipient. Beside a Contact, the Lead that it was may be gone without harm."""
    return "Contact__c" if record.fields["Contact__c"] else "Lead__c"


def _without(record: RecordWrite, names: set[str]) -> RecordWrite:
    return replace(record, fields={name: value for name, value in record.fields.items() if name not in names})


def _existing(org: SalesforceOrg, records: Sequence[RecordWrite]) -> set[str]:
    """Ids of the records that these point to, and that are there."""
    soqls = [
        f"SELECT Id FROM {sobject} WHERE Id IN {quoted_list(batch)}"  # noqa: S608 - quoted
        for name, sobject in _LOOK_UPS.items()
        for batch in id_batches(sorted({record.fields[name] for record in records} - {None}))
    ]
    return {row["Id"] for rows in (org.query_together(soqls) if soqls else []) for row in rows}
