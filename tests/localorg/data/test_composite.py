"""Composite, batch and tree."""

from typing import Any

from flask.testing import FlaskClient

from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"


def sub(reference_id: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    request = {"method": method, "url": f"{DATA}/{path}", "referenceId": reference_id}
    return request if body is None else {**request, "body": body}


def count(org: Org, sobject: str) -> int:
    return int(org.db.all(f'SELECT COUNT(*) FROM "{sobject}"')[0][0])  # noqa: S608 -- names of ours


def test_later_subrequests_use_what_earlier_ones_made(client: FlaskClient, org: Org) -> None:
    requests = [
        sub("acme", "POST", "sobjects/Account", {"Name": "Acme"}),
        sub("ida", "POST", "sobjects/Contact", {"LastName": "Berg", "AccountId": "@{acme.id}"}),
        sub("read", "GET", "sobjects/Contact/@{ida.id}?fields=AccountId"),
        sub("found", "GET", "query?q=SELECT+Id+FROM+Contact"),
        sub("title", "PATCH", "sobjects/Contact/@{found.records[0].Id}", {"Title": "CEO of @{acme.id}"}),
    ]
    used = org.limits.used

    answer = client.post(f"{DATA}/composite", json={"compositeRequest": requests})

    made, ida, read, _, title = answer.json["compositeResponse"]
    assert made["httpHeaders"] == {"Location": f"{DATA}/sobjects/Account/{made['body']['id']}"}
    assert (made["httpStatusCode"], made["referenceId"]) == (201, "acme")
    assert read["body"]["AccountId"] == made["body"]["id"]
    assert (title["httpStatusCode"], title["body"]) == (204, None)
    assert org.db.one('SELECT "Title" FROM "Contact"')["Title"] == f"CEO of {made['body']['id']}"
    assert ida["body"]["success"] is True
    assert org.limits.used == used + 1


def test_a_failure_stops_only_those_that_depend_on_it(client: FlaskClient, org: Org) -> None:
    requests = [
        sub("bad", "POST", "sobjects/Account", {}),
        sub("needs", "POST", "sobjects/Contact", {"LastName": "B", "AccountId": "@{bad.id}"}),
        sub("free", "POST", "sobjects/Account", {"Name": "Free"}),
    ]

    answers = client.post(f"{DATA}/composite", json={"compositeRequest": requests}).json["compositeResponse"]

    assert [a["httpStatusCode"] for a in answers] == [400, 400, 201]
    assert answers[0]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert answers[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert count(org, "Account") == 1


def test_all_or_none_undoes_everything(client: FlaskClient, org: Org) -> None:
    requests = [
        sub("good", "POST", "sobjects/Account", {"Name": "Acme"}),
        sub("bad", "POST", "sobjects/Account", {}),
        sub("late", "POST", "sobjects/Account", {"Name": "Late"}),
    ]

    answer = client.post(f"{DATA}/composite", json={"allOrNone": True, "compositeRequest": requests})

    codes = [a["body"][0]["errorCode"] for a in answer.json["compositeResponse"]]
    assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
    assert answer.json["compositeResponse"][0]["body"][0]["message"] == (
        "The transaction was rolled back since another operation in the same transaction failed."
    )
    assert count(org, "Account") == 0


def test_twenty_five_subrequests_and_five_queries_at_most(client: FlaskClient, org: Org) -> None:
    create = [sub(f"r{i}", "POST", "sobjects/Account", {"Name": "A"}) for i in range(26)]
    body = {"records": [{"attributes": {"type": "Account"}, "Name": "A"}]}
    queries = [sub(f"q{i}", "GET", "query?q=SELECT+Id+FROM+Account") for i in range(3)]
    collections = [sub(f"c{i}", "POST", "composite/sobjects", body) for i in range(3)]

    too_many = client.post(f"{DATA}/composite", json={"compositeRequest": create})
    too_costly = client.post(f"{DATA}/composite", json={"compositeRequest": [*queries, *collections]})
    allowed = client.post(f"{DATA}/composite", json={"compositeRequest": [*queries[1:], *collections]})
    short = [{**one, "url": one["url"].removeprefix("/services/data/")} for one in (*queries, *collections)]
    too_costly_in_short = client.post(f"{DATA}/composite", json={"compositeRequest": short})

    (refused,) = too_many.json["compositeResponse"]
    assert refused["body"][0]["message"] == "The request can\u2019t contain more than 25 operations."
    assert (refused["httpStatusCode"], refused["referenceId"]) == (400, None)
    for refusal in (too_costly, too_costly_in_short):
        assert refusal.json["compositeResponse"][0]["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert [a["httpStatusCode"] for a in allowed.json["compositeResponse"]] == [200] * 5
    assert count(org, "Account") == 3


def test_unknown_urls_and_repeated_references_are_refused(client: FlaskClient) -> None:
    unknown = client.post(f"{DATA}/composite", json={"compositeRequest": [sub("a", "GET", "nothing/here")]})
    same = [sub("a", "GET", "limits"), sub("a", "GET", "limits")]
    repeated = client.post(f"{DATA}/composite", json={"compositeRequest": same})

    assert unknown.json["compositeResponse"][0]["body"] == [
        {"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}
    ]
    assert repeated.json["compositeResponse"][0]["body"][0]["errorCode"] == "INVALID_INPUT"


def test_conditional_describes_work_inside_a_composite(client: FlaskClient) -> None:
    first = client.post(f"{DATA}/composite", json={"compositeRequest": [sub("a", "GET", "sobjects")]})
    seen = first.json["compositeResponse"][0]["httpHeaders"]["Last-Modified"]
    again = {**sub("a", "GET", "sobjects"), "httpHeaders": {"If-Modified-Since": seen}}

    second = client.post(f"{DATA}/composite", json={"compositeRequest": [again]})

    assert second.json["compositeResponse"][0]["httpStatusCode"] == 304


def test_a_batch_answers_each_for_itself_and_counts_each(client: FlaskClient, org: Org) -> None:
    requests = [
        {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {"Name": "A"}},
        {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {}},
        {"method": "GET", "url": "v66.0/limits"},
    ]
    used = org.limits.used

    body = client.post(f"{DATA}/composite/batch", json={"batchRequests": requests}).json
    halted = client.post(
        f"{DATA}/composite/batch", json={"batchRequests": requests, "haltOnError": True}
    ).json

    assert (body["hasErrors"], [r["statusCode"] for r in body["results"]]) == (True, [201, 400, 200])
    assert [r["statusCode"] for r in halted["results"]] == [201, 400, 412]
    assert org.limits.used == used + 3 + 2


def test_a_tree_is_created_whole(client: FlaskClient, org: Org) -> None:
    child = {"attributes": {"type": "Contact", "referenceId": "c"}, "LastName": "Berg"}
    account = {
        "attributes": {"type": "Account", "referenceId": "a"},
        "Name": "Acme",
        "Contacts": {"records": [child]},
    }

    answer = client.post(f"{DATA}/composite/tree/Account", json={"records": [account]})

    assert answer.status_code == 201
    assert [r["referenceId"] for r in answer.json["results"]] == ["a", "c"]
    assert org.db.one('SELECT "AccountId" FROM "Contact"')["AccountId"] == answer.json["results"][0]["id"]


def test_a_tree_with_one_bad_record_is_not_created(client: FlaskClient, org: Org) -> None:
    records = [
        {"attributes": {"type": "Contact", "referenceId": "a"}, "LastName": "Berg"},
        {"attributes": {"type": "Contact", "referenceId": "b"}},
    ]

    answer = client.post(f"{DATA}/composite/tree/Contact", json={"records": records})

    assert answer.status_code == 400
    assert answer.json == {
        "hasErrors": True,
        "results": [
            {
                "referenceId": "b",
                "errors": [
                    {
                        "statusCode": "REQUIRED_FIELD_MISSING",
                        "message": "Required fields are missing: [LastName]",
                        "fields": ["LastName"],
                    }
                ],
            }
        ],
    }
    assert count(org, "Contact") == 0


def test_headers_of_a_subrequest_that_are_none_are_its_own_failure(client: FlaskClient) -> None:
    made = [sub(name, "GET", "limits") for name in ("text", "lines", "none")]
    made[0]["httpHeaders"] = "x"
    made[1]["httpHeaders"] = {"Accept": "a\r\nb"}

    answer = client.post(f"{DATA}/composite", json={"compositeRequest": made})

    statuses = [one["httpStatusCode"] for one in answer.json["compositeResponse"]]
    assert statuses == [400, 400, 200]


def tree_record(reference_id: str, sobject: str = "Account", **values: Any) -> dict[str, Any]:
    return {"attributes": {"type": sobject, "referenceId": reference_id}, **values}


def test_a_record_of_a_tree_says_the_type_that_its_place_allows(client: FlaskClient, org: Org) -> None:
    for attributes in (
        "x",
        {"referenceId": "a"},
        {"referenceId": "a", "type": "Contact"},
        {"type": "Account"},
    ):
        records = [tree_record("first", Name="A"), {"attributes": attributes, "Name": "B"}]

        answer = client.post(f"{DATA}/composite/tree/Account", json={"records": records})

        assert answer.status_code == 400
        assert answer.json["results"][0]["errors"][0]["statusCode"] == "INVALID_INPUT"
    assert count(org, "Account") == 0


def test_each_record_of_a_repeated_reference_is_told(client: FlaskClient) -> None:
    records = [tree_record("a", Name="A"), tree_record("b", Name="B"), tree_record("a", Name="C")]

    answer = client.post(f"{DATA}/composite/tree/Account", json={"records": records})

    assert [result["referenceId"] for result in answer.json["results"]] == ["a", "a"]


def test_a_tree_has_five_levels_at_most(client: FlaskClient, org: Org) -> None:
    def tree(levels: int) -> dict[str, Any]:
        below = {"ChildAccounts": {"records": [tree(levels - 1)]}} if levels > 1 else {}
        return tree_record(f"level{levels}", Name="A", **below)

    deep = client.post(f"{DATA}/composite/tree/Account", json={"records": [tree(6)]})
    fits = client.post(f"{DATA}/composite/tree/Account", json={"records": [tree(5)]})

    assert deep.json["results"][0]["errors"][0]["statusCode"] == "LIMIT_EXCEEDED"
    assert fits.status_code == 201
    assert count(org, "Account") == 5


def test_a_batch_that_runs_out_of_calls_tells_what_was_done(client: FlaskClient, org: Org) -> None:
    post = {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {"Name": "A"}}
    org.limits.allocation = org.limits.used + 1

    answer = client.post(f"{DATA}/composite/batch", json={"batchRequests": [post, post]})

    assert [result["statusCode"] for result in answer.json["results"]] == [201, 403]
    assert count(org, "Account") == 1
