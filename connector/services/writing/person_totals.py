"""What Salesforce knows of a batch: sums over the gifts of people and campaigns, and who was converted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.domain.recipient import Person
from connector.services.soql import id_batches, quoted_list
from connector.services.writing.questions import Question, Rows


@dataclass(frozen=True, slots=True)
class CampaignTotals:
    """Over all gifts of a Campaign that the provider took. cost: in major units."""

    sent: int
    redeemed: int
    cost: float


@dataclass(frozen=True, slots=True)
class PersonTotals:
    """lifetime_cost: record id to the sum in major units. converted: lead id to the contact it became."""

    lifetime_cost: dict[str, float]
    converted: dict[str, str]
    campaigns: dict[str, CampaignTotals]


def totals_of(people: Iterable[Person], campaign_ids: Iterable[str]) -> Question[PersonTotals]:
    """Sums are recomputed from Gift__c, never incremented, so that a repeated write changes nothing.

    To be asked after the gifts are written: only whoever has a Gift__c is told of.
    """
    listed = list(people)
    sums = [
        *(_contact_query(ids) for ids in id_batches(_ids(listed, "Contact"))),
        *(_lead_query(ids) for ids in id_batches(_ids(listed, "Lead"))),
    ]
    campaigns = sorted({campaign_id for campaign_id in campaign_ids if campaign_id})
    counts = [_campaign_query(ids) for ids in id_batches(campaigns)]
    return Question([*sums, *counts], lambda rows: _totals(rows[: len(sums)], rows[len(sums) :]))


def _totals(of_people: Sequence[Rows], of_campaigns: Sequence[Rows]) -> PersonTotals:
    people = [row for rows in of_people for row in rows]
    costs = {str(row.get("Contact__c") or row.get("Lead__c")): float(row["expr0"] or 0.0) for row in people}
    converted = {row["Lead__c"]: contact for row in people if (contact := row.get("ConvertedContactId"))}
    campaigns = {
        row["Campaign__c"]: CampaignTotals(row["expr0"], row["expr1"], row["expr2"] or 0.0)
        for rows in of_campaigns
        for row in rows
    }
    return PersonTotals(costs, converted, campaigns)


def _ids(people: Iterable[Person], sobject: str) -> list[str]:
    return sorted({person.record_id for person in people if person.sobject == sobject})


def _contact_query(ids: Sequence[str]) -> str:
    return (
        "SELECT Contact__c, SUM(Gift_Cost__c) FROM Gift__c "  # noqa: S608 - quoted
        f"WHERE Contact__c IN {quoted_list(ids)} GROUP BY Contact__c"
    )


def _lead_query(ids: Sequence[str]) -> str:
    """A lead has one contact or none, so its gifts stay one group."""
    return (
        "SELECT Lead__c, Lead__r.ConvertedContactId, SUM(Gift_Cost__c) FROM Gift__c "  # noqa: S608 - quoted
        f"WHERE Lead__c IN {quoted_list(ids)} GROUP BY Lead__c, Lead__r.ConvertedContactId"
    )


def _campaign_query(ids: Sequence[str]) -> str:
    return (
        "SELECT Campaign__c, COUNT(Id), COUNT(Claimed_Date__c), SUM(Gift_Cost__c) FROM Gift__c "  # noqa: S608 - quoted
        f"WHERE Campaign__c IN {quoted_list(ids)} AND Provider_Gift_Id__c != null GROUP BY Campaign__c"
    )
