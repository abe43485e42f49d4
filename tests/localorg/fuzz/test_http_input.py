"""Whatever is sent, the answer is a result or an error of the platform's own shape."""

import io
import json
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

DATA = "/services/data/v66.0"
ASYNC = "/services/async/66.0"

BRIEF = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

pytestmark = pytest.mark.usefixtures("untouched_folders")

TEXT = st.text(max_size=40)
NAMES = st.one_of(st.sampled_from(["Id", "Name", "LastName", "AccountId", "attributes", "Account"]), TEXT)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
VOCABULARY = r"""
    SELECT FROM WHERE AND OR NOT IN LIKE GROUP BY ROLLUP( CUBE( HAVING ORDER LIMIT OFFSET NULLS TYPEOF
    WHEN THEN ELSE END FORMAT( convertCurrency( convertTimezone( DISTANCE( GEOLOCATION( FIELDS(ALL)
    COUNT() COUNT( ) ( , = != < 'a' 1 -1 1e400 null TODAY LAST_N_DAYS:99999999 2026-01-31
    9999-12-31T23:59:59-12:00 USD5 Id Name Account Contact Contacts Account.Name What Task CreatedDate
    Owner.Name WITH DATA CATEGORY FOR VIEW USING SCOPE mine ALL ROWS ' \ : . ; /* --
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\0", "\U0001f600"])
QUERIES = st.one_of(
    st.lists(WORDS, max_size=14).map(" ".join),
    st.lists(WORDS, max_size=8).map(lambda words: " ".join(["SELECT Id FROM Account", *words])),
    TEXT,
)
BYTES = st.one_of(st.binary(max_size=200), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))


@BRIEF
@given(text=QUERIES)
def test_queries(target: FlaskClient, shaped: Any, text: str) -> None:
    shaped(target.get(f"{DATA}/query", query_string={"q": text.encode("utf-8", "surrogatepass")}))
    shaped(target.post(f"{DATA}/jobs/query", json={"operation": "query", "query": text}))


@BRIEF
@given(
    path=st.sampled_from(
        [
            "/sobjects/Contact",
            "/composite",
            "/composite/batch",
            "/composite/tree/Account",
            "/composite/sobjects",
            "/composite/graph",
            "/jobs/ingest",
            "/jobs/query",
            "/parameterizedSearch",
        ]
    ),
    body=st.one_of(JSON.map(lambda value: json.dumps(value).encode()), BYTES),
)
def test_json_bodies(target: FlaskClient, shaped: Any, path: str, body: bytes) -> None:
    shaped(target.post(DATA + path, data=body, content_type="application/json"))


@pytest.mark.parametrize("opening", ["[", '{"a":'])
@pytest.mark.parametrize("path", ["/sobjects/Contact", "/composite", "/jobs/ingest"])
def test_json_nested_beyond_reason(target: FlaskClient, shaped: Any, path: str, opening: str) -> None:
    shaped(target.post(DATA + path, data=opening * 100_000, content_type="application/json"))


@BRIEF
@given(fields=st.dictionaries(st.sampled_from(["operation", "object", "query", "lineEnding"]), JSON))
def test_bulk_jobs(target: FlaskClient, shaped: Any, fields: dict[str, Any]) -> None:
    shaped(target.post(f"{DATA}/jobs/ingest", json=fields))
    shaped(target.post(f"{DATA}/jobs/query", json={"operation": "query", **fields}))
    shaped(target.post(f"{ASYNC}/job", json=fields))


@BRIEF
@given(
    operation=st.sampled_from(["insert", "update", "upsert", "delete"]),
    header=st.lists(NAMES, max_size=3).map(",".join),
    rows=st.one_of(BYTES, st.lists(st.lists(TEXT, max_size=4).map(",".join)).map("\n".join).map(str.encode)),
)
def test_bulk_rows(target: FlaskClient, shaped: Any, operation: str, header: str, rows: bytes) -> None:
    job = {"operation": operation, "object": "Contact", "externalIdFieldName": "Id"}
    upload = header.encode("utf-8", "surrogatepass") + b"\n" + rows

    made = target.post(f"{DATA}/jobs/ingest", json=job).get_json()
    url = f"{DATA}/jobs/ingest/{made['id']}"
    shaped(target.put(f"{url}/batches", data=upload, content_type="text/csv"))
    shaped(target.patch(url, json={"state": "UploadComplete"}))
    shaped(target.get(url))
    for result in ("successfulResults", "failedResults", "unprocessedrecords"):
        shaped(target.get(f"{url}/{result}"))


@BRIEF
@given(kind=st.sampled_from(["CSV", "JSON", "XML"]), rows=BYTES)
def test_batches(target: FlaskClient, shaped: Any, kind: str, rows: bytes) -> None:
    job = {"operation": "insert", "object": "Contact", "contentType": kind}
    made = target.post(f"{ASYNC}/job", json=job).get_json()

    shaped(target.post(f"{ASYNC}/job/{made['id']}/batch", data=rows, content_type="text/csv"))
    shaped(target.post(f"{ASYNC}/job/{made['id']}", data=rows, content_type="application/xml"))


@BRIEF
@given(body=BYTES, content_type=st.sampled_from(["multipart/form-data", "multipart/form-data; boundary=x"]))
def test_multipart(target: FlaskClient, shaped: Any, body: bytes, content_type: str) -> None:
    framed = b'--x\r\nContent-Disposition: form-data; name="job"\r\n\r\n' + body + b"\r\n--x--\r\n"
    for path in ("/jobs/ingest", "/metadata/deployRequest", "/sobjects/ContentVersion"):
        for sent in (body, framed):
            shaped(target.post(DATA + path, data=sent, content_type=content_type))


@BRIEF
@given(name=st.sampled_from(["job", "json", "content", "file", "x"]), value=TEXT, filename=st.none() | TEXT)
def test_multipart_parts(
    target: FlaskClient, shaped: Any, name: str, value: str, filename: str | None
) -> None:
    content = value.encode("utf-8", "surrogatepass")
    for path in ("/jobs/ingest", "/metadata/deployRequest"):
        part: Any = content if filename is None else (io.BytesIO(content), filename.replace("\r", ""))
        shaped(target.post(DATA + path, data={name: part}, content_type="multipart/form-data"))


def test_a_form_field_without_end_is_refused(target: FlaskClient, shaped: Any) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="job"\r\n\r\n' + b"y" * 2_000_000

    response = target.post(f"{DATA}/jobs/ingest", data=body, content_type="multipart/form-data; boundary=x")

    shaped(response)
    assert response.status_code == 413


@BRIEF
@given(path=TEXT, method=st.sampled_from(["GET", "POST", "PATCH", "PUT", "DELETE"]))
def test_paths(target: FlaskClient, shaped: Any, path: str, method: str) -> None:
    path = path.encode("utf-8", "replace").decode().lstrip("/")
    shaped(target.open(f"{DATA}/sobjects/{path}", method=method, data=b"{}"))


ENVELOPE = (
    '<?xml version="1.0"?>{prologue}<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns="http://soap.sforce.com/2006/04/metadata"><e:Header><SessionHeader><sessionId>{token}</sessionId>'
    "</SessionHeader></e:Header><e:Body>{body}</e:Body></e:Envelope>"
)
OPERATIONS = (
    "deploy",
    "checkDeployStatus",
    "retrieve",
    "listMetadata",
    "readMetadata",
    "createMetadata",
    "nope",
)


def envelope(client: FlaskClient, body: str, prologue: str = "") -> bytes:
    token = client.environ_base["test.token"]
    return ENVELOPE.format(token=token, body=body, prologue=prologue).encode("utf-8", "replace")


def soap(client: FlaskClient, content: bytes) -> Any:
    return client.post("/services/Soap/m/66.0", data=content, content_type="text/xml")


def fault(response: Any) -> Any:
    """SOAP answers its own errors with 500; that is its shape, so only the shape is looked at."""
    assert b"<faultcode>" in response.data or response.status_code == 200, response.text
    return response


@BRIEF
@given(
    operation=st.sampled_from(OPERATIONS),
    inner=st.lists(
        st.tuples(
            st.sampled_from(
                ["ZipFile", "DeployOptions", "asyncProcessId", "type", "fullNames", "metadata", "queries"]
            ),
            st.text("abcXYZ019+/=<>&_. ", max_size=12),
        ),
        max_size=4,
    ),
)
def test_soap_operations(target: FlaskClient, operation: str, inner: list[tuple[str, str]]) -> None:
    parts = "".join(f"<{name}>{text.replace('<', '').replace('&', '')}</{name}>" for name, text in inner)

    fault(soap(target, envelope(target, f"<{operation}>{parts}</{operation}>")))


@BRIEF
@given(content=BYTES)
def test_soap_without_sense(target: FlaskClient, content: bytes) -> None:
    fault(soap(target, content))


def test_entities_multiply_nothing_and_read_no_file(target: FlaskClient) -> None:
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    prologue = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'

    response = fault(
        soap(target, envelope(target, "<describeMetadata>&l11;&f;</describeMetadata>", prologue))
    )

    assert b"root:" not in response.data
    assert len(response.data) < 1_000_000


def zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def deployed(client: FlaskClient, content: bytes) -> Any:
    options = json.dumps({"deployOptions": {"singlePackage": True}}).encode()
    parts = {
        "json": (io.BytesIO(options), "", "application/json"),
        "file": (io.BytesIO(content), "deploy.zip", "application/zip"),
    }
    url = f"{DATA}/metadata/deployRequest"
    response = client.post(url, data=parts, content_type="multipart/form-data")
    if response.status_code != 201:
        return response
    return client.get(f"{url}/{response.get_json()['id']}?includeDetails=true")


@pytest.mark.parametrize(
    "name",
    [
        "../escaped.object",
        "/escaped.object",
        "objects/../../escaped.object",
        "..\\escaped.object",
        "C:\\x.object",
    ],
)
def test_paths_out_of_an_archive_lead_nowhere(target: FlaskClient, shaped: Any, name: str) -> None:
    manifest = '<Package xmlns="http://soap.sforce.com/2006/04/metadata"><version>62.0</version></Package>'

    response = deployed(target, zipped(**{"package.xml": manifest, name: "<CustomObject/>"}))

    shaped(response)
    if response.status_code == 200:
        assert response.get_json()["deployResult"]["success"] is False


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused(target: FlaskClient, shaped: Any) -> None:
    bomb = zipped(**{"package.xml": "<Package/>", "objects/A__c.object": " " * 3_000_000})

    response = deployed(target, bomb)

    shaped(response)
    assert response.status_code != 200 or response.get_json()["deployResult"]["success"] is False


@BRIEF
@example(content=b"\0", at=123)
@given(content=BYTES, at=st.integers(0, 200))
def test_broken_archives(target: FlaskClient, shaped: Any, content: bytes, at: int) -> None:
    whole = zipped(**{"package.xml": "<Package/>"})

    shaped(deployed(target, content))
    shaped(deployed(target, whole[:at] + content + whole[at:]))
