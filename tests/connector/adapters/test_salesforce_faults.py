import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.adapters.salesforce.faults import RECORD_STATES, call_error, record_outcome
from connector.adapters.salesforce.oauth_faults import oauth_refusal
from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    OutcomeUnknown,
    PermanentError,
    QuotaReached,
    TemporaryError,
)
from connector.ports import WriteState
from connector.services.ailments.table import AILMENTS, call_ailments

ROOT = Path(__file__).parents[3]
GROUND_TRUTH = Path(os.environ.get("SALESFORCE_GROUND_TRUTH", ROOT / "../shared/ground-truth"))


def refused(code: str, message: str = "text", fields: list[str] | None = None) -> dict[str, Any]:
    return {
        "id": None,
        "success": False,
        "errors": [{"statusCode": code, "message": message, "fields": fields or []}],
    }


@given(st.text(st.characters(categories=["Lu"]), min_size=1).filter(lambda code: code not in RECORD_STATES))
def test_an_unknown_record_code_fails_closed(code: str) -> None:
    assert record_outcome(refused(code)).state is WriteState.REFUSED


def test_a_refusal_without_a_reason_fails_closed() -> None:
    assert record_outcome({"success": False, "errors": []}).state is WriteState.REFUSED


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("UNABLE_TO_LOCK_ROW", WriteState.RETRY),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", WriteState.PARK),
        ("INSUFFICIENT_ACCESS_OR_READONLY", WriteState.PARK),
        ("ENTITY_IS_DELETED", WriteState.REFUSED),
    ],
)
def test_a_known_record_code_says_who_must_act(code: str, state: WriteState) -> None:
    assert record_outcome(refused(code)).state is state


def test_the_gravest_of_several_errors_decides() -> None:
    result = refused("UNABLE_TO_LOCK_ROW")
    result["errors"] += refused("STRING_TOO_LONG")["errors"]

    assert record_outcome(result).code == "STRING_TOO_LONG"


def test_an_administrator_is_told_salesforces_text_and_others_only_the_field() -> None:
    parked = record_outcome(refused("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Gifts need approval"))
    spoiled = record_outcome(refused("INVALID_EMAIL_ADDRESS", "Email: bad address: ann@", ["Email"]))

    assert parked.message == "Gifts need approval"
    assert spoiled.message == "INVALID_EMAIL_ADDRESS: Email"


@given(st.integers(300, 499).filter(lambda status: status != 304), st.text(max_size=20))
def test_an_unknown_call_code_fails_closed(status: int, code: str) -> None:
    error = call_error("GET x", status, [{"errorCode": code, "message": "m"}], changes_something=False)

    known = any(row.code in {"", code} and not row.phrase for row in call_ailments(status))
    assert isinstance(error, PermanentError) is not known or (status, code) == (400, "MALFORMED_QUERY")


@pytest.mark.parametrize("content", [None, "", "<html>", {"x": 1}, [1], [{"errorCode": "UNKNOWN_EXCEPTION"}]])
def test_a_server_error_may_have_been_carried_out(content: object) -> None:
    write = call_error("POST composite", 500, content, changes_something=True)
    read = call_error("GET query", 500, content, changes_something=False)

    assert isinstance(write, OutcomeUnknown)
    assert isinstance(read, TemporaryError)
    assert not isinstance(read, OutcomeUnknown)


def test_an_answer_from_a_cache_says_nothing_about_the_org() -> None:
    read = call_error("GET query", 304, "", changes_something=False)
    write = call_error("POST composite", 304, "", changes_something=True)

    assert (type(read), read.code) == (TemporaryError, "http_304")
    assert (type(write), write.code) == (OutcomeUnknown, "http_304")


def test_the_end_of_the_allocation_is_a_403_and_no_missing_permission() -> None:
    content = [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}]

    assert isinstance(call_error("GET x", 403, content, changes_something=False), QuotaReached)


@pytest.mark.parametrize(
    ("error", "description", "raised", "word"),
    [
        ("invalid_grant", "user hasn't approved this consumer", AuthenticationFailed, "pre-authorized"),
        (
            "invalid_app_access",
            "user is not admin approved to access this app",
            AuthenticationFailed,
            "Policies",
        ),
        ("invalid_client", "app must be installed into org", ConfigurationError, "Install"),
        ("invalid_client_id", "client identifier invalid", ConfigurationError, "ten minutes"),
        ("invalid_grant", "expired", ConfigurationError, "clock"),
        ("invalid_grant", "expired authorization code", AuthenticationFailed, "once more"),
        ("invalid_grant", "expired access/refresh token", AuthenticationFailed, "Re-authenticate"),
        ("invalid_grant", "ip restricted", AuthenticationFailed, "Login IP Ranges"),
        ("invalid_grant", "audience is invalid", ConfigurationError, "My Domain"),
        ("redirect_uri_mismatch", "redirect_uri must match configuration", ConfigurationError, "Callback"),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin", AuthenticationFailed, "Unblock"),
        ("invalid_grant", "invalid assertion", ConfigurationError, "certificate"),
        ("something_new", "never seen", AuthenticationFailed, "Login History"),
    ],
)
def test_each_refused_log_in_has_its_remedy(
    error: str, description: str, raised: type[Exception], word: str
) -> None:
    refusal = oauth_refusal(400, {"error": error, "error_description": description})

    assert type(refusal) is raised
    assert refusal.code == error
    assert word in refusal.remedy


def test_every_cause_that_needs_an_administrator_has_a_remedy() -> None:
    assert all(row.cause and row.cure for row in AILMENTS)


def test_no_row_of_the_table_hides_another() -> None:
    hidden = [
        (row.where, row.code, row.phrase)
        for number, row in enumerate(AILMENTS)
        for earlier in AILMENTS[:number]
        if (earlier.where, earlier.status) == (row.where, row.status) and earlier.fits(row.code, row.phrase)
    ]

    assert hidden == []


def test_a_session_that_api_access_control_does_not_let_in_is_told_from_one_that_is_over() -> None:
    def remedy(message: str) -> str:
        content = [{"errorCode": "INVALID_SESSION_ID", "message": message}]
        return call_error("GET x", 401, content, changes_something=False).remedy

    assert "API Access Control" in remedy("This session is not valid for use with the REST API")
    assert "Re-authenticate" in remedy("Session expired or invalid")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_token_endpoint_is_temporary(status: int) -> None:
    assert isinstance(oauth_refusal(status, {}), TemporaryError)


@pytest.mark.skipif(not GROUND_TRUTH.is_dir(), reason="the recorded Salesforce responses are not here")
def test_a_recorded_partial_failure_is_read_row_by_row() -> None:
    recorded = json.loads((GROUND_TRUTH / "amp-labs/history/partial-no-ids.json").read_text())

    outcomes = [record_outcome(result) for result in recorded]

    assert [(outcome.state, outcome.code) for outcome in outcomes] == [
        (WriteState.DONE, ""),
        (WriteState.REFUSED, "MISSING_ARGUMENT"),
    ]
