"""The shape of records: fields, parents, children, order and bounds."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.org import Org
from emulators.salesforce.soql.execute import QueryResult

Ask = Callable[..., QueryResult]


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["Name"] for record in records]


def test_a_record_carries_its_type_and_address_and_then_its_fields_in_order(ask: Ask) -> None:
    record = ask("select score__c, id, VIP__C from contact where lastname = 'Archer'").records[0]

    assert list(record) == ["attributes", "Score__c", "Id", "Vip__c"]
    url = f"/services/data/v66.0/sobjects/Contact/{record['Id']}"
    assert record["attributes"] == {"type": "Contact", "url": url}
    assert (record["Score__c"], record["Vip__c"]) == (10.0, True)


def test_parents_are_nested_and_a_missing_one_is_null(ask: Ask) -> None:
    query = "SELECT LastName, Account.Name, Account.Owner.Name, Account.Id FROM Contact ORDER BY LastName"
    first, *_, last = ask(query).records

    assert first["Account"]["Name"] == "Acme"
    assert first["Account"]["attributes"]["type"] == "Account"
    assert first["Account"]["attributes"]["url"].endswith(first["Account"]["Id"])
    assert first["Account"]["Owner"]["Name"] == "Ada Admin"
    assert first["Account"]["Owner"]["attributes"]["type"] == "User"
    assert last["Account"] is None


def test_a_parent_of_several_types_answers_by_name_and_type(ask: Ask) -> None:
    query = "SELECT Subject, Who.Name, Who.Type, What.Name FROM Task ORDER BY Subject"
    call, think = ask(query).records

    assert (call["Who"]["Name"], call["Who"]["Type"], call["What"]["Name"]) == (
        "Ann Archer",
        "Contact",
        "Acme",
    )
    assert call["Who"]["attributes"]["type"] == "Name"
    assert "/sobjects/Contact/003" in call["Who"]["attributes"]["url"]
    assert think["Who"] is None


def test_a_parent_of_several_types_filters(ask: Ask) -> None:
    assert ask("SELECT Id FROM Task WHERE Who.Type = 'Contact' AND What.Name LIKE 'ac%'").total_size == 1
    assert ask("SELECT Id FROM Lead WHERE Owner.Type = 'User'").total_size == 1


def test_children_stand_below_their_parent_and_none_is_null(ask: Ask) -> None:
    query = (
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName DESC) "
        "FROM Account ORDER BY Name"
    )
    acme, bolt, void = ask(query).records

    assert acme["Contacts"]["totalSize"] == 2
    assert acme["Contacts"]["done"] is True
    assert [c["LastName"] for c in acme["Contacts"]["records"]] == ["Baker", "Archer"]
    assert acme["Contacts"]["records"][0]["Account"]["Name"] == "Acme"
    assert [c["LastName"] for c in bolt["Contacts"]["records"]] == ["Cole"]
    assert void["Contacts"] is None


def test_a_childrens_limit_counts_for_each_parent(ask: Ask) -> None:
    query = "SELECT Name, (SELECT LastName FROM Account.Contacts ORDER BY LastName LIMIT 1) FROM Account"
    found = {r["Name"]: r["Contacts"] for r in ask(query).records}

    assert [c["LastName"] for c in found["Acme"]["records"]] == ["Archer"]
    assert [c["LastName"] for c in found["Bolt"]["records"]] == ["Cole"]


def test_children_may_have_children(ask: Ask) -> None:
    query = (
        "SELECT Name, (SELECT LastName, (SELECT Subject FROM Tasks) FROM Contacts) "
        "FROM Account WHERE Name = 'Acme'"
    )
    contacts = ask(query).records[0]["Contacts"]["records"]

    tasks = {c["LastName"]: c["Tasks"] for c in contacts}
    assert tasks["Archer"]["records"][0]["Subject"] == "Call"
    assert tasks["Baker"] is None


def test_two_groups_of_children_do_not_mix(ask: Ask) -> None:
    query = (
        "SELECT (SELECT LastName FROM Contacts), (SELECT Name FROM Opportunities) "
        "FROM Account WHERE Name = 'Acme'"
    )
    record = ask(query).records[0]

    assert record["Contacts"]["totalSize"] == 2
    assert sorted(names(record["Opportunities"]["records"])) == ["Large", "Small"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Amount", ["Loose", "Small", "Large"]),
        ("Amount ASC NULLS LAST", ["Small", "Large", "Loose"]),
        ("Amount DESC", ["Large", "Small", "Loose"]),
        ("Amount DESC NULLS FIRST", ["Loose", "Large", "Small"]),
        ("Account.Name DESC, Amount DESC", ["Large", "Small", "Loose"]),
        ("StageName, CloseDate DESC", ["Small", "Loose", "Large"]),
    ],
)
def test_order_puts_nulls_first_when_ascending_unless_told_otherwise(
    ask: Ask, order: str, expected: list[str]
) -> None:
    assert names(ask(f"SELECT Name FROM Opportunity ORDER BY {order}").records) == expected  # noqa: S608 -- SOQL, no SQL


def test_limit_and_offset_cut_a_window(ask: Ask) -> None:
    query = "SELECT LastName FROM Contact ORDER BY LastName LIMIT 2 OFFSET 1"

    assert [r["LastName"] for r in ask(query).records] == ["Baker", "Cole"]


def test_deleted_records_show_only_when_asked_for(ask: Ask) -> None:
    query = "SELECT LastName FROM Contact WHERE IsDeleted = true"

    assert ask(query).total_size == 0
    assert ask(f"{query} ALL ROWS").total_size == 1
    assert ask(query, all_rows=True).total_size == 1


def test_an_address_is_put_together(ask: Ask) -> None:
    ann, bob = ask("SELECT MailingAddress FROM Contact WHERE Account.Name = 'Acme' ORDER BY LastName").records

    assert ann["MailingAddress"]["city"] == "Oslo"
    assert bob["MailingAddress"] is None


def test_a_label_replaces_the_value(ask: Ask) -> None:
    records = ask("SELECT toLabel(Tier__c), LastName FROM Contact ORDER BY LastName").records

    assert [r["Tier__c"] for r in records] == ["Gold", "Silver", None, None]


def test_fields_all_selects_what_can_be_seen(ask: Ask, seeded_org: Org) -> None:
    record = ask("SELECT FIELDS(ALL) FROM Contact LIMIT 1").records[0]

    assert set(record) - {"attributes"} == set(seeded_org.schema.objects["Contact"].fields)


def test_fields_custom_and_standard_divide_them(ask: Ask) -> None:
    custom = ask("SELECT FIELDS(CUSTOM) FROM Contact LIMIT 1").records[0]
    standard = ask("SELECT FIELDS(STANDARD) FROM Contact").records[0]

    assert set(custom) == {
        "attributes",
        "Interests__c",
        "Score__c",
        "Notes__c",
        "Key__c",
        "Tier__c",
        "Vip__c",
    }
    assert not any(name.endswith("__c") for name in standard)


def test_scope_mine_asks_for_the_users_own(ask: Ask) -> None:
    assert ask("SELECT Id FROM Contact USING SCOPE mine").total_size == 4
    assert ask("SELECT Id FROM Contact USING SCOPE everything").total_size == 4


def test_a_first_batch_names_the_records_that_are_left(ask: Ask) -> None:
    result = ask("SELECT LastName FROM Contact ORDER BY LastName", batch_size=3)

    assert [r["LastName"] for r in result.records] == ["Archer", "Baker", "Cole"]
    assert result.total_size == 4
    assert len(result.rest) == 1
