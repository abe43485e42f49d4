"""Forms of a request that HTTP libraries choose: compression, methods that some lack, formats, long heads."""

import gzip
import zlib
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce import compression

CONTACTS = "/services/data/v66.0/sobjects/Contact"
BODY = b'{"LastName": "Byron"}'
JOBS = "/services/data/v66.0/jobs/ingest"


def post(client: FlaskClient, body: bytes, encoding: str) -> Any:
    headers = {"Content-Encoding": encoding}
    return client.post(CONTACTS, data=body, headers=headers, content_type="application/json")


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY)),
        ("GZIP", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("identity", BODY),
    ],
    ids=["gzip", "capitals", "deflate", "as it is"],
)
def test_a_compressed_body_is_inflated_before_it_is_read(
    client: FlaskClient, encoding: str, body: bytes
) -> None:
    created = post(client, body, encoding)

    assert created.status_code == 201, created.text
    assert client.get(f"{CONTACTS}/{created.json['id']}").json["LastName"] == "Byron"


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("gzip", BODY, 400, "INVALID_REQUEST_BODY"),
        ("gzip", gzip.compress(BODY)[:-4], 400, "INVALID_REQUEST_BODY"),
        ("gzip", gzip.compress(BODY) + b"more", 400, "INVALID_REQUEST_BODY"),
        ("deflate", gzip.compress(BODY), 400, "INVALID_REQUEST_BODY"),
        ("gzip", b"", 400, "INVALID_REQUEST_BODY"),
        ("br", BODY, 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
    ids=["not compressed", "broken off", "goes on", "otherwise compressed", "empty", "unknown"],
)
def test_a_body_that_is_not_what_its_header_says_is_refused(
    client: FlaskClient, encoding: str, body: bytes, status: int, code: str
) -> None:
    answer = post(client, body, encoding)

    assert (answer.status_code, answer.json[0]["errorCode"]) == (status, code)


def test_a_body_that_grows_without_end_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compression, "LARGEST_BODY_BYTES", len(BODY))
    longer = b" " + BODY

    kept, refused = post(client, gzip.compress(BODY), "gzip"), post(client, gzip.compress(longer), "gzip")

    assert kept.status_code == 201
    assert (refused.status_code, refused.json[0]["errorCode"]) == (413, "REQUEST_LIMIT_EXCEEDED")


def test_rows_of_a_bulk_job_may_come_compressed(client: FlaskClient) -> None:
    job = client.post(JOBS, json={"object": "Contact", "operation": "insert"}).json["id"]
    rows = gzip.compress(b"LastName\nByron\nHopper\n")

    sent = client.put(
        f"{JOBS}/{job}/batches", data=rows, headers={"Content-Encoding": "gzip"}, content_type="text/csv"
    )
    client.patch(f"{JOBS}/{job}", json={"state": "UploadComplete"})

    info = client.get(f"{JOBS}/{job}").json
    assert sent.status_code == 201
    assert (info["numberRecordsProcessed"], info["numberRecordsFailed"]) == (2, 0)


@pytest.mark.parametrize("prefix", ["", "/emu.my.salesforce.com"])
def test_a_post_may_stand_for_the_method_that_it_names(client: FlaskClient, prefix: str) -> None:
    contact = f"{CONTACTS}/{client.post(CONTACTS, json={'LastName': 'Byron'}).json['id']}"

    changed = client.post(f"{prefix}{contact}?_HttpMethod=PATCH", json={"Title": "Countess"})
    read = client.post(f"{prefix}{contact}?fields=Title&_HttpMethod=get")
    deleted = client.post(f"{prefix}{contact}?_HttpMethod=DELETE")

    assert (changed.status_code, read.json["Title"], deleted.status_code) == (204, "Countess", 204)
    assert client.get(contact).status_code == 404


@pytest.mark.parametrize(
    ("method", "named", "told"), [("POST", "BREW", "POST"), ("PUT", "PATCH", "PUT"), ("POST", "", "POST")]
)
def test_no_other_method_and_no_other_name_is_overridden(
    client: FlaskClient, method: str, named: str, told: str
) -> None:
    contact = f"{CONTACTS}/{client.post(CONTACTS, json={'LastName': 'Byron'}).json['id']}"

    answer = client.open(f"{contact}?_HttpMethod={named}", method=method, json={})

    assert answer.status_code == 405
    assert answer.json[0]["message"].startswith(f"HTTP Method '{told}' not allowed.")


def query_of(length: int) -> str:
    """The address of a query, so many characters long."""
    address = "/services/data/v66.0/query?q=SELECT+Id+FROM+Contact+WHERE+LastName='{}'"
    return address.format("a" * (length - len(address) + 2))


@pytest.mark.parametrize(
    ("length", "header", "status", "reason"),
    [
        (16_385, "", 414, "URI Too Long"),
        (16_384, "", 431, "Request Header Fields Too Large"),
        (9_000, "b" * 9_000, 431, "Request Header Fields Too Large"),
    ],
    ids=["address", "any header", "long header"],
)
def test_an_address_with_its_headers_is_refused_where_it_is_too_long(
    client: FlaskClient, length: int, header: str, status: int, reason: str
) -> None:
    answer = client.get(query_of(length), headers={"X-Long": header})

    assert answer.status_code == status
    assert answer.text == f"<h1>Bad Message {status}</h1><pre>reason: {reason}</pre>"


def test_what_is_long_and_not_too_long_is_answered_and_a_body_may_be_longer(client: FlaskClient) -> None:
    subrequest = {"method": "GET", "url": query_of(20_000), "referenceId": "long"}

    alone = client.get(query_of(15_000))
    composite = client.post("/services/data/v66.0/composite", json={"compositeRequest": [subrequest]})

    assert alone.json["totalSize"] == 0
    assert composite.json["compositeResponse"][0]["body"]["totalSize"] == 0


@pytest.mark.parametrize("accept", ["application/xml", "text/xml", "application/xml, text/csv;q=0.5"])
def test_whoever_accepts_xml_alone_is_not_answered_in_json_as_if_nothing_were(
    client: FlaskClient, accept: str
) -> None:
    answer = client.get("/services/data/v66.0/limits", headers={"Accept": accept})

    assert (answer.status_code, answer.json[0]["errorCode"]) == (501, "NOT_SUPPORTED_BY_LOCAL_ORG")
    assert "answers in XML" in answer.json[0]["message"]


@pytest.mark.parametrize(
    "accept",
    ["", "*/*", "application/json", "application/*", "application/xml, application/json;q=0.1", "text/csv"],
)
def test_everybody_else_is_answered_in_json(client: FlaskClient, accept: str) -> None:
    answer = client.get("/services/data/v66.0/limits", headers={"Accept": accept})

    assert answer.json["DailyApiRequests"]["Max"] > 0
