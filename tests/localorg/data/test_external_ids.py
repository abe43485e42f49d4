"""Records addressed by external id, and the resources about the org as a whole."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"
GIFT = f"{DATA}/sobjects/Gift__c/External_Id__c"


def test_an_upsert_answers_201_and_then_200(client: FlaskClient, gifts: Org) -> None:
    first = client.patch(f"{GIFT}/g%2F1", json={"Code__c": "x"})
    second = client.patch(f"{GIFT}/g%2F1", json={"Code__c": "y"})

    record_id = first.json["id"]
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json == {"id": record_id, "success": True, "errors": [], "created": False}
    row = gifts.db.one('SELECT "External_Id__c", "Code__c" FROM "Gift__c"')
    assert tuple(row) == ("g/1", "y")


def test_an_upsert_that_may_only_update_creates_nothing(client: FlaskClient, gifts: Org) -> None:
    missing = client.patch(f"{GIFT}/g1?updateOnly=true", json={"Code__c": "x"})
    nothing = gifts.db.one('SELECT 1 FROM "Gift__c"')
    client.patch(f"{GIFT}/g1", json={"Code__c": "x"})
    there = client.patch(f"{GIFT}/g1?updateOnly=true", json={"Code__c": "y"})

    assert (missing.status_code, nothing) == (404, None)
    assert (there.status_code, there.json["created"]) == (200, False)


def test_a_parent_of_several_kinds_is_named_with_its_kind(client: FlaskClient, org: Org) -> None:
    owner = {"attributes": {"type": "User"}, "Username": "rep@local.example"}
    lead = {"LastName": "Berg", "Company": "Acme", "Owner": owner}

    answer = client.post(f"{DATA}/sobjects/Lead", json=lead)

    rep = org.user("rep@local.example")
    assert rep is not None
    assert client.get(f"{DATA}/sobjects/Lead/{answer.json['id']}").json["OwnerId"] == rep.id


def test_an_upsert_by_an_id_that_there_is_not_yet_is_a_post(client: FlaskClient) -> None:
    answer = client.post(f"{DATA}/sobjects/Account/Id", json={"Name": "Acme"})

    assert answer.status_code == 201
    assert client.get(f"{DATA}/sobjects/Account/{answer.json['id']}").json["Name"] == "Acme"


def test_a_record_is_read_and_deleted_by_external_id(client: FlaskClient, gifts: Org) -> None:
    client.patch(f"{GIFT}/g1", json={})

    read = client.get(f"{GIFT}/g1?fields=Name")
    deleted = client.delete(f"{GIFT}/g1")
    gone = client.get(f"{GIFT}/g1")

    assert read.json["Name"] == "G-000001"
    assert (deleted.status_code, gone.status_code) == (204, 404)
    assert gifts.db.one('SELECT "IsDeleted" FROM "Gift__c"')["IsDeleted"] == 1


def test_several_matches_answer_300_with_their_addresses(client: FlaskClient) -> None:
    people = [{"LastName": n, "Email": "two@example.org"} for n in "AB"]
    ids = [client.post(f"{DATA}/sobjects/Contact", json=p).json["id"] for p in people]

    answer = client.get(f"{DATA}/sobjects/Contact/Email/two@example.org")

    assert answer.status_code == 300
    assert answer.json == [f"{DATA}/sobjects/Contact/{i}" for i in ids]


def test_the_key_stands_in_the_path_alone(client: FlaskClient, gifts: Org) -> None:
    answer = client.patch(f"{GIFT}/g1", json={"External_Id__c": "g1"})

    text = "The External_Id__c field should not be specified in the sobject data."
    assert answer.json == [{"message": text, "errorCode": "INVALID_FIELD"}]
    assert gifts.db.one('SELECT 1 FROM "Gift__c"') is None


def test_a_field_that_is_no_external_id_is_not_found(client: FlaskClient) -> None:
    answer = client.patch(f"{DATA}/sobjects/Contact/Title/x", json={})

    text = "Provided external ID field does not exist or is not accessible: Title"
    assert (answer.status_code, answer.json[0]["message"]) == (404, text)


def test_a_look_up_at_several_objects_says_at_which(client: FlaskClient) -> None:
    for name, more in (("Contact", {}), ("Lead", {"Company": "C"})):
        client.post(f"{DATA}/sobjects/{name}", json={"LastName": name, "Email": "one@example.com", **more})
    key = {"Email": "one@example.com"}

    made = [
        client.post(f"{DATA}/sobjects/Task", json={"Who": {**key, "attributes": {"type": name}}}).json["id"]
        for name in ("Lead", "Contact")
    ]

    tasks = [client.get(f"{DATA}/sobjects/Task/{task}").json for task in made]
    assert [task["WhoId"][:3] for task in tasks] == ["00Q", "003"]


def test_of_upserts_of_one_key_in_a_call_none_is_carried_out(client: FlaskClient) -> None:
    people = [
        {"attributes": {"type": "Contact"}, "LastName": "Berg", "Email": f"{name}@example.com"}
        for name in ("Ann", "bob", "ann", "Cy")
    ]

    answer = client.patch(
        f"{DATA}/composite/sobjects/Contact/Email", json={"allOrNone": False, "records": people}
    )

    assert [one["success"] for one in answer.json] == [False, True, False, True]
    assert answer.json[2]["errors"] == [
        {
            "statusCode": "DUPLICATE_VALUE",
            "message": "Duplicate external id specified: ann@example.com",
            "fields": ["Email"],
        }
    ]
    query = {"q": "SELECT COUNT() FROM Contact"}
    assert client.get(f"{DATA}/query", query_string=query).json["totalSize"] == 2


@pytest.mark.usefixtures("gifts")
def test_capitals_tell_keys_apart_where_the_field_says_so(client: FlaskClient) -> None:
    records = [{"attributes": {"type": "Gift__c"}, "External_Id__c": key} for key in ("A", "a")]

    answer = client.patch(
        f"{DATA}/composite/sobjects/Gift__c/External_Id__c", json={"allOrNone": True, "records": records}
    )

    assert [one["errors"] for one in answer.json] == [[], []]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("sobjects/Contact/describe/searchLayouts", "sobjects/<object>/describe"),
        ("search", "search"),
    ],
)
def test_what_the_org_does_not_do_is_named(client: FlaskClient, path: str, named: str) -> None:
    answer = client.get(f"{DATA}/{path}")

    assert answer.status_code == 501
    assert answer.json == [
        {"message": f"The local org does not support: {named}", "errorCode": "NOT_SUPPORTED_BY_LOCAL_ORG"}
    ]


def test_records_are_counted_by_object(client: FlaskClient) -> None:
    client.post(f"{DATA}/sobjects/Account", json={"Name": "Acme"})

    named = client.get(f"{DATA}/limits/recordCount?sObjects=Account,Lead")
    everything = client.get(f"{DATA}/limits/recordCount")

    assert named.json == {"sObjects": [{"count": 1, "name": "Account"}, {"count": 0, "name": "Lead"}]}
    assert {"count": 3, "name": "User"} in everything.json["sObjects"]


def test_a_user_without_rights_to_an_object_does_not_see_its_count(
    client_of: Callable[[str], FlaskClient],
) -> None:
    answer = client_of("rep@local.example").get(f"{DATA}/limits/recordCount?sObjects=Account")

    assert answer.json == {"sObjects": []}


def test_limits_show_what_is_left_of_the_day(client: FlaskClient) -> None:
    body = client.get(f"{DATA}/limits").json

    assert body["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_999}
    assert list(body) == sorted(body)


def test_a_version_lists_its_resources(client: FlaskClient) -> None:
    body = client.get(f"{DATA}/").json

    assert body["sobjects"] == f"{DATA}/sobjects"
    assert body["query"] == f"{DATA}/query"
