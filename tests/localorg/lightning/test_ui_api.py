"""The resources that Lightning Data Service asks for: what components see follows from schema and rights."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import BASE, CONNECTOR, REP

UI_API = "/services/data/v66.0/ui-api"
MASTER = "012000000000000AAA"
ClientOf = Callable[[str], FlaskClient]
Grant = Callable[[str, str], None]


@pytest.fixture
def gifts(org: Org, contact: str) -> list[str]:
    """Three gifts of the contact, the last of them without a date."""
    days = ["2026-03-01T15:00:00.000+0000", "2026-03-09T15:00:00.000+0000", None]
    return [
        Dml(org, SYSTEM).insert(
            "Gift__c",
            {
                "External_Id__c": f"g-{number}",
                "Contact__c": contact,
                "Created_Date__c": day,
                "Gift_Value__c": 35,
                "Send_Status__c": "Sent",
            },
        )
        for number, day in enumerate(days)
    ]


def test_an_object_tells_its_fields_relationships_and_record_types(client: FlaskClient) -> None:
    info = client.get(f"{UI_API}/object-info/Contact").json

    assert info["apiName"] == "Contact"
    assert info["defaultRecordTypeId"] == MASTER
    assert info["nameFields"] == ["Name"]
    gifts = next(c for c in info["childRelationships"] if c["childObjectApiName"] == "Gift__c")
    assert (gifts["relationshipName"], gifts["fieldName"]) == ("Gifts__r", "Contact__c")
    account = info["fields"]["AccountId"]
    assert (account["dataType"], account["reference"]) == ("Reference", True)
    assert account["referenceToInfos"] == [{"apiName": "Account", "nameFields": ["Name"]}]
    kinds = {name: info["fields"][name]["dataType"] for name in ("Email", "Gift_Opt_Out__c", "CreatedDate")}
    assert kinds == {"Email": "Email", "Gift_Opt_Out__c": "Boolean", "CreatedDate": "DateTime"}
    assert info["fields"]["LastName"]["required"]


def test_several_objects_each_have_a_status(client: FlaskClient) -> None:
    results = client.get(f"{UI_API}/object-info/batch/Gift__c,Nothing__c").json["results"]

    assert [result["statusCode"] for result in results] == [200, 404]
    assert results[1]["result"][0]["errorCode"] == "NOT_FOUND"


def test_an_object_that_the_user_may_not_see_is_not_there(client_of: ClientOf) -> None:
    assert client_of(REP).get(f"{UI_API}/object-info/Gift__c").status_code == 404


def test_picklist_values_come_with_their_labels(client: FlaskClient) -> None:
    path = f"{UI_API}/object-info/Gift__c/picklist-values/{MASTER}"

    one = client.get(f"{path}/Send_Status__c").json
    every = client.get(path).json["picklistFieldValues"]

    assert [value["value"] for value in one["values"]] == ["Sent", "Clicked", "Submitted", "Canceled"]
    assert one["url"] == f"{path}/Send_Status__c"
    assert every["Send_Status__c"]["values"] == one["values"]
    assert "Order_Status__c" in every


@pytest.mark.parametrize("path", ["Name", "Nothing__c"])
def test_what_is_no_picklist_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(f"{UI_API}/object-info/Gift__c/picklist-values/{MASTER}/{path}")

    assert answer.status_code == 404


def test_an_unknown_record_type_is_not_found(client: FlaskClient) -> None:
    path = f"{UI_API}/object-info/Gift__c/picklist-values/012000000000009AAA/Send_Status__c"

    assert client.get(path).status_code == 404


def test_a_record_shows_values_and_what_people_read(client: FlaskClient, gifts: list[str]) -> None:
    fields = "Gift__c.Name,Gift__c.Gift_Value__c,Gift__c.Created_Date__c,Gift__c.Contact__r.Name"

    record = client.get(f"{UI_API}/records/{gifts[0][:15]}", query_string={"fields": fields}).json

    assert (record["apiName"], record["id"]) == ("Gift__c", gifts[0])
    told = record["fields"]
    assert told["Gift_Value__c"] == {"displayValue": "$35.00", "value": 35.0}
    assert told["Created_Date__c"] == {
        "displayValue": "3/1/2026, 3:00 PM",
        "value": "2026-03-01T15:00:00.000Z",
    }
    assert told["Contact__r"]["displayValue"] == "Ada <Byron>"
    assert told["Contact__r"]["value"]["fields"]["Name"] == {"displayValue": None, "value": "Ada <Byron>"}


def test_a_layout_chooses_the_fields(client: FlaskClient, contact: str) -> None:
    answer = client.get(f"{UI_API}/records/{contact}", query_string={"layoutTypes": "Full"})

    assert {"Id", "FirstName", "LastName", "Email"} <= set(answer.json["fields"])


def test_a_formula_that_depends_on_the_reader_is_calculated_for_him(
    client_of: ClientOf, grant: Grant, org: Org, contact: str, connected: str
) -> None:
    del connected
    grant(REP, "Gift_User")
    grant(REP, "Gift_Integration")

    record = client_of(REP).get(
        f"{UI_API}/records/{contact}", query_string={"fields": "Contact.Send_a_Gift_Link__c"}
    )

    link = record.json["fields"]["Send_a_Gift_Link__c"]["value"]
    assert link == f"{CONNECTOR}/send?org={org.org_id}&object=Contact&record={contact}"


def test_without_the_connectors_address_the_link_is_empty(client: FlaskClient, contact: str) -> None:
    record = client.get(f"{UI_API}/records/{contact}", query_string={"fields": "Contact.Send_a_Gift_Link__c"})

    assert record.json["fields"]["Send_a_Gift_Link__c"]["value"] is None


def test_sent_by_me_is_about_whoever_reads(client: FlaskClient, org: Org, gifts: list[str]) -> None:
    admin = org.user("admin@local.example")
    assert admin is not None
    Dml(org, SYSTEM).update("Gift__c", gifts[0], {"Sender__c": admin.id})

    seen = [
        client.get(f"{UI_API}/records/{gift}", query_string={"fields": "Gift__c.Sent_By_Me__c"}).json
        for gift in gifts[:2]
    ]

    assert [record["fields"]["Sent_By_Me__c"]["value"] for record in seen] == [True, False]


def test_a_required_field_that_is_hidden_is_an_error_and_an_optional_one_is_left_out(
    client_of: ClientOf, grant: Grant, contact: str
) -> None:
    grant(REP, "Gift_Integration")
    client = client_of(REP)
    hidden = {"fields": "Contact.Name,Contact.Birthdate"}
    optional = {"fields": "Contact.Name", "optionalFields": "Contact.Birthdate,Contact.Nothing__c"}

    refused, left_out = (
        client.get(f"{UI_API}/records/{contact}", query_string=asked) for asked in (hidden, optional)
    )

    assert (refused.status_code, refused.json[0]["errorCode"]) == (400, "INVALID_FIELD")
    assert "Birthdate" in refused.json[0]["message"]
    assert list(left_out.json["fields"]) == ["Name"]


@pytest.mark.parametrize(
    ("record_id", "fields", "status"),
    [
        ("003000000000099AAA", "Contact.Name", 404),
        ("zzz000000000099AAA", "Contact.Name", 404),
        ("not-an-id", "Contact.Name", 404),
        (None, "Lead.Name", 400),
        (None, "Name", 400),
        (None, "Contact.", 400),
        (None, "Contact.A.B.C.D.E.F", 400),
        (None, "", 400),
    ],
)
def test_bad_questions_about_records_are_answered_as_such(
    client: FlaskClient, contact: str, record_id: str | None, fields: str, status: int
) -> None:
    answer = client.get(f"{UI_API}/records/{record_id or contact}", query_string={"fields": fields})

    assert answer.status_code == status
    assert answer.json[0]["errorCode"]


def test_a_deleted_record_is_not_found(client: FlaskClient, org: Org, contact: str) -> None:
    Dml(org, SYSTEM).delete("Contact", contact)

    answer = client.get(f"{UI_API}/records/{contact}", query_string={"fields": "Contact.Name"})

    assert answer.status_code == 404


def test_a_record_is_made_changed_and_deleted(client: FlaskClient, org: Org) -> None:
    made = client.post(f"{UI_API}/records", json={"apiName": "Contact", "fields": {"LastName": "Hopper"}})
    record_id = made.json["id"]
    changed = client.patch(f"{UI_API}/records/{record_id}", json={"fields": {"FirstName": "Grace"}})
    deleted = client.delete(f"{UI_API}/records/{record_id}")

    assert [made.status_code, changed.status_code, deleted.status_code] == [201, 200, 204]
    assert changed.json["fields"]["FirstName"]["value"] == "Grace"
    assert org.db.one('SELECT "IsDeleted" FROM "Contact" WHERE "Id" = ?', (record_id,))[0] == 1


@pytest.mark.parametrize(
    "body",
    [{"apiName": "Contact"}, {"fields": {}}, {"apiName": 1, "fields": {}}, {"apiName": "X", "fields": {}}],
)
def test_a_record_that_is_not_described_is_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    assert client.post(f"{UI_API}/records", json=body).status_code in {400, 404}


def test_a_related_list_is_sorted_and_paged(client: FlaskClient, contact: str, gifts: list[str]) -> None:
    path = f"{UI_API}/related-list-records/{contact}/Gifts__r"
    asked = {
        "fields": ["Gift__c.Name"],
        "optionalFields": ["Gift__c.CurrencyIsoCode"],
        "sortBy": ["-Gift__c.Created_Date__c"],
        "pageSize": 2,
    }

    first = client.post(path, json=asked).json
    second = client.post(path, json={**asked, "pageToken": first["nextPageToken"]}).json

    assert [record["id"] for record in first["records"]] == [gifts[1], gifts[0]]
    assert [record["id"] for record in second["records"]] == [gifts[2]]
    assert (first["count"], second["count"], second["nextPageToken"]) == (2, 1, None)
    assert list(first["records"][0]["fields"]) == ["Name"]


def test_a_related_list_is_asked_for_in_the_address_as_well(
    client: FlaskClient, contact: str, gifts: list[str]
) -> None:
    path = f"{UI_API}/related-list-records/{contact}/Gifts__r"

    answer = client.get(path, query_string={"fields": "Gift__c.Name,Gift__c.Gift_Value__c", "pageSize": "1"})

    assert [record["id"] for record in answer.json["records"]] == gifts[:1]


def test_a_related_list_is_counted_as_far_as_asked(
    client: FlaskClient, contact: str, gifts: list[str]
) -> None:
    path = f"{UI_API}/related-list-count/{contact}/Gifts__r"

    whole, part = (client.get(path, query_string={"maxCount": most}).json for most in (1999, 2))

    assert (whole["count"], whole["hasMore"]) == (len(gifts), False)
    assert (part["count"], part["hasMore"]) == (2, True)


def test_related_lists_of_an_object_are_named(client: FlaskClient) -> None:
    told = client.get(f"{UI_API}/related-list-info/Contact").json["relatedLists"]

    gifts = next(each for each in told if each["objectApiName"] == "Gift__c")
    assert (gifts["relatedListId"], gifts["fieldApiName"]) == ("Gifts__r", "Contact__c")


@pytest.mark.parametrize(
    "asked",
    [
        {"fields": ["Gift__c.Nothing__c"]},
        {"fields": ["Gift__c.Name"], "pageSize": 0},
        {"fields": ["Gift__c.Name"], "pageSize": 2000},
        {"fields": ["Gift__c.Name"], "pageToken": "x"},
        {"fields": ["Gift__c.Name"], "sortBy": ["Nothing__c"]},
        {"fields": ["Gift__c.Name"], "sortBy": ["Name", "Id"]},
        {"fields": {"Gift__c": "Name"}},
        {"fields": ["Gift__c.Name"], "where": "{}"},
    ],
)
def test_bad_questions_about_related_lists_are_answered_as_such(
    client: FlaskClient, contact: str, gifts: list[str], asked: dict[str, Any]
) -> None:
    del gifts

    answer = client.post(f"{UI_API}/related-list-records/{contact}/Gifts__r", json=asked)

    assert answer.status_code in {400, 501}
    assert answer.json[0]["errorCode"]


def test_an_unknown_related_list_is_named(client: FlaskClient, contact: str) -> None:
    answer = client.get(f"{UI_API}/related-list-count/{contact}/Presents__r")

    assert answer.status_code == 400
    assert "Presents__r is no related list of Contact" in answer.json[0]["message"]


def test_what_is_not_there_is_said_by_name(client: FlaskClient) -> None:
    answer = client.get(f"{UI_API}/nav-items")

    assert answer.status_code == 501
    assert "ui-api/nav-items" in answer.json[0]["message"]


def test_the_record_page_asks_with_its_cookie(browser: FlaskClient, contact: str) -> None:
    answer = browser.get(
        f"/lightning/ui-api/records/{contact}", query_string={"fields": "Contact.Name"}, base_url=BASE
    )

    assert answer.json["fields"]["Name"]["value"] == "Ada <Byron>"


def test_without_a_session_the_record_page_gets_nothing(app: Any, contact: str) -> None:
    answer = app.test_client().get(f"/lightning/ui-api/records/{contact}", base_url=BASE)

    assert (answer.status_code, answer.json[0]["errorCode"]) == (401, "INVALID_SESSION_ID")


def test_a_form_of_another_site_cannot_write_with_the_cookie(browser: FlaskClient) -> None:
    body = '{"apiName": "Contact", "fields": {"LastName": "Forged"}}'

    answer = browser.post("/lightning/ui-api/records", data=body, content_type="text/plain", base_url=BASE)

    assert answer.status_code == 415
