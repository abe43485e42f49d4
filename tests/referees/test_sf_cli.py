"""The real Salesforce CLI, from log-in to bulk data; each command is one check."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import ROOT, needs_node
from tests.referees.ledger import Extent, Verdict, judge

CLI = ROOT / "node/sf/node_modules/@salesforce/cli"
SF = CLI / "bin/run.js"
COMMAND_SECONDS = 60
ADMIN = "admin@local.example"
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
PROJECT = {
    "packageDirectories": [{"path": "force-app", "default": True}],
    "sourceApiVersion": "66.0",
}
OBJECT = (
    "<deploymentStatus>Deployed</deploymentStatus><label>Parcel</label><nameField><label>Name</label>"
    "<type>Text</type></nameField><pluralLabel>Parcels</pluralLabel><sharingModel>ReadWrite</sharingModel>"
)
FIELD = "<fullName>Weight__c</fullName><label>Weight</label><precision>5</precision><scale>1</scale>"
PERMISSIONS = (
    "<fieldPermissions><editable>true</editable><field>Parcel__c.Weight__c</field><readable>true</readable>"
    "</fieldPermissions><label>Packer</label><objectPermissions><allowCreate>true</allowCreate>"
    "<allowDelete>false</allowDelete><allowEdit>true</allowEdit><allowRead>true</allowRead>"
    "<modifyAllRecords>false</modifyAllRecords><object>Parcel__c</object>"
    "<viewAllRecords>false</viewAllRecords></objectPermissions>"
)
MANIFEST = (
    "<types><members>Parcel__c</members><name>CustomObject</name></types>"
    "<types><members>Packer</members><name>PermissionSet</name></types><version>66.0</version>"
)
SOURCE = "force-app/main/default"

SAMPLE = (
    *("org login access-token", "org login jwt", "project deploy start (source)", "org assign permset"),
    "data import bulk",
)

pytestmark = [
    needs_node,
    pytest.mark.skipif(not SF.exists(), reason="the Salesforce CLI is not set up: run `scripts/setup`"),
    pytest.mark.timeout(600),
]
Sf = Callable[..., Any]
# By name, in the order in which they are taken: a command, and what must hold of the result that it tells.
Steps = dict[str, tuple[tuple[str, ...], Callable[[Any], object]]]


class Failed(Exception):
    """A command ended with an error; the text is what it said."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """An SFDX project of one object, one field and one permission set."""
    folder = tmp_path / "project"
    files = {
        f"{SOURCE}/objects/Parcel__c/Parcel__c.object-meta.xml": ("CustomObject", OBJECT),
        f"{SOURCE}/objects/Parcel__c/fields/Weight__c.field-meta.xml": (
            "CustomField",
            f"{FIELD}<type>Number</type>",
        ),
        f"{SOURCE}/permissionsets/Packer.permissionset-meta.xml": ("PermissionSet", PERMISSIONS),
        "package.xml": ("Package", MANIFEST),
    }
    for path, (kind, text) in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {NS}>{text}</{kind}>\n')
    (folder / "sfdx-project.json").write_text(json.dumps(PROJECT))
    (folder / "parcels.csv").write_text("Name,Weight__c\n" + "".join(f"P{n},{n}.5\n" for n in range(30)))
    return folder


@pytest.fixture
def sf(served: LocalOrg, project: Path, tmp_path: Path) -> Sf:
    """Runs a command in the project with a HOME of its own; what its JSON says. Raises Failed."""
    variables = {
        **{key: value for key, value in served.environment().items() if key.startswith(("SF_", "NODE"))},
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
        "SF_ACCESS_TOKEN": served.access_token,
    }

    def run(*arguments: str) -> Any:
        done = subprocess.run(
            ["node", str(SF), *arguments, "--json"],  # noqa: S607 -- node from PATH
            cwd=project,
            env=variables,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise Failed((done.stdout + done.stderr)[:2000])
        return json.loads(done.stdout)["result"]

    return run


@pytest.fixture
def jwt_login(served: LocalOrg, tmp_path: Path) -> tuple[str, ...]:
    """The command that logs in with the release engineer's key."""
    key = tmp_path / "ci.key"
    key.write_text(served.ci_app.private_key)
    return (
        *("org", "login", "jwt", "--client-id", served.ci_app.consumer_key, "--jwt-key-file", str(key)),
        *("--username", ADMIN, "--instance-url", served.base_url, "--alias", "local", "--set-default"),
    )


def test_sf_works_from_log_in_to_bulk_data(
    sf: Sf, served: LocalOrg, project: Path, jwt_login: tuple[str, ...], tmp_path: Path, extent: Extent
) -> None:
    steps = (
        _logging_in(served, jwt_login) | _deploying(served, tmp_path) | _reading_and_writing(served, project)
    )

    verdicts = {
        name: _verdict(sf, command, holds) for name, (command, holds) in steps.items() if extent.takes(name)
    }

    judge("sf-cli", json.loads((CLI / "package.json").read_text())["version"], verdicts, extent)


