"""Salesforce Campaigns by name, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.domain.keys import link_key
from connector.ports import Record, SalesforceOrg
from connector.services.soql import contains, quoted_list
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg

PAGE = 20
# SOQL skips 2,000 rows at most. Source: SOQL and SOSL Reference, OFFSET.
LAST_PAGE = 2_000 // PAGE + 1


@dataclass(frozen=True, slots=True)
class FoundCampaign:
    """link_id: of its link, empty where it has none. members: people in it."""

    campaign_id: str
    name: str
    status: str
    members: int
    link_id: str = ""


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """number: from 1. has_more: there is another page."""

    campaigns: list[FoundCampaign]
    number: int
    has_more: bool


@dataclass(frozen=True)
class FindCampaigns:
    """As the integration user sees them: who cannot see a Campaign cannot sync it."""

    store: Store
    open_org: OpenOrg

    def __call__(self, org_id: str, words: str, number: int) -> CampaignPage:
        """words: part of the name, or nothing. Raises the org's errors."""
        page = min(max(number, 1), LAST_PAGE)
        org = self.open_org(org_id)
        rows = _rows(org, words, page)
        members = _members(org, [str(row["Id"]) for row in rows[:PAGE]])
        with self.store.read() as unit:
            links = {link.link_id for link in unit.links.of_org(org_id)}
        found = [_found(org_id, row, members, links) for row in rows[:PAGE]]
        return CampaignPage(found, page, len(rows) > PAGE and page < LAST_PAGE)


def _rows(org: SalesforceOrg, words: str, page: int) -> list[Record]:
    where = f" WHERE Name LIKE {contains(words)}" if words else ""
    return list(
        org.query(
            f"SELECT Id, Name, Status FROM Campaign{where} "  # noqa: S608 - quoted
            f"ORDER BY Name LIMIT {PAGE + 1} OFFSET {(page - 1) * PAGE}"
        )
    )


def _members(org: SalesforceOrg, campaign_ids: Sequence[str]) -> dict[str, int]:
    """Counted: the Campaign's own counts are fields that the integration user need not see."""
    if not campaign_ids:
        return {}
    soql = (
        "SELECT CampaignId, COUNT(Id) FROM CampaignMember "  # noqa: S608 - quoted
        f"WHERE CampaignId IN {quoted_list(campaign_ids)} GROUP BY CampaignId"
    )
    return {str(row["CampaignId"]): int(row["expr0"]) for row in org.query(soql)}


def _found(org_id: str, row: Record, members: Mapping[str, int], links: set[str]) -> FoundCampaign:
    link_id = link_key(org_id, str(row["Id"]))
    return FoundCampaign(
        campaign_id=str(row["Id"]),
        name=str(row["Name"]),
        status=str(row.get("Status") or ""),
        members=members.get(str(row["Id"]), 0),
        link_id=link_id if link_id in links else "",
    )
