"""Tabs, themes, recently viewed records and query plans."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from emulators.salesforce.dml.engine import Dml

DATA = "/services/data/v66.0"
REP = "rep@local.example"
BY_ACCOUNT = "SELECT Id FROM Contact WHERE AccountId = '{}'"


def query(client: FlaskClient, **arguments: str) -> Any:
    return client.get(f"{DATA}/query", query_string=arguments)


def test_records_count_as_viewed_when_a_query_says_so(client: FlaskClient, dml: Dml) -> None:
    first, second = (dml.insert("Account", {"Name": name}) for name in ("First", "Second"))
    dml.insert("Contact", {"LastName": "Third"})

    query(client, q="SELECT Id FROM Account WHERE Name = 'Second' FOR VIEW")
    query(client, q="SELECT Id FROM Account WHERE Name = 'First' FOR REFERENCE")
    query(client, q="SELECT Id FROM Contact FOR VIEW")
    query(client, q="SELECT Id FROM Lead FOR VIEW")

    recent = client.get(f"{DATA}/recent?limit=2").json
    accounts = client.get(f"{DATA}/sobjects/Account").json["recentItems"]
    assert [item["Name"] for item in recent] == ["Third", "First"]
    assert [item["Id"] for item in accounts] == [first, second]
    assert accounts[0]["attributes"]["type"] == "Account"


def test_reading_and_deleting_leave_nothing_behind(
    client: FlaskClient, dml: Dml, client_of: Callable[[str], FlaskClient]
) -> None:
    viewed = dml.insert("Account", {"Name": "Viewed"})
    read = dml.insert("Account", {"Name": "for view"})
    query(client, q="SELECT Id FROM Account WHERE Name = 'Viewed' FOR VIEW")
    query(client, q="SELECT Id FROM Account WHERE Name = 'for view'")

    seen = [item["Id"] for item in client.get(f"{DATA}/recent").json]
    by_another = client_of(REP).get(f"{DATA}/recent").json
    dml.delete("Account", viewed)

    assert seen == [viewed]
    assert read not in seen
    assert by_another == []
    assert client.get(f"{DATA}/recent").json == []


@pytest.mark.parametrize("limit", ["0", "201", "x", ""])
def test_a_limit_is_a_number_up_to_two_hundred(client: FlaskClient, limit: str) -> None:
    assert client.get(f"{DATA}/recent?limit={limit}").status_code == 400


def test_tabs_and_themes_are_those_of_readable_objects(
    client: FlaskClient, client_of: Callable[[str], FlaskClient]
) -> None:
    tabs = {tab["name"]: tab for tab in client.get(f"{DATA}/tabs").json}
    themes = {item["name"] for item in client.get(f"{DATA}/theme").json["themeItems"]}
    rep_tabs = {tab["sobjectName"] for tab in client_of(REP).get(f"{DATA}/tabs").json}

    assert tabs["standard-Account"]["label"] == "Accounts"
    assert tabs["standard-Account"]["url"].endswith("/lightning/o/Account/list")
    assert {"Account", "Lead"} <= themes
    assert "Account" not in rep_tabs


def test_a_plan_is_labelled_as_sqlites(client: FlaskClient, dml: Dml) -> None:
    account = dml.insert("Account", {"Name": "A"})
    dml.insert("Contact", {"LastName": "One", "AccountId": account})
    dml.insert("Contact", {"LastName": "Two"})

    (scan,) = query(client, explain="SELECT Id FROM Contact WHERE Title = 'x'").json["plans"]
    by_account = BY_ACCOUNT.format(account)
    (index,) = query(client, explain=by_account).json["plans"]

    assert (scan["leadingOperationType"], scan["relativeCost"], scan["cardinality"]) == ("TableScan", 1.0, 0)
    assert (index["leadingOperationType"], index["relativeCost"]) == ("Index", 0.5)
    assert (index["fields"], index["sobjectCardinality"]) == (["AccountId"], 2)
    assert "not of Salesforce" in index["notes"][0]["description"]


def test_the_plan_of_a_list_view_is_that_of_its_query(client: FlaskClient) -> None:
    view = client.get(f"{DATA}/sobjects/Account/listviews").json["listviews"][0]["id"]

    plan = query(client, explain=view).json
    none = query(client, explain="00B000000000ZZZAAA")

    assert plan["plans"][0]["sobjectType"] == "Account"
    assert plan["sourceQuery"] == view
    assert none.status_code == 404


@pytest.mark.usefixtures("gifts")
def test_refused_upserts_tell_what_they_would_have_been(client: FlaskClient) -> None:
    url = f"{DATA}/composite/sobjects/Gift__c/External_Id__c"

    def upsert(*records: dict[str, str]) -> list[dict[str, Any]]:
        attributes = {"attributes": {"type": "Gift__c"}}
        body = {"allOrNone": True, "records": [attributes | record for record in records]}
        answer: list[dict[str, Any]] = client.patch(url, json=body).json
        return answer

    upsert({"External_Id__c": "old"})

    results = upsert(
        {"External_Id__c": "new"}, {"External_Id__c": "bad", "Contact__c": "x"}, {"External_Id__c": "old"}
    )

    assert [result["success"] for result in results] == [False, False, False]
    assert [result["created"] for result in results] == [True, True, False]
    assert all("id" not in result for result in results)


def test_an_app_shows_tabs_over_soap(client: FlaskClient) -> None:
    token = client.environ_base["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com">'
        f"<e:Header><SessionHeader><sessionId>{token}</sessionId></SessionHeader></e:Header>"
        "<e:Body><describeTabs/></e:Body></e:Envelope>"
    )

    answer = client.post("/services/Soap/u/60.0", data=envelope)

    app = etree.fromstring(answer.data).find(".//{*}result")
    assert (app.findtext("{*}label"), app.findtext("{*}selected")) == ("Sales", "true")
    assert "standard-Lead" in [tab.findtext("{*}name") for tab in app.findall("{*}tabs")]
