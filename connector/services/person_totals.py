"""What Salesforce knows of a batch: sums over the gifts of people and campaigns, and who was converted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.domain.recipient import Person
from connector.ports import SalesforceOrg
from connector.services.soql import id_batches, quoted_list


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


def read_totals(org: SalesforceOrg, people: Sequence[Person], campaign_ids: Iterable[str]) -> PersonTotals:
    """Sums are recomputed from Gift__c, never incremented, so that a repeated write changes nothing."""
    contacts, leads = _ids(people, "Contact"), _ids(people, "Lead")
    campaigns = sorted({campaign_id for campaign_id in campaign_ids if campaign_id})
    sums = [
        _sum_query(field, ids) for field, ids in _batched("Contact__c", contacts) + _batched("Lead__c", leads)
    ]
    conversions = [
        f"SELECT Id, ConvertedContactId FROM Lead WHERE IsConverted = true AND Id IN {quoted_list(ids)}"  # noqa: S608 - quoted
        for ids in id_batches(leads)
    ]
    if not sums:
        return PersonTotals({}, {}, {})
    counts = [_campaign_query(ids) for ids in id_batches(campaigns)]
    answers = org.query_together([*sums, *conversions, *counts])
    of_campaigns = answers[len(sums) + len(conversions) :]
    costs = {
        row.get("Contact__c") or row.get("Lead__c"): row.get("expr0") or 0.0
        for rows in answers[: len(sums)]
        for row in rows
    }
    converted = {
        row["Id"]: row["ConvertedContactId"]
        for rows in answers[len(sums) : len(sums) + len(conversions)]
        for row in rows
    }
    return PersonTotals(
        {str(person): float(cost) for person, cost in costs.items()},
        converted,
        {
            row["Campaign__c"]: CampaignTotals(row["expr0"], row["expr1"], row["expr2"] or 0.0)
            for rows in of_campaigns
            for row in rows
        },
    )


def _ids(people: Iterable[Person], sobject: str) -> list[str]:
    return sorted({person.record_id for person in people if person.sobject == sobject})


def _batched(field: str, ids: Sequence[str]) -> list[tuple[str, Sequence[str]]]:
    return [(field, batch) for batch in id_batches(ids)]


def _sum_query(field: str, ids: Sequence[str]) -> str:
    return (
        f"SELECT {field}, SUM(Gift_Cost__c) FROM Gift__c WHERE {field} IN {quoted_list(ids)} GROUP BY {field}"  # noqa: S608 - quoted
    )


def _campaign_query(ids: Sequence[str]) -> str:
    return (
        "SELECT Campaign__c, COUNT(Id), COUNT(Claimed_Date__c), SUM(Gift_Cost__c) FROM Gift__c "  # noqa: S608 - quoted
        f"WHERE Campaign__c IN {quoted_list(ids)} AND Provider_Gift_Id__c != null GROUP BY Campaign__c"
    )
