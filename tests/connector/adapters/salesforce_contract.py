"""What every SalesforceOrg must do, on standard objects that any org has."""

from typing import Protocol

import pytest

from connector.errors import ConfigurationError, TemporaryError
from connector.ports import Record, RecordWrite, SalesforceOrg, WriteKind, WriteState
from connector.services.soql import quote, quoted_list

INSERT, UPDATE, UPSERT = WriteKind.INSERT, WriteKind.UPDATE, WriteKind.UPSERT


class OrgStand(Protocol):
    """An org and the levers on the other side of it."""

    org: SalesforceOrg

    def lose_next_write_answer(self) -> None: ...
    def refuse_next_call(self) -> None:
        """As a busy server would, before anything is carried out."""
        ...


class SalesforceOrgContract:
    """Inherit, and give a fixture `stand`."""

    def contact(self, stand: OrgStand, last_name: str = "Lee", **fields: str) -> str:
        write = RecordWrite(INSERT, "Contact", {"LastName": last_name, **fields})
        return stand.org.write([write])[0].record_id

    def rows(self, stand: OrgStand, select: str, field: str, value: str) -> list[Record]:
        """SELECT ... FROM ... of records whose field has a value."""
        return list(stand.org.query(f"{select} WHERE {field} = {quote(value)}"))

    def test_it_says_who_is_connected(self, stand: OrgStand) -> None:
        identity = stand.org.identity()

        assert identity.org_id.startswith("00D")
        assert identity.user_id.startswith("005")
        assert "@" in identity.username
        assert identity.instance_url.startswith("https://")
        assert float(identity.api_version) >= 60

    def test_an_inserted_record_is_found_by_its_quoted_value(self, stand: OrgStand) -> None:
        record_id = self.contact(stand, "O'Brien \\ Söhne")

        rows = self.rows(stand, "SELECT Id, LastName FROM Contact", "LastName", "O'Brien \\ Söhne")

        assert [(row["Id"], row["LastName"]) for row in rows] == [(record_id, "O'Brien \\ Söhne")]

    def test_an_update_changes_only_what_it_names(self, stand: OrgStand) -> None:
        record_id = self.contact(stand, Title="Buyer")

        outcome = stand.org.write([RecordWrite(UPDATE, "Contact", {"Id": record_id, "LastName": "Kim"})])[0]

        rows = self.rows(stand, "SELECT LastName, Title FROM Contact", "Id", record_id)
        assert (outcome.state, outcome.record_id) == (WriteState.DONE, record_id)
        assert [(row["LastName"], row["Title"]) for row in rows] == [("Kim", "Buyer")]

    def test_an_upsert_finds_the_record_by_its_key(self, stand: OrgStand) -> None:
        record_id = self.contact(stand)

        outcome = stand.org.write([RecordWrite(UPSERT, "Contact", {"Id": record_id, "Title": "CEO"}, "Id")])[
            0
        ]

        assert (outcome.state, outcome.record_id) == (WriteState.DONE, record_id)
        assert len(list(stand.org.query("SELECT Id FROM Contact WHERE Title = 'CEO'"))) == 1

    def test_outcomes_stand_in_the_order_of_the_writes(self, stand: OrgStand) -> None:
        known = self.contact(stand)
        missing = known[:-6] + "999AAA"

        outcomes = stand.org.write(
            [
                RecordWrite(INSERT, "Task", {"Subject": "first"}),
                RecordWrite(UPDATE, "Contact", {"Id": missing, "Title": "nobody"}),
                RecordWrite(INSERT, "Task", {"Subject": "second"}),
                RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "somebody"}),
            ]
        )

        assert [outcome.state for outcome in outcomes] == [
            WriteState.DONE,
            WriteState.REFUSED,
            WriteState.DONE,
            WriteState.DONE,
        ]
        assert outcomes[1].code
        rows = self.rows(stand, "SELECT Subject FROM Task", "Id", outcomes[2].record_id)
        assert [row["Subject"] for row in rows] == ["second"]

    def test_parents_are_read_along_and_a_missing_one_is_none(self, stand: OrgStand) -> None:
        campaign, _ = stand.org.write(
            [RecordWrite(INSERT, "Campaign", {"Name": "Spring"}), RecordWrite(INSERT, "Lead", LEAD)]
        )
        contact = self.contact(stand, Email="lee@example.com")
        member = RecordWrite(
            INSERT, "CampaignMember", {"CampaignId": campaign.record_id, "ContactId": contact}
        )
        stand.org.write([member])

        select = "SELECT Id, ContactId, Contact.Email, Lead.Email FROM CampaignMember"
        rows = self.rows(stand, select, "CampaignId", campaign.record_id)

        assert len(rows) == 1
        assert rows[0]["Contact"]["Email"] == "lee@example.com"
        assert rows[0]["Lead"] is None

    def test_values_have_their_types_however_many_records_there_are(self, stand: OrgStand) -> None:
        campaign, _ = stand.org.write(
            [RecordWrite(INSERT, "Campaign", {"Name": "Spring"}), RecordWrite(INSERT, "Lead", LEAD)]
        )
        contact = self.contact(stand, 'Ångström, "Jr"')
        member = {"CampaignId": campaign.record_id, "ContactId": contact}
        written = stand.org.write([RecordWrite(INSERT, "CampaignMember", member)])[0]

        select = (
            "SELECT Id, IsDeleted, SystemModstamp, LeadId, "
            "Contact.LastName, Contact.IsDeleted, Contact.Email "
            "FROM CampaignMember"
        )
        [row] = self.rows(stand, select, "CampaignId", campaign.record_id)

        assert (row["Id"], row["IsDeleted"], row["LeadId"]) == (written.record_id, False, None)
        assert row["SystemModstamp"].endswith("+0000")
        parent = {name: value for name, value in row["Contact"].items() if name != "attributes"}
        assert parent == {"LastName": 'Ångström, "Jr"', "IsDeleted": False, "Email": None}

    def test_an_object_is_described_with_the_types_of_its_fields(self, stand: OrgStand) -> None:
        described = stand.org.describe("Contact")

        fields = {field.name: field for field in described.fields}
        assert described.name == "Contact"
        assert (fields["Email"].type, fields["LastName"].type) == ("email", "string")
        account = fields["AccountId"]
        assert (account.type, account.relationship, account.refers_to) == (
            "reference",
            "Account",
            ("Account",),
        )

    def test_an_object_that_is_not_there_is_a_matter_of_configuration(self, stand: OrgStand) -> None:
        with pytest.raises(ConfigurationError):
            stand.org.describe("Nothing__c")

    def test_queries_asked_together_answer_in_order(self, stand: OrgStand) -> None:
        ids = [self.contact(stand, f"Person {number}") for number in range(7)]

        select = "SELECT LastName FROM Contact WHERE Id IN"
        answers = stand.org.query_together([f"{select} {quoted_list([key])}" for key in ids])

        names = [[row["LastName"] for row in rows] for rows in answers]
        assert names == [[f"Person {number}"] for number in range(7)]

    def test_an_unknown_member_status_silently_becomes_the_default(self, stand: OrgStand) -> None:
        campaign = stand.org.write([RecordWrite(INSERT, "Campaign", {"Name": "Spring"})])[0].record_id
        fields = {"CampaignId": campaign, "ContactId": self.contact(stand), "Status": "Invited"}

        outcome = stand.org.write([RecordWrite(INSERT, "CampaignMember", fields)])[0]

        rows = self.rows(stand, "SELECT Status FROM CampaignMember", "Id", outcome.record_id)
        assert outcome.state is WriteState.DONE
        assert [row["Status"] for row in rows] == ["Sent"]

    def test_a_task_of_a_lead_is_about_nothing_else(self, stand: OrgStand) -> None:
        lead = stand.org.write([RecordWrite(INSERT, "Lead", LEAD)])[0].record_id
        contact = self.contact(stand)
        campaign = stand.org.write([RecordWrite(INSERT, "Campaign", {"Name": "Spring"})])[0].record_id
        about = {"Subject": "told", "WhatId": campaign}

        outcomes = stand.org.write(
            [
                RecordWrite(INSERT, "Task", {**about, "WhoId": contact}),
                RecordWrite(INSERT, "Task", {**about, "WhoId": lead}),
                RecordWrite(INSERT, "Task", {"Subject": "told", "WhoId": lead}),
            ]
        )

        assert [outcome.state for outcome in outcomes] == [
            WriteState.DONE,
            WriteState.REFUSED,
            WriteState.DONE,
        ]
        assert outcomes[1].code == "FIELD_INTEGRITY_EXCEPTION"

    def test_sums_are_told_by_group_with_a_field_of_a_parent(self, stand: OrgStand) -> None:
        accounts = stand.org.write(
            [RecordWrite(INSERT, "Account", {"Name": name}) for name in ("Acme", "Globex")]
        )
        first, second = (outcome.record_id for outcome in accounts)
        for account in (first, first, second):
            self.contact(stand, AccountId=account)

        select = "SELECT AccountId, Account.Name, COUNT(Id) FROM Contact"
        where = f"WHERE AccountId IN {quoted_list([first, second])}"
        found = list(stand.org.query(f"{select} {where} GROUP BY AccountId, Account.Name"))

        told = {row["AccountId"]: (row["Name"], row["expr0"]) for row in found}
        assert told == {first: ("Acme", 2), second: ("Globex", 1)}

    def test_a_lost_answer_leaves_the_outcome_unknown(self, stand: OrgStand) -> None:
        stand.org.identity()
        stand.lose_next_write_answer()

        outcomes = stand.org.write([RecordWrite(INSERT, "Task", {"Subject": "lost"})])

        assert [outcome.state for outcome in outcomes] == [WriteState.UNKNOWN]
        assert len(list(stand.org.query("SELECT Id FROM Task WHERE Subject = 'lost'"))) == 1

    def test_a_call_that_a_busy_server_refuses_is_raised_and_not_carried_out(self, stand: OrgStand) -> None:
        stand.org.identity()
        stand.refuse_next_call()

        with pytest.raises(TemporaryError):
            stand.org.write([RecordWrite(INSERT, "Task", {"Subject": "refused"})])

        assert list(stand.org.query("SELECT Id FROM Task WHERE Subject = 'refused'")) == []

    def test_the_api_usage_is_known_after_a_call_and_grows(self, stand: OrgStand) -> None:
        list(stand.org.query("SELECT Id FROM Contact"))
        first = stand.org.api_usage()
        list(stand.org.query("SELECT Id FROM Contact"))
        second = stand.org.api_usage()

        assert first is not None
        assert second is not None
        assert second.used == first.used + 1
        assert second.allocation >= 1000


LEAD = {"LastName": "Roe", "Company": "Roe Ltd"}
