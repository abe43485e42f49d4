"""django-salesforce's own test suite, unchanged, against the local org."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.host import EXTENSION, Host
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import Run, version_of
from tests.referees.ledger import WHOLE, Extent, Verdict, judge

OBJECTS = Path(__file__).parent / "django_objects"
ADMIN, SECOND_ADMIN = "admin@local.example", "second@local.example"
MORE_THAN_A_PAGE = 2001
LEAST_PASSED = 120

SAMPLE = (
    "salesforce.tests.test_auth",
    "salesforce.tests.test_bulk.BulkCreateTest",
    "salesforce.tests.test_integration.BasicLeadSOQLTest",
    "salesforce.tests.test_integration.BasicSOQLRoTest.test_select_related_child_subquery",
)

pytestmark = pytest.mark.timeout(600)


def package_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(OBJECTS.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(OBJECTS))
    return content.getvalue()


def prepare(org: Org) -> None:
    """What the suite's authors have in their org: two custom objects, people, and one more user."""
    assert deploy(org, package_zip(), Options()).problems == []
    dml = Dml(org, SYSTEM)
    with org.transaction():
        for name in ("Berg", "Dahl", "Lund"):
            account_id = dml.insert("Account", {"Name": f"{name} AS"})
            dml.insert("Contact", {"FirstName": "Ida", "LastName": name, "AccountId": account_id})
        for number in range(MORE_THAN_A_PAGE):
            dml.insert("Lead", {"LastName": f"Lead {number}", "Company": "Acme"})
        admin = dml.read("User", org.system_user_id)
        assert admin is not None
        copied = ("ProfileId", "TimeZoneSidKey", "LocaleSidKey", "LanguageLocaleKey", "EmailEncodingKey")
        second = {"Username": SECOND_ADMIN, "Email": SECOND_ADMIN, "LastName": "Second", "Alias": "second"}
        second["CommunityNickname"] = "second"
        dml.insert("User", {**second, "IsActive": True, **{name: admin[name] for name in copied}})
        # Job times have milliseconds, which no write through the API would keep.
        org.db.execute(
            'INSERT INTO "CronTrigger" ("Id", "PreviousFireTime") VALUES (?, ?)',
            (org.next_id("08e"), "2026-11-20T03:00:00.123+0000"),
        )


def test_djangos_backend_for_salesforce_finds_only_what_is_known_to_miss(
    served: LocalOrg, run_inside: Run, tmp_path: Path, extent: Extent
) -> None:
    with served.org.lock:
        prepare(served.org)
        host: Host = served._running.app.extensions[EXTENSION]
        client = host.clients.register_new({"name": "Referee", "password_flow": True})
        second = served.org.user(SECOND_ADMIN)
        assert second is not None
        host.passwords.set(second.id, SEEDED_PASSWORD)
    report = tmp_path / "report.json"
    variables = {
        "SF_HOST": served.base_url,
        "SF_USER": ADMIN,
        "SF_PASSWORD": SEEDED_PASSWORD,
        "SF_CONSUMER_KEY": client.consumer_key,
        "SF_CONSUMER_SECRET": client.consumer_secret,
        "SF_SECOND_USER": SECOND_ADMIN,
        "QUIET_KNOWN_BUGS": "on",
        "REFEREE_REPORT": str(report),
    }

    run = run_inside(
        "-m",
        "django",
        "test",
        *(extent.beginnings or ("salesforce",)),
        "--settings=django_settings",
        trust=served.ca_bundle,
        variables=variables,
    )

    assert report.exists(), run.stderr
    outcomes = json.loads(report.read_text())
    verdicts = {name: Verdict(outcome == "passed", detail) for name, (outcome, detail) in outcomes.items()}
    judge("django-salesforce", version_of("django_salesforce"), verdicts, extent)
    if extent == WHOLE:
        assert sum(v.passed for v in verdicts.values()) >= LEAST_PASSED
