"""Many members of one campaign, made in few calls and read back in few."""

from collections.abc import Iterator, Sequence
from typing import Any

from tests.connector.crash.stand import OrgSide

_AT_ONCE = 200


def crowd(org: OrgSide, members: int) -> str:
    """The Id of a campaign with as many contacts as leads."""
    campaign_id = org.create("Campaign", Name=f"Crowd of {members}", IsActive=True)
    contacts = _create(
        org,
        "Contact",
        [
            {"FirstName": "Ada", "LastName": "Byron", "Email": f"c{number}@crowd.example"}
            for number in range(members // 2)
        ],
    )
    leads = _create(
        org,
        "Lead",
        [
            {"FirstName": "Alan", "LastName": "Turing", "Company": "ACE", "Email": f"l{number}@crowd.example"}
            for number in range(members - members // 2)
        ],
    )
    joined = [{"CampaignId": campaign_id, "ContactId": person} for person in contacts]
    joined += [{"CampaignId": campaign_id, "LeadId": person} for person in leads]
    _create(org, "CampaignMember", joined)
    return campaign_id


def all_rows(org: OrgSide, soql: str) -> list[dict[str, Any]]:
    """Every page of a query."""
    rows: list[dict[str, Any]] = []
    answer = org.call("GET", "query", params={"q": soql})
    while True:
        rows += answer["records"]
        if answer["done"]:
            return rows
        answer = org.call("GET", answer["nextRecordsUrl"].partition("/services/data/")[2].partition("/")[2])


def _create(org: OrgSide, sobject: str, records: Sequence[dict[str, Any]]) -> list[str]:
    ids: list[str] = []
    for batch in _batches(records):
        body = {"records": [{"attributes": {"type": sobject}, **record} for record in batch]}
        results = org.call("POST", "composite/sobjects", json=body)
        assert all(result["success"] for result in results), results[:3]
        ids += [result["id"] for result in results]
    return ids


def _batches(records: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(records), _AT_ONCE):
        yield records[start : start + _AT_ONCE]
