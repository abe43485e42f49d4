"""Each failure that Diagnosis names, made by the local org, with Salesforce's own texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.app import Container
from connector.config import Settings
from connector.domain.connections import OrgConnection
from connector.domain.package import NEWEST_VERSION
from connector.secret_key import make_key_file
from connector.services.operations.checking import CheckResult, CheckState
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.registry import BY_NAME
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.crash.stand import OrgSide
from tests.portal.stage import INTEGRATION, grant

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SIGNING_IN = "Signing in"
ANOTHER_ADDRESS = "My Domain"


class Clinic:
    """A connector and an org that can be made ill."""

    def __init__(self, side: OrgSide, directory: Path) -> None:
        self.side = side
        self.local = side.local
        settings = Settings(data_dir=directory, allow_loopback=True, ca_file=Path(self.local.ca_bundle))
        make_key_file(settings.key_file)
        self.box = Container(settings)
        self.box.sql_store.upgrade()
        pair = self.box.connection_drafts.make_key_pair(datetime.now(UTC))
        self.certificate = pair.certificate_pem
        self.private_key = pair.private_key_pem

    def connect(self, **app: object) -> OrgConnection:
        """As it should be, but for the app's settings given."""
        wanted = {
            "certificate": self.certificate,
            "scopes": frozenset({"Api", "OpenID", "RefreshToken"}),
            "approved_permission_sets": frozenset({"Gift_Integration"}),
        }
        client = self.local.register_client("Gifting", **(wanted | app))
        self.consumer_secret = client.consumer_secret
        connection = OrgConnection(
            org_id=self.local.org.org_id,
            instance_url=self.local.base_url,
            login_url=self.local.base_url,
            consumer_key=client.consumer_key,
            username=INTEGRATION,
            user_id=self.user_id,
            api_version="66.0",
            private_key_pem=self.private_key,
        )
        self.keep(connection)
        return connection

    def keep(self, connection: OrgConnection) -> None:
        with self.box.store.write() as unit:
            unit.connections.save_org(connection)

    @property
    def user_id(self) -> str:
        user = self.local.org.user(INTEGRATION)
        assert user is not None
        return user.id

    def found(self) -> dict[str, CheckResult]:
        return {result.name: result for result in self.box.diagnose(self.local.org.org_id)}

    def failure(self, name: str) -> CheckResult:
        """The one check that is expected to fail; what comes before it works."""
        found = self.found()
        first = next((r for r in found.values() if r.state is CheckState.FAILED), None)
        assert first is not None, found
        assert first.name == name, found
        assert first.cause
        return first


@pytest.fixture(scope="module")
def side() -> Iterator[OrgSide]:
    with start_local_org() as local:
        prepared = OrgSide(local)
        grant(prepared, INTEGRATION, "Gift_Integration")
        local.save("healthy")
        yield prepared


@pytest.fixture
def clinic(side: OrgSide, tmp_path: Path) -> Iterator[Clinic]:
    side.local.restore("healthy")
    side.log_in_again()
    made = Clinic(side, tmp_path)
    yield made
    side.control("DELETE", "faults")
    made.box.close()


def test_a_healthy_org_passes_every_check_of_it(clinic: Clinic) -> None:
    clinic.connect()

    found = clinic.found()

    ill = {name: result for name, result in found.items() if result.state is not CheckState.PASSED}
    assert set(ill) <= {"Worker"}, ill
    assert found["Package"].detail == f"Version {NEWEST_VERSION}; the newest is {NEWEST_VERSION}."


def test_a_record_page_is_read_with_its_components_and_who_chooses_its_actions(clinic: Clinic) -> None:
    let_the_layout_choose_actions(clinic.local, "Lead_Record_Page")
    org = clinic.box.open_org(clinic.connect().org_id)

    [choosing] = org.record_pages("Contact")
    [leaving] = org.record_pages("Lead")

    assert (choosing.name, choosing.label) == ("Contact_Record_Page", "Contact Record Page")
    assert {"force:highlightsPanel", "force:detailPanel"} <= set(choosing.components)
    assert choosing.actions == ("Edit", "Delete", "Clone", "ChangeOwnerOne")
    assert leaving.actions is None
    assert org.record_pages("Opportunity") == []