def _verdict(sf: Sf, command: tuple[str, ...], holds: Callable[[Any], object]) -> Verdict:
    try:
        result = sf(*command)
    except Failed as failure:
        return Verdict(passed=False, detail=str(failure))
    return Verdict(passed=bool(holds(result)), detail=json.dumps(result)[:500])


def _logging_in(served: LocalOrg, jwt_login: tuple[str, ...]) -> Steps:
    token = ("org", "login", "access-token", "--instance-url", served.base_url, "--no-prompt")
    return {
        "org login access-token": ((*token, "--alias", "token"), lambda r: r["username"] == ADMIN),
        "org display (token)": (("org", "display", "-o", "token"), lambda r: r["id"] == served.org.org_id),
        "org login jwt": (jwt_login, lambda r: r["orgId"] == served.org.org_id),
        "org display (jwt)": (("org", "display"), lambda r: r["connectedStatus"] == "Connected"),
    }


def _deploying(served: LocalOrg, folder: Path) -> Steps:
    """folder: for what is retrieved and converted."""
    retrieved, converted = folder / "retrieved", folder / "converted"
    return {
        "project deploy start --dry-run": (
            ("project", "deploy", "start", "--source-dir", "force-app", "--dry-run"),
            lambda r: r["checkOnly"] and "Parcel__c" not in served.org.schema.objects,
        ),
        "project deploy start (source)": (
            ("project", "deploy", "start", "--source-dir", "force-app"),
            lambda r: r["status"] == "Succeeded" and "Parcel__c" in served.org.schema.objects,
        ),
        "project retrieve start (source)": (
            ("project", "retrieve", "start", "--metadata", "CustomObject:Parcel__c"),
            lambda r: {f["fullName"] for f in r["files"]} >= {"Parcel__c", "Parcel__c.Weight__c"},
        ),
        "project retrieve start (metadata format)": (
            (
                *("project", "retrieve", "start", "--manifest", "package.xml"),
                *("--target-metadata-dir", str(retrieved), "--unzip"),
            ),
            lambda _: next(retrieved.rglob("Packer.permissionset"), None),
        ),
        "project convert source": (
            ("project", "convert", "source", "--output-dir", str(converted)),
            lambda _: (converted / "package.xml").exists(),
        ),
        "project deploy start (metadata format)": (
            ("project", "deploy", "start", "--metadata-dir", str(converted)),
            lambda r: r["status"] == "Succeeded",
        ),
    }


def _reading_and_writing(served: LocalOrg, project: Path) -> Steps:
    record = ("--sobject", "Parcel__c", "--values", "Name=Single Weight__c=2.5")
    return {
        "org assign permset": (
            ("org", "assign", "permset", "--name", "Packer"),
            lambda r: r["successes"][0]["value"] == "Packer",
        ),
        "org list metadata": (
            ("org", "list", "metadata", "--metadata-type", "CustomObject"),
            lambda r: {"Parcel__c", "Contact"} <= {found["fullName"] for found in r},
        ),
        "org list metadata-types": (
            ("org", "list", "metadata-types"),
            lambda r: "Layout" in {found["xmlName"] for found in r["metadataObjects"]},
        ),
        "sobject describe": (
            ("sobject", "describe", "--sobject", "Parcel__c"),
            lambda r: "Weight__c" in {field["name"] for field in r["fields"]},
        ),
        "data create record": (("data", "create", "record", *record), lambda r: r["success"]),
        "data query": (
            ("data", "query", "--query", "SELECT Name, Weight__c FROM Parcel__c"),
            lambda r: r["records"][0]["Weight__c"] == 2.5,
        ),
        "data update record": (
            (
                *("data", "update", "record", "--sobject", "Parcel__c", "--where", "Name=Single"),
                *("--values", "Weight__c=3.5"),
            ),
            lambda r: r["success"],
        ),
        "data import bulk": (
            (
                *("data", "import", "bulk", "--file", "parcels.csv", "--sobject", "Parcel__c"),
                *("--wait", "1", "--line-ending", "LF"),
            ),
            lambda r: (r["processedRecords"], r["failedRecords"]) == (30, 0),
        ),
        "data export bulk": (
            (
                *("data", "export", "bulk", "--query", "SELECT Name FROM Parcel__c"),
                *("--output-file", "out.csv", "--result-format", "csv", "--wait", "1"),
            ),
            lambda r: r["totalSize"] == 31 and len((project / "out.csv").read_text().split()) == 32,
        ),
        "data delete record": (
            ("data", "delete", "record", "--sobject", "Parcel__c", "--where", "Name=Single"),
            lambda r: r["success"],
        ),
        "project delete source": (
            ("project", "delete", "source", "--metadata", "CustomField:Parcel__c.Weight__c", "--no-prompt"),
            lambda _: "Weight__c" not in served.org.schema.objects["Parcel__c"].fields,
        ),
    }
