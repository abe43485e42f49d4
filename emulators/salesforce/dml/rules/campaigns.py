"""Campaigns and the statuses their members may have."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError

_COUNTS = (
    "NumberOfLeads",
    "NumberOfConvertedLeads",
    "NumberOfContacts",
    "NumberOfResponses",
    "NumberOfOpportunities",
    "NumberOfWonOpportunities",
    "AmountAllOpportunities",
    "AmountWonOpportunities",
)


def start_counts(_dml: Writing, row: Row, old: Row | None) -> None:
    """A new campaign has nobody yet."""
    if old is None:
        row.update(dict.fromkeys(_COUNTS, 0))


def give_first_statuses(dml: Writing, row: Row, old: Row | None) -> None:
    """Every new campaign has Sent, the default, and Responded."""
    if old is None:
        own = dml.on_behalf_of_the_org()
        for order, (label, default) in enumerate((("Sent", True), ("Responded", False)), start=1):
            values = {"CampaignId": row["Id"], "Label": label, "SortOrder": order}
            own.insert("CampaignMemberStatus", {**values, "IsDefault": default, "HasResponded": not default})


def statuses_of(dml: Writing, campaign_id: str) -> list[Row]:
    """The statuses of a campaign, not in the bin, in their order."""
    sql = (
        'SELECT * FROM "CampaignMemberStatus" WHERE "CampaignId" = ? AND "IsDeleted" = 0 ORDER BY "SortOrder"'
    )
    return [dict(r) for r in dml.org.db.all(sql, (campaign_id,))]


def number_status(dml: Writing, row: Row, _old: Row | None) -> None:
    """A status without an order goes last."""
    if row["SortOrder"] is None and row["CampaignId"] is not None:
        highest = max((s["SortOrder"] or 0 for s in statuses_of(dml, row["CampaignId"])), default=0)
        row["SortOrder"] = highest + 1


def check_status(dml: Writing, row: Row, old: Row | None) -> None:
    """Labels are unique in a campaign; one status is the default, and one at least counts as a response.

    Source: CampaignMemberStatus in the Object Reference, rules since API version 39.0.
    """
    others = [s for s in statuses_of(dml, row["CampaignId"]) if s["Id"] != row["Id"]]
    for other in others:
        if other["Label"].casefold() == row["Label"].casefold():
            message = (
                f"duplicate value found: <unknown> duplicates value on record with id: {other['Id'][:15]}"
            )
            raise SalesforceError("DUPLICATE_VALUE", message)
    if old is None:
        return
    if old["IsDefault"] and not row["IsDefault"]:
        raise _refused("A campaign needs exactly one default member status")
    if old["HasResponded"] and not row["HasResponded"] and not any(s["HasResponded"] for s in others):
        raise _refused("A campaign needs at least one member status that counts as responded")


def settle_status(dml: Writing, row: Row, old: Row | None) -> None:
    """A new default replaces the old one; members follow a renamed or redefined status."""
    if row["IsDefault"] and not (old and old["IsDefault"]):
        dml.org.db.execute(
            'UPDATE "CampaignMemberStatus" SET "IsDefault" = 0 WHERE "CampaignId" = ? AND "Id" <> ?',
            (row["CampaignId"], row["Id"]),
        )
    if old and (old["Label"], old["HasResponded"]) != (row["Label"], row["HasResponded"]):
        dml.org.db.execute(
            'UPDATE "CampaignMember" SET "Status" = ?, "HasResponded" = ? '
            'WHERE "CampaignId" = ? AND "Status" = ?',
            (row["Label"], row["HasResponded"], row["CampaignId"], old["Label"]),
        )
    if old and old["HasResponded"] != row["HasResponded"]:
        _recount_responses(dml, row)


def _recount_responses(dml: Writing, status: Row) -> None:
    """Members responded, or no longer did, because their status now says so."""
    if status["HasResponded"]:
        dml.org.db.execute(
            'UPDATE "CampaignMember" SET "FirstRespondedDate" = ? '
            'WHERE "CampaignId" = ? AND "Status" = ? AND "FirstRespondedDate" IS NULL',
            (dml.today, status["CampaignId"], status["Label"]),
        )
    dml.org.db.execute(
        'UPDATE "Campaign" SET "NumberOfResponses" = (SELECT COUNT(*) FROM "CampaignMember" '
        'WHERE "CampaignId" = "Campaign"."Id" AND "HasResponded" = 1 AND "IsDeleted" = 0) WHERE "Id" = ?',
        (status["CampaignId"],),
    )


def keep_needed_status(dml: Writing, row: Row) -> None:
    """The default status, the last responded one, and those in use cannot be deleted."""
    if row["IsDefault"]:
        raise _refused("The default member status cannot be deleted", "DELETE_FAILED")
    used = dml.org.db.one(
        'SELECT 1 FROM "CampaignMember" WHERE "CampaignId" = ? AND "Status" = ? AND "IsDeleted" = 0 LIMIT 1',
        (row["CampaignId"], row["Label"]),
    )
    if used:
        raise _refused("A member status in use cannot be deleted", "DELETE_FAILED")
    others = [s for s in statuses_of(dml, row["CampaignId"]) if s["Id"] != row["Id"]]
    if not any(s["HasResponded"] for s in others):
        raise _refused(
            "A campaign needs at least one member status that counts as responded", "DELETE_FAILED"
        )


def _refused(message: str, code: str = "FIELD_INTEGRITY_EXCEPTION") -> SalesforceError:
    return SalesforceError(code, message)
