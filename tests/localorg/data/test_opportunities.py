"""What follows from an opportunity's stage, amount and close date."""

from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org

OPEN = {"Name": "Big", "StageName": "Negotiation/Review", "CloseDate": "2026-05-31", "Amount": 200}


def row_of(org: Org, sobject: str, record_id: str) -> dict[str, Any]:
    return dict(org.db.all(f'SELECT * FROM "{sobject}" WHERE "Id" = ?', (record_id,))[0])  # noqa: S608 -- names of ours


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("Prospecting", (0, 0, 10, "Pipeline", 20)),
        ("Negotiation/Review", (0, 0, 90, "Pipeline", 180)),
        ("Closed Won", (1, 1, 100, "Closed", 200)),
        ("Closed Lost", (1, 0, 0, "Omitted", 0)),
    ],
)
def test_the_stage_says_whether_it_is_closed_and_how_probable(
    org: Org, dml: Dml, stage: str, expected: tuple[object, ...]
) -> None:
    row = row_of(org, "Opportunity", dml.insert("Opportunity", {**OPEN, "StageName": stage}))

    names = ("IsClosed", "IsWon", "Probability", "ForecastCategoryName", "ExpectedRevenue")
    assert tuple(row[name] for name in names) == expected
    assert (row["FiscalYear"], row["FiscalQuarter"], row["Fiscal"]) == (2026, 2, "2026 2")


def test_a_probability_of_ones_own_stays_until_the_stage_changes(org: Org, dml: Dml) -> None:
    opportunity = dml.insert("Opportunity", {**OPEN, "Probability": 33})
    dml.update("Opportunity", opportunity, {"Amount": 300})
    own = row_of(org, "Opportunity", opportunity)

    dml.update("Opportunity", opportunity, {"StageName": "Closed Won"})

    won = row_of(org, "Opportunity", opportunity)
    assert (own["Probability"], own["ExpectedRevenue"]) == (33, 99)
    assert (won["Probability"], won["IsWon"]) == (100, 1)


def test_a_campaign_counts_its_opportunities(org: Org, dml: Dml) -> None:
    spring, autumn = (dml.insert("Campaign", {"Name": name}) for name in ("Spring", "Autumn"))
    first, second = (dml.insert("Opportunity", {**OPEN, "CampaignId": spring}) for _ in range(2))
    dml.update("Opportunity", first, {"StageName": "Closed Won"})
    dml.update("Opportunity", second, {"CampaignId": autumn})
    dml.delete("Opportunity", second)

    names = (
        "NumberOfOpportunities",
        "NumberOfWonOpportunities",
        "AmountAllOpportunities",
        "AmountWonOpportunities",
    )
    assert [row_of(org, "Campaign", spring)[name] for name in names] == [1, 1, 200, 200]
    assert [row_of(org, "Campaign", autumn)[name] for name in names] == [0, 0, 0, 0]
    dml.undelete("Opportunity", second)
    assert [row_of(org, "Campaign", autumn)[name] for name in names] == [1, 0, 200, 0]
