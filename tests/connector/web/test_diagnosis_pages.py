"""Diagnosis: each check shows as it ends, and none holds up the page for good."""

from dataclasses import replace
from threading import Event

from flask.testing import FlaskClient

from connector.domain.portal_session import Role
from connector.errors import AuthenticationFailed
from connector.services.operations.checking import CheckResult, CheckState
from tests.connector.web.world_behind import WorldBehindTheWeb


def found(behind: WorldBehindTheWeb, **changes: object) -> dict[str, CheckResult]:
    diagnose = replace(behind.diagnose, **changes)  # type: ignore[arg-type]
    return {result.name: result for result in diagnose(behind.world.org_id)}


def test_results_are_sent_one_after_the_other(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    answer = client.get("/diagnosis/run", buffered=False)
    parts = list(answer.response)

    page = b"".join(part if isinstance(part, bytes) else part.encode() for part in parts).decode()
    assert answer.status_code == 200
    assert len(parts) > 5
    assert page.index("Salesforce answers") < page.index("Signing in") < page.index("Gifting platform main")
    assert page.rstrip().endswith("</html>")


def test_a_check_that_gets_no_answer_is_given_up_and_what_depends_on_it_is_left_out(
    behind: WorldBehindTheWeb,
) -> None:
    never = Event()

    results = found(behind, server_time=lambda _: never.wait(30), seconds_for_each=0.2)
    never.set()

    assert results["Salesforce answers"].code == "check_timeout"
    assert "port 443" in results["Salesforce answers"].cure
    assert results["Signing in"].state is CheckState.SKIPPED
    assert results["Flows"].state is CheckState.SKIPPED
    assert results["Gifting platform main"].state is CheckState.PASSED


def test_what_fails_in_signing_in_is_not_told_again_of_the_package(behind: WorldBehindTheWeb) -> None:
    behind.world.org.next_failures = [AuthenticationFailed("no", code="invalid_grant", remedy="mend it")]

    results = found(behind)

    assert results["Signing in"].state is CheckState.FAILED
    assert results["Package"].detail == "After: Signing in."


def test_a_defect_shows_as_a_failed_check(behind: WorldBehindTheWeb) -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError

    results = found(behind, server_time=broken)

    assert results["Salesforce answers"].code == "defect"
