"""Writes in bulk against the local org: what is written, what is refused, what is lost on the way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from connector.adapters.salesforce.bulk_write import BulkWriteClient, BulkWrites, fits_into_csv
from connector.adapters.salesforce.org import ConnectedOrg
from connector.errors import ConnectorError, QuotaReached, TemporaryError
from connector.ports import RecordWrite, WriteKind, WriteState
from tests.connector.adapters.org_stands import LocalOrgStand

UPDATE, UPSERT = WriteKind.UPDATE, WriteKind.UPSERT


class Remembering:
    """A client that remembers which states it gave jobs."""

    def __init__(self, client: BulkWriteClient) -> None:
        self._client = client
        self.get, self.upload, self.download = client.get, client.upload, client.download
        self.states: list[str] = []

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        if method == "PATCH":
            self.states.append(body["state"])
        return self._client.change(method, path, body)


@pytest.fixture
def bulk(local_stand: LocalOrgStand) -> BulkWrites:
    org = local_stand.org
    assert isinstance(org, ConnectedOrg)
    return BulkWrites(org._client, sleep=lambda _: None)


def contacts(stand: LocalOrgStand, number: int) -> list[str]:
    writes = [RecordWrite(WriteKind.INSERT, "Contact", {"LastName": f"Lee {n}"}) for n in range(number)]
    return [outcome.record_id for outcome in stand.org.write(writes)]


def titles(stand: LocalOrgStand) -> list[str | None]:
    return [row["Title"] for row in stand.org.query("SELECT Title FROM Contact ORDER BY LastName")]


def test_outcomes_stand_in_the_order_of_the_writes_and_refusals_beside_them(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    first, second = contacts(local_stand, 2)
    missing = first[:-6] + "999AAA"

    outcomes = bulk.write(
        [
            RecordWrite(UPDATE, "Contact", {"Id": second, "Title": 'quoted "title", and\na new line'}),
            RecordWrite(UPDATE, "Contact", {"Id": missing, "Title": "nobody"}),
            RecordWrite(UPDATE, "Contact", {"Id": first, "Title": "CEO"}),
        ]
    )

    assert [outcome.state for outcome in outcomes] == [
        WriteState.DONE,
        WriteState.REFUSED,
        WriteState.DONE,
    ]
    assert [outcomes[0].record_id, outcomes[2].record_id] == [second, first]
    assert titles(local_stand) == ["CEO", 'quoted "title", and\na new line']


def test_nothing_said_of_a_field_leaves_it_alone_and_null_empties_it(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    first, second = contacts(local_stand, 2)
    bulk.write([RecordWrite(UPDATE, "Contact", {"Id": key, "Title": "CEO"}) for key in (first, second)])

    bulk.write(
        [
            RecordWrite(UPDATE, "Contact", {"Id": first, "Title": None}),
            RecordWrite(UPDATE, "Contact", {"Id": second, "Department": "Board"}),
        ]
    )

    assert titles(local_stand) == [None, "CEO"]


def test_an_upsert_finds_the_record_by_its_key(local_stand: LocalOrgStand, bulk: BulkWrites) -> None:
    [known] = contacts(local_stand, 1)

    [outcome] = bulk.write([RecordWrite(UPSERT, "Contact", {"Id": known, "Title": "CEO"}, "Id")])

    assert (outcome.state, outcome.record_id) == (WriteState.DONE, known)
    assert titles(local_stand) == ["CEO"]


def test_an_upload_that_the_org_cannot_process_is_for_the_administrator(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    [known] = contacts(local_stand, 1)

    [outcome] = bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "No_Such_Field__c": "x"})])

    assert (outcome.state, outcome.code) == (WriteState.PARK, "bulk_failed")


@pytest.mark.parametrize("action", ["commit_then_reset", "reset"])
def test_an_answer_lost_while_uploading_writes_nothing(
    local_stand: LocalOrgStand, bulk: BulkWrites, action: str
) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault(action, method="PUT")

    with pytest.raises(TemporaryError):
        bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert titles(local_stand) == [None]


def test_an_answer_lost_when_the_job_began_is_made_up_for_by_its_state(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault("commit_then_reset", method="PATCH")

    [outcome] = bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert outcome.state is WriteState.DONE


def test_a_job_that_did_not_begin_is_given_up(local_stand: LocalOrgStand, bulk: BulkWrites) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault("reset", method="PATCH")

    with pytest.raises(TemporaryError):
        bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert titles(local_stand) == [None]


def test_where_nothing_tells_whether_the_job_began_it_may_have(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault("commit_then_reset", method="PATCH")
    local_stand.fault("answer", status=500, error_code="UNKNOWN_EXCEPTION", method="GET", times=10)

    [outcome] = bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert outcome.state is WriteState.UNKNOWN


def test_a_job_that_cannot_be_followed_is_aborted(local_stand: LocalOrgStand, bulk: BulkWrites) -> None:
    """What it has not written yet would undo what is written instead of it."""
    [known] = contacts(local_stand, 1)
    local_stand.fault("answer", status=500, error_code="UNKNOWN_EXCEPTION", method="GET", times=1)
    client = Remembering(bulk.client)

    [outcome] = replace(bulk, client=client).write(
        [RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})]
    )

    assert outcome.state is WriteState.UNKNOWN
    assert client.states == ["UploadComplete", "Aborted"]


def test_an_upload_that_is_refused_leaves_no_job_behind(local_stand: LocalOrgStand, bulk: BulkWrites) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault("answer", status=403, error_code="REQUEST_LIMIT_EXCEEDED", method="PUT")
    client = Remembering(bulk.client)

    with pytest.raises(QuotaReached):
        replace(bulk, client=client).write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert client.states == ["Aborted"]


def test_results_that_do_not_come_make_the_writes_unknown(
    local_stand: LocalOrgStand, bulk: BulkWrites
) -> None:
    [known] = contacts(local_stand, 1)
    local_stand.fault("answer", status=500, error_code="UNKNOWN_EXCEPTION", method="GET", times=10)

    [outcome] = bulk.write([RecordWrite(UPDATE, "Contact", {"Id": known, "Title": "CEO"})])

    assert outcome.state is WriteState.UNKNOWN


def test_an_object_that_may_not_be_written_is_told_before_anything_is_uploaded(bulk: BulkWrites) -> None:
    with pytest.raises(ConnectorError, match="jobs/ingest"):
        bulk.write([RecordWrite(UPDATE, "No_Such_Object__c", {"Id": "a00000000000001AAA"})])


@pytest.mark.parametrize(
    ("value", "fits"),
    [("text", True), (1.5, True), (True, True), (None, True), ("#N/A", False), ({"Key__c": "1"}, False)],
)
def test_only_what_csv_can_say_goes_into_a_job(value: object, fits: bool) -> None:
    assert fits_into_csv([RecordWrite(UPDATE, "Contact", {"Id": "1", "Title": value})]) is fits


def test_a_large_write_takes_one_job_and_a_small_one_a_call(
    local_stand: LocalOrgStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.adapters.salesforce.planner.CALLS_PER_BULK_JOB", 1)
    ids = contacts(local_stand, 1_001)

    def calls_of(write: Callable[[], object]) -> int:
        before = local_stand.api_calls()
        write()
        return local_stand.api_calls() - before

    updates = [RecordWrite(UPDATE, "Contact", {"Id": key, "Title": "CEO"}) for key in ids]
    small = calls_of(lambda: local_stand.org.write(updates[:1_000]))
    large = calls_of(lambda: local_stand.org.write(updates))

    assert small == 1
    assert 6 <= large <= 9
    assert titles(local_stand) == ["CEO"] * 1_001
