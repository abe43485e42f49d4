"""What the org adapter does when calls fail, counted and seen at the local org."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError, ProtocolError, ReadTimeoutError, SSLError

from connector.adapters.salesforce.session import RepeatReads, salesforce_session
from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    OutcomeUnknown,
    PermanentError,
    PermissionMissing,
    QuotaReached,
    TemporaryError,
)
from connector.ports import RecordWrite, WriteKind, WriteState
from tests.connector.adapters.org_stands import LocalOrgStand, at
from tests.connector.fakes import utc_now

CONTACTS = "SELECT Id FROM Contact"


def task(number: int) -> RecordWrite:
    return RecordWrite(WriteKind.INSERT, "Task", {"Subject": f"Task {number}"})


def tasks(count: int) -> list[RecordWrite]:
    return [task(number) for number in range(count)]


def count_of(stand: LocalOrgStand, sobject: str) -> int:
    return len(list(stand.org.query(f"SELECT Id FROM {sobject}")))  # noqa: S608 - the tests' own constants


def made(stand: LocalOrgStand, *sobjects: str) -> list[str]:
    """A record of each; their Ids."""
    names = {"Contact": "LastName", "Campaign": "Name"}
    writes = [RecordWrite(WriteKind.INSERT, sobject, {names[sobject]: "Spring"}) for sobject in sobjects]
    return [outcome.record_id for outcome in stand.org.write(writes)]


def test_an_expired_session_is_renewed_once_and_the_write_is_carried_out_once(
    local_stand: LocalOrgStand,
) -> None:
    local_stand.org.identity()
    local_stand.control("sessions/expire")

    outcomes = local_stand.org.write(tasks(2))

    assert [outcome.state for outcome in outcomes] == [WriteState.DONE] * 2
    assert count_of(local_stand, "Task") == 2


def test_many_threads_survive_the_end_of_a_session(local_stand: LocalOrgStand) -> None:
    list(local_stand.org.query(CONTACTS))
    local_stand.control("sessions/expire")
    barrier = threading.Barrier(8)

    def ask() -> int:
        barrier.wait()
        return len(list(local_stand.org.query(CONTACTS)))

    with ThreadPoolExecutor(8) as threads:
        answers = [future.result() for future in [threads.submit(ask) for _ in range(8)]]

    assert answers == [0] * 8


def test_a_lasting_401_is_for_the_administrator(local_stand: LocalOrgStand) -> None:
    local_stand.org.identity()
    local_stand.fault("answer", status=401, error_code="INVALID_SESSION_ID", times=9)

    with pytest.raises(AuthenticationFailed) as refused:
        list(local_stand.org.query(CONTACTS))

    assert refused.value.code == "INVALID_SESSION_ID"
    assert refused.value.remedy


@pytest.mark.parametrize("trouble", [{"action": "reset"}, {"action": "answer", "status": 502}])
def test_a_read_is_repeated(local_stand: LocalOrgStand, trouble: dict[str, object]) -> None:
    local_stand.org.identity()
    local_stand.fault(**trouble, method="GET")  # type: ignore[arg-type] # keyword arguments of one call

    assert list(local_stand.org.query(CONTACTS)) == []


def test_a_read_that_never_gets_an_answer_is_temporary(local_stand: LocalOrgStand) -> None:
    local_stand.org.identity()
    local_stand.fault("reset", method="GET", times=20)

    with pytest.raises(TemporaryError) as failed:
        list(local_stand.org.query(CONTACTS))

    assert not isinstance(failed.value, OutcomeUnknown)


@pytest.mark.parametrize("action", ["reset", "commit_then_reset"])
def test_a_write_is_never_repeated(local_stand: LocalOrgStand, action: str) -> None:
    local_stand.org.identity()
    local_stand.fault(action, method="POST")

    outcomes = local_stand.org.write(tasks(3))

    assert {outcome.state for outcome in outcomes} == {WriteState.UNKNOWN}
    assert count_of(local_stand, "Task") == (3 if action == "commit_then_reset" else 0)


def test_after_a_lost_answer_the_later_calls_are_not_attempted(local_stand: LocalOrgStand) -> None:
    local_stand.org.identity()
    local_stand.fault("commit_then_reset", method="POST")

    outcomes = local_stand.org.write(tasks(1100))

    assert [outcome.state for outcome in outcomes[:1000]] == [WriteState.UNKNOWN] * 1000
    assert [outcome.state for outcome in outcomes[1000:]] == [WriteState.RETRY] * 100
    assert outcomes[1000].code == "NOT_ATTEMPTED"


def test_a_quota_that_ends_between_two_calls_keeps_what_was_done(local_stand: LocalOrgStand) -> None:
    allocation = 100_000
    org = local_stand.connect(floor_calls=10)
    org.identity()
    local_stand.set_api_usage(allocation - 11)

    outcomes = org.write(tasks(1100))

    assert {outcome.state for outcome in outcomes[:1000]} == {WriteState.DONE}
    assert {(outcome.state, outcome.code) for outcome in outcomes[1000:]} == {(WriteState.PARK, "api_floor")}


def test_nothing_is_called_below_the_floor_until_the_reading_is_old(local_stand: LocalOrgStand) -> None:
    shown = [utc_now()]
    org = local_stand.connect(floor_calls=99_999, clock=lambda: shown[0])
    list(org.query(CONTACTS))
    calls = local_stand.api_calls()

    with pytest.raises(QuotaReached):
        list(org.query(CONTACTS))

    assert local_stand.api_calls() == calls
    shown[0] += timedelta(minutes=16)
    assert list(org.query(CONTACTS)) == []


def test_the_orgs_own_limit_is_a_quota(local_stand: LocalOrgStand) -> None:
    local_stand.org.identity()
    local_stand.set_api_usage(100_000)

    with pytest.raises(QuotaReached) as refused:
        list(local_stand.org.query(CONTACTS))

    assert refused.value.code == "REQUEST_LIMIT_EXCEEDED"


def test_a_missing_field_is_a_missing_permission_and_a_broken_query_is_ours(
    local_stand: LocalOrgStand,
) -> None:
    with pytest.raises(PermissionMissing):
        list(local_stand.org.query("SELECT Nothing__c FROM Contact"))
    with pytest.raises(PermanentError):
        list(local_stand.org.query("SELECT FROM"))
    with pytest.raises(PermissionMissing):
        local_stand.org.query_together([CONTACTS, "SELECT Nothing__c FROM Contact"])


def test_a_message_names_the_call_and_not_the_query(local_stand: LocalOrgStand) -> None:
    with pytest.raises(PermissionMissing) as refused:
        list(local_stand.org.query("SELECT Id FROM Contact WHERE Nothing__c = 'ann@example.com'"))

    assert "GET query" in str(refused.value)
    assert "ann" not in str(refused.value)


def test_queries_together_page_together(local_stand: LocalOrgStand) -> None:
    local_stand.org.write(
        [RecordWrite(WriteKind.INSERT, "Contact", {"LastName": f"P{n}"}) for n in range(2001)]
    )
    calls = local_stand.api_calls()

    answers = local_stand.org.query_together([CONTACTS] * 5)

    assert [len(rows) for rows in answers] == [2001] * 5
    assert local_stand.api_calls() - calls == 2


def test_four_records_for_each_of_a_thousand_gifts_are_written_in_four_calls(
    local_stand: LocalOrgStand,
) -> None:
    people = [
        outcome.record_id
        for outcome in local_stand.org.write(
            [RecordWrite(WriteKind.INSERT, "Contact", {"LastName": f"P{n}"}) for n in range(1000)]
        )
    ]
    writes = [
        write
        for person in people
        for write in (
            RecordWrite(WriteKind.UPSERT, "Contact", {"Id": person, "Title": "Buyer"}, "Id"),
            RecordWrite(WriteKind.UPDATE, "Contact", {"Id": person, "Department": "Sales"}),
            RecordWrite(WriteKind.INSERT, "Task", {"Subject": "Gift Created", "WhoId": person}),
            RecordWrite(WriteKind.INSERT, "Task", {"Subject": "Gift Claimed", "WhoId": person}),
        )
    ]
    calls = local_stand.api_calls()

    outcomes = local_stand.org.write(writes)

    assert {outcome.state for outcome in outcomes} == {WriteState.DONE}
    assert local_stand.api_calls() - calls == 4
    assert count_of(local_stand, "Task") == 2000


def test_updates_that_five_collections_leave_over_share_their_call(local_stand: LocalOrgStand) -> None:
    contact, campaign, gone, locked = made(local_stand, "Contact", "Campaign", "Campaign", "Campaign")
    local_stand.delete("Campaign", gone)
    local_stand.control("row-locks", record_id=locked, times=1)
    never = campaign[:-7] + "9999AAA"
    calls = local_stand.api_calls()

    # One record stands in a collection once, so these are six collections.
    repeated = [RecordWrite(WriteKind.UPDATE, "Contact", {"Id": contact, "Title": f"T{n}"}) for n in range(6)]
    budgets = [
        RecordWrite(WriteKind.UPDATE, "Campaign", {"Id": record_id, "BudgetedCost": 25.0})
        for record_id in (campaign, gone, locked, never)
    ]
    outcomes = local_stand.org.write([*repeated, *budgets])

    assert local_stand.api_calls() - calls == 1
    assert {outcome.state for outcome in outcomes[:6]} == {WriteState.DONE}
    assert [(outcome.state, outcome.code) for outcome in outcomes[6:]] == [
        (WriteState.DONE, ""),
        (WriteState.REFUSED, "ENTITY_IS_DELETED"),
        (WriteState.RETRY, "UNABLE_TO_LOCK_ROW"),
        (WriteState.REFUSED, "INVALID_CROSS_REFERENCE_KEY"),
    ]
    assert outcomes[6].record_id == campaign
    assert [row["Title"] for row in local_stand.org.query("SELECT Title FROM Contact")] == ["T5"]
    [row] = local_stand.org.query(f"SELECT BudgetedCost FROM Campaign WHERE Id = '{campaign}'")  # noqa: S608
    assert row["BudgetedCost"] == 25.0


def test_a_lost_answer_leaves_what_stood_beside_the_collections_unknown(local_stand: LocalOrgStand) -> None:
    contact, campaign = made(local_stand, "Contact", "Campaign")
    repeated = [RecordWrite(WriteKind.UPDATE, "Contact", {"Id": contact, "Title": f"T{n}"}) for n in range(6)]
    local_stand.lose_next_write_answer()

    outcomes = local_stand.org.write(
        [*repeated, RecordWrite(WriteKind.UPDATE, "Campaign", {"Id": campaign, "IsActive": True})]
    )

    assert {outcome.state for outcome in outcomes} == {WriteState.UNKNOWN}


def test_whoever_is_asked_before_each_call_can_end_the_writing_between_two(
    local_stand: LocalOrgStand,
) -> None:
    asked = list[int]()

    def lose_the_lease_before_the_second_call() -> None:
        asked.append(count_of(local_stand, "Task"))
        if len(asked) == 2:
            raise TemporaryError("somebody else writes by now", code="lease_lost")

    with pytest.raises(TemporaryError) as ended:
        local_stand.org.write(tasks(1100), before_call=lose_the_lease_before_the_second_call)

    assert ended.value.code == "lease_lost"
    assert asked == [0, 1000]
    assert count_of(local_stand, "Task") == 1000


def test_a_query_that_fits_into_no_address_is_the_callers_mistake(local_stand: LocalOrgStand) -> None:
    with pytest.raises(ValueError, match="batches"):
        list(local_stand.org.query(f"SELECT Id FROM Contact WHERE LastName = '{'x' * 20_000}'"))  # noqa: S608


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"username": "nobody@local.example"}, AuthenticationFailed),
        ({"consumer_key": "3MVG9unknown"}, ConfigurationError),
        ({"private_key_pem": "not a key"}, ConfigurationError),
        ({"login_url": "https://example.com"}, ConfigurationError),
        ({"login_url": "https://localhost:1"}, TemporaryError),
    ],
)
def test_a_connection_that_cannot_be_made_says_who_must_act(
    local_stand: LocalOrgStand, changes: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error) as refused:
        local_stand.connect(**changes).identity()

    assert not isinstance(refused.value, OutcomeUnknown)
    assert refused.value.code  # type: ignore[attr-defined] # every one of them is a ConnectorError


def test_a_clock_that_is_wrong_is_named(local_stand: LocalOrgStand) -> None:
    org = local_stand.connect(clock=lambda: at("01-01 12:00"))

    with pytest.raises(ConfigurationError) as refused:
        org.identity()

    assert "clock" in refused.value.remedy


def test_an_untrusted_certificate_is_for_the_administrator(local_stand: LocalOrgStand) -> None:
    org = local_stand.connect(ca_bundle="")

    with pytest.raises(ConfigurationError) as refused:
        org.identity()

    assert refused.value.code == "untrusted_certificate"


def test_our_ca_setting_is_stronger_than_the_environment(
    local_stand: LocalOrgStand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    monkeypatch.setenv("NO_PROXY", "localhost")
    with salesforce_session(ca_bundle=local_stand.local.ca_certificate) as session:
        answer = session.get(f"{local_stand.local.base_url}/services/data")

    assert answer.status_code == 200


def test_plain_http_is_not_spoken() -> None:
    with salesforce_session() as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get("http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "error",
    [SSLError("unexpected EOF"), ProtocolError("aborted"), ReadTimeoutError(None, "/", "late")],  # type: ignore[arg-type]
)
def test_only_reads_are_repeated_whatever_the_failure_is_called(error: Exception) -> None:
    policy = RepeatReads(total=2, allowed_methods={"GET"})

    assert policy.increment("GET", "/", error=error).total == 1
    for method in ("POST", "PATCH"):
        with pytest.raises(type(error)):
            policy.increment(method, "/", error=error)


def test_a_connection_that_was_never_made_is_tried_again_for_a_write() -> None:
    policy = RepeatReads(total=2, allowed_methods={"GET"})

    assert policy.increment("POST", "/", error=ConnectTimeoutError("no answer")).total == 1
