"""Opportunities: what their stage and close date say, and what they add up to in a campaign."""

from dataclasses import dataclass
from datetime import date

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing


@dataclass(frozen=True, slots=True)
class _Stage:
    """What a stage says. category: of the forecast; its name is the same with blanks."""

    probability: float | None
    category: str = "Pipeline"
    closed: bool = False
    won: bool = False


# As a new org has them. Source: Object Reference, Opportunity and OpportunityStage.
_STAGES = {
    "Prospecting": _Stage(10),
    "Qualification": _Stage(10),
    "Needs Analysis": _Stage(20),
    "Value Proposition": _Stage(50),
    "Id. Decision Makers": _Stage(60),
    "Perception Analysis": _Stage(70),
    "Proposal/Price Quote": _Stage(75),
    "Negotiation/Review": _Stage(90),
    "Closed Won": _Stage(100, "Closed", closed=True, won=True),
    "Closed Lost": _Stage(0, "Omitted", closed=True),
}
# A stage of one's own: what it means is not deployed with its name.
_UNKNOWN = _Stage(None)
_RECOUNT = """
UPDATE "Campaign" SET
  ("NumberOfOpportunities", "NumberOfWonOpportunities", "AmountAllOpportunities", "AmountWonOpportunities") =
  (SELECT COUNT(*), COALESCE(SUM("IsWon"), 0), TOTAL("Amount"), TOTAL(IIF("IsWon", "Amount", 0))
   FROM "Opportunity" WHERE "CampaignId" = ?1 AND "IsDeleted" = 0)
WHERE "Id" = ?1
"""


def settle_stage(_dml: Writing, row: Row, old: Row | None) -> None:
    """Closed, won, forecast and probability follow the stage; a probability of one's own stays until then."""
    stage = _STAGES.get(row["StageName"] or "", _UNKNOWN)
    row |= {"IsClosed": int(stage.closed), "IsWon": int(stage.won)}
    if old is None or old["StageName"] != row["StageName"]:
        row |= {"ForecastCategory": stage.category, "ForecastCategoryName": stage.category}
        untouched = row["Probability"] is None if old is None else row["Probability"] == old["Probability"]
        row["Probability"] = stage.probability if untouched else row["Probability"]
    amount, probability = row["Amount"], row["Probability"]
    known = amount is not None and probability is not None
    row["ExpectedRevenue"] = round(amount * probability / 100, 2) if known else None


def settle_period(_dml: Writing, row: Row, _old: Row | None) -> None:
    """The fiscal year is the calendar year, as in an org that never changed it."""
    if row["CloseDate"] is None:
        return
    closing = date.fromisoformat(row["CloseDate"])
    quarter = (closing.month + 2) // 3
    row |= {"FiscalYear": closing.year, "FiscalQuarter": quarter, "Fiscal": f"{closing.year} {quarter}"}


def recount_campaigns(dml: Writing, row: Row, old: Row | None) -> None:
    """The numbers of the campaign that it counts for, and of the one that it did."""
    for campaign_id in {row["CampaignId"], old["CampaignId"] if old else None} - {None}:
        dml.org.db.execute(_RECOUNT, (campaign_id,))


def recount_campaign(dml: Writing, row: Row) -> None:
    """The same when an opportunity goes or comes back."""
    recount_campaigns(dml, row, None)
