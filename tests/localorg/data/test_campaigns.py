"""Campaigns, their members, and the statuses members may have."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org

Refusal = Callable[[Callable[[], object]], SalesforceError]


@pytest.fixture
def campaign(dml: Dml) -> str:
    return dml.insert("Campaign", {"Name": "Spring gifts"})


@pytest.fixture
def contact(dml: Dml) -> str:
    account = dml.insert("Account", {"Name": "Acme"})
    person = {"FirstName": "Ida", "LastName": "Berg", "Email": "ida@example.org", "AccountId": account}
    return dml.insert("Contact", person)


@pytest.fixture
def lead(dml: Dml) -> str:
    return dml.insert("Lead", {"LastName": "Moe", "Company": "Moe AS"})


def row_of(org: Org, sobject: str, record_id: str) -> dict[str, Any]:
    row = org.db.one(f'SELECT * FROM "{sobject}" WHERE "Id" = ?', (record_id,))  # noqa: S608 -- names of ours
    assert row is not None
    return dict(row)


def status_id(org: Org, campaign: str, label: str) -> str:
    sql = 'SELECT "Id" FROM "CampaignMemberStatus" WHERE "CampaignId" = ? AND "Label" = ?'
    return str(org.db.all(sql, (campaign, label))[0]["Id"])


def test_a_new_campaign_has_sent_as_default_and_responded(org: Org, campaign: str) -> None:
    rows = org.db.all(
        'SELECT * FROM "CampaignMemberStatus" WHERE "CampaignId" = ? ORDER BY "SortOrder"', (campaign,)
    )

    assert [(r["Label"], r["IsDefault"], r["HasResponded"]) for r in rows] == [
        ("Sent", 1, 0),
        ("Responded", 0, 1),
    ]


@pytest.mark.parametrize("given", [None, "Gift Sent", ""])
def test_an_unknown_status_silently_becomes_the_default(
    org: Org, dml: Dml, campaign: str, contact: str, given: str | None
) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact, "Status": given})

    row = row_of(org, "CampaignMember", member)
    assert (row["Status"], row["HasResponded"], row["FirstRespondedDate"]) == ("Sent", 0, None)


def test_a_known_status_decides_whether_the_member_responded(
    org: Org, dml: Dml, campaign: str, contact: str
) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    dml.update("CampaignMember", member, {"Status": "Responded"})
    responded = row_of(org, "CampaignMember", member)

    dml.update("CampaignMember", member, {"Status": "Nonsense"})
    fallen_back = row_of(org, "CampaignMember", member)

    assert (responded["HasResponded"], responded["FirstRespondedDate"]) == (1, "2026-11-22")
    assert (fallen_back["Status"], fallen_back["HasResponded"]) == ("Sent", 0)
    assert fallen_back["FirstRespondedDate"] == "2026-11-22"


def test_a_status_longer_than_forty_characters_is_too_long(
    dml: Dml, campaign: str, contact: str, refusal: Refusal
) -> None:
    values = {"CampaignId": campaign, "ContactId": contact, "Status": "x" * 41}

    assert refusal(lambda: dml.insert("CampaignMember", values)).code == "STRING_TOO_LONG"


def test_a_member_shows_the_person_now_and_later(org: Org, dml: Dml, campaign: str, contact: str) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    before = row_of(org, "CampaignMember", member)

    dml.update("Contact", contact, {"LastName": "Dahl", "MailingCity": "Oslo"})
    after = row_of(org, "CampaignMember", member)

    assert (before["Type"], before["Name"], before["Email"]) == ("Contact", "Ida Berg", "ida@example.org")
    assert (before["CompanyOrAccount"], before["LeadOrContactId"]) == ("Acme", contact)
    assert (after["Name"], after["City"]) == ("Ida Dahl", "Oslo")


def test_the_contact_wins_over_the_lead(org: Org, dml: Dml, campaign: str, contact: str, lead: str) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact, "LeadId": lead})

    row = row_of(org, "CampaignMember", member)
    assert (row["ContactId"], row["LeadId"]) == (contact, None)


def test_a_person_is_a_member_once(dml: Dml, campaign: str, lead: str, refusal: Refusal) -> None:
    values = {"CampaignId": campaign, "LeadId": lead}
    dml.insert("CampaignMember", values)

    error = refusal(lambda: dml.insert("CampaignMember", values))

    assert (error.code, error.message) == ("DUPLICATE_VALUE", "Already a campaign member.")


def test_a_member_needs_a_person(dml: Dml, campaign: str, refusal: Refusal) -> None:
    assert (
        refusal(lambda: dml.insert("CampaignMember", {"CampaignId": campaign})).code
        == "REQUIRED_FIELD_MISSING"
    )


def test_the_campaign_counts_its_members(org: Org, dml: Dml, campaign: str, contact: str, lead: str) -> None:
    first = dml.insert(
        "CampaignMember", {"CampaignId": campaign, "ContactId": contact, "Status": "Responded"}
    )
    dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": lead})
    full = row_of(org, "Campaign", campaign)

    dml.delete("CampaignMember", first)
    left = row_of(org, "Campaign", campaign)

    counts = ("NumberOfContacts", "NumberOfLeads", "NumberOfResponses")
    assert [full[c] for c in counts] == [1, 1, 1]
    assert [left[c] for c in counts] == [0, 1, 0]


def test_a_new_default_replaces_the_old_one(org: Org, dml: Dml, campaign: str) -> None:
    dml.insert("CampaignMemberStatus", {"CampaignId": campaign, "Label": "Gift Sent", "IsDefault": True})

    rows = org.db.all('SELECT "Label", "SortOrder" FROM "CampaignMemberStatus" WHERE "IsDefault" = 1')
    assert [tuple(r) for r in rows] == [("Gift Sent", 3)]


def test_the_only_default_cannot_be_unset(org: Org, dml: Dml, campaign: str, refusal: Refusal) -> None:
    sent = status_id(org, campaign, "Sent")

    error = refusal(lambda: dml.update("CampaignMemberStatus", sent, {"IsDefault": False}))

    assert error.code == "FIELD_INTEGRITY_EXCEPTION"


def test_a_label_is_unique_in_its_campaign(dml: Dml, campaign: str, refusal: Refusal) -> None:
    error = refusal(lambda: dml.insert("CampaignMemberStatus", {"CampaignId": campaign, "Label": "SENT"}))

    assert error.code == "DUPLICATE_VALUE"


@pytest.mark.parametrize("label", ["Sent", "Responded", "Gift Sent"])
def test_default_last_responded_and_used_statuses_are_kept(
    org: Org, dml: Dml, campaign: str, contact: str, refusal: Refusal, label: str
) -> None:
    dml.insert("CampaignMemberStatus", {"CampaignId": campaign, "Label": "Gift Sent"})
    dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact, "Status": "Gift Sent"})

    error = refusal(lambda: dml.delete("CampaignMemberStatus", status_id(org, campaign, label)))

    assert error.code == "DELETE_FAILED"


def test_members_follow_a_renamed_status(org: Org, dml: Dml, campaign: str, contact: str) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})

    dml.update("CampaignMemberStatus", status_id(org, campaign, "Sent"), {"Label": "Invited"})

    assert row_of(org, "CampaignMember", member)["Status"] == "Invited"


def test_deleting_a_campaign_takes_members_and_statuses_with_it(
    org: Org, dml: Dml, campaign: str, contact: str
) -> None:
    dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})

    dml.delete("Campaign", campaign)

    for sobject in ("Campaign", "CampaignMember", "CampaignMemberStatus"):
        assert org.db.all(f'SELECT 1 FROM "{sobject}" WHERE "IsDeleted" = 0') == []  # noqa: S608 -- names of ours


def test_members_count_as_responses_once_their_status_does(
    org: Org, dml: Dml, campaign: str, contact: str, lead: str
) -> None:
    member = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    dml.insert("CampaignMember", {"CampaignId": campaign, "LeadId": lead, "Status": "Responded"})
    sent = status_id(org, campaign, "Sent")

    counts = []
    for responded in (True, False):
        dml.update("CampaignMemberStatus", sent, {"HasResponded": responded})
        counts.append(row_of(org, "Campaign", campaign)["NumberOfResponses"])

    assert counts == [2, 1]
    assert row_of(org, "CampaignMember", member)["FirstRespondedDate"] == "2026-11-22"