def let_the_layout_choose_actions(local: LocalOrg, page: str) -> None:
    """Switch the page's own actions off; it keeps the list of them, as Lightning App Builder does."""
    member, info = Member("FlexiPage", page), BY_NAME["FlexiPage"]
    switched_on = b"<name>enableActionsConfiguration</name><value>true</value>"
    with local.org.lock, local.org.transaction():
        components = Components(local.org)
        stored = components.find(member)
        assert stored is not None
        assert stored.content is not None
        assert switched_on in stored.content
        content = stored.content.replace(switched_on, switched_on.replace(b"true", b"false"))
        components.store(member, stored.file_name, content, {}, info.key_prefix)


def test_the_end_of_a_token_is_told_to_an_app_that_shows_its_secret(clinic: Clinic) -> None:
    connection = clinic.connect()
    with_secret = replace(connection, consumer_secret=clinic.consumer_secret)

    [untold] = clinic.box.tell_token_life(connection)
    [told] = clinic.box.tell_token_life(with_secret)
    [refused] = clinic.box.tell_token_life(replace(connection, consumer_secret="another"))

    assert untold.why_untold
    assert told.is_good
    assert told.ends_at is not None
    assert timedelta(0) < told.ends_at - datetime.now(UTC) < timedelta(days=1)
    assert "invalid_client" in refused.why_untold


@pytest.mark.parametrize(
    ("app", "code", "cure"),
    [
        ({"approved_permission_sets": frozenset({"Gift_User"})}, "invalid_grant", "pre-authorized"),
        ({"scopes": frozenset({"Api"})}, "invalid_grant", "Perform requests at any time"),
        ({"enabled": False}, "invalid_client_id", "ten minutes"),
        ({"certificate": ""}, "invalid_grant", "upload it"),
    ],
    ids=["not pre-authorised", "no refresh scope", "app switched off", "no certificate"],
)
def test_what_the_apps_settings_forbid_is_named(
    clinic: Clinic, app: dict[str, object], code: str, cure: str
) -> None:
    clinic.connect(**app)

    failure = clinic.failure(SIGNING_IN)

    assert failure.code == code
    assert cure in failure.cure


@pytest.mark.parametrize(
    ("error", "description", "cure"),
    [
        ("invalid_app_access", "user is not admin approved to access this app", "pre-authorized"),
        ("invalid_client", "app must be installed into org", "Install"),
        ("invalid_client_id", "client identifier invalid", "ten minutes"),
        ("invalid_grant", "audience is invalid", ANOTHER_ADDRESS),
        ("app_not_found", "External client app is not installed in this org", ANOTHER_ADDRESS),
        ("invalid_grant", "ip restricted", "Login IP Ranges"),
        ("invalid_grant", "expired", "clock"),
        ("inactive_user", "user is inactive", "Active"),
        ("inactive_org", "organization is inactive", "sandbox"),
        ("OAUTH_APP_BLOCKED", "this app is blocked by admin", "Unblock"),
        ("unsupported_grant_type", "grant type not supported", "JWT Bearer"),
    ],
)
def test_each_refusal_of_a_token_is_named(clinic: Clinic, error: str, description: str, cure: str) -> None:
    clinic.connect()
    clinic.side.control(
        "POST",
        "faults",
        path_prefix="/services/oauth2/token",
        action="oauth_error",
        status=400,
        error_code=error,
        message=description,
        times=3 if cure == ANOTHER_ADDRESS else 1,  # each audience that an org might take is tried
    )

    failure = clinic.failure(SIGNING_IN)

    assert failure.code == error
    assert cure in failure.cure


@pytest.mark.parametrize(
    ("status", "code", "message", "cure"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.", "System Overview"),
        (
            403,
            "API_DISABLED_FOR_ORG",
            "The REST API is not enabled for this Organization.",
            "API Enabled",
        ),
        (
            401,
            "INVALID_SESSION_ID",
            "This session is not valid for use with the REST API",
            "API Access Control",
        ),
    ],
)
def test_each_refusal_of_a_call_is_named(
    clinic: Clinic, status: int, code: str, message: str, cure: str
) -> None:
    clinic.connect()
    clinic.side.control(
        "POST",
        "faults",
        path_prefix="/services/data/v66.0/query",
        action="answer",
        times=5,
        status=status,
        error_code=code,
        message=message,
    )

    failure = clinic.failure("API access")

    assert failure.code == code
    assert cure in failure.cure


def test_a_wrong_clock_is_named_before_signing_in_fails_of_it(clinic: Clinic) -> None:
    clinic.connect()
    clinic.box.clock = lambda: datetime.now(UTC) + timedelta(minutes=10)

    failure = clinic.failure("Salesforce answers")

    assert failure.code == "clock_skew"
    assert "600 seconds" in failure.detail or "599" in failure.detail or "601" in failure.detail


def test_a_session_that_is_over_is_renewed_and_no_failure(clinic: Clinic) -> None:
    clinic.connect()
    clinic.box.diagnose(clinic.local.org.org_id)
    clinic.side.control("POST", "sessions/expire")
    clinic.side.log_in_again()

    assert clinic.found()["API access"].state is CheckState.PASSED


def test_quota_at_the_floor_is_named(clinic: Clinic) -> None:
    clinic.connect()
    clinic.side.control("PUT", "api-usage", used=99_500, allocation=100_000)

    failure = clinic.failure("API calls left")

    assert failure.code == "api_floor"
    assert "CONNECTOR_API_FLOOR_CALLS" in failure.cure
    clinic.side.control("PUT", "api-usage", used=0)


def test_an_address_that_leads_to_another_org_is_named(clinic: Clinic) -> None:
    connection = clinic.connect()
    clinic.keep(replace(connection, org_id="00D000000000009EAA"))

    found = {result.name: result for result in clinic.box.diagnose("00D000000000009EAA")}

    assert found["The right org and user"].code == "other_org"
    assert found["API access"].state is CheckState.SKIPPED


def test_missing_permission_set_marketing_user_and_a_flow_that_is_off_are_all_named(clinic: Clinic) -> None:
    clinic.connect(approved_users=frozenset({INTEGRATION}))
    [user] = clinic.side.query(f"SELECT Id FROM User WHERE Username = '{INTEGRATION}'")  # noqa: S608
    clinic.side.call_plain(
        "PATCH", f"sobjects/User/{user['Id']}", json={"UserPermissionsMarketingUser": False}
    )
    with clinic.local.org.lock, clinic.local.org.transaction():
        flow = {"DurableId": "Send_Gift", "ApiName": "Send_Gift", "Label": "Send Gift", "IsActive": False}
        Dml(clinic.local.org, SYSTEM).insert("FlowDefinitionView", flow)

    found = clinic.found()

    assert found["Marketing User"].code == "marketing_user_missing"
    assert "tick Marketing User" in found["Marketing User"].cure
    assert found["Flows"].code == "flow_inactive"
    assert "Send_Gift" in found["Flows"].detail


def test_without_the_package_or_its_permission_set_that_is_named(clinic: Clinic) -> None:
    clinic.connect(approved_users=frozenset({INTEGRATION}))
    soql = f"SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = '{clinic.user_id}'"  # noqa: S608
    for assignment in clinic.side.query(soql):
        clinic.side.call_plain("DELETE", f"sobjects/PermissionSetAssignment/{assignment['Id']}")

    found = clinic.found()

    failed = [result for result in found.values() if result.state is CheckState.FAILED]
    assert failed[0].cure
    assert "Gift Integration" in failed[0].cure
