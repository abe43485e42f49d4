"""The real CumulusCI and the real Salesforce CLI, unmodified, against the served org."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.cli import environment
from emulators.salesforce.running import RunningOrg

ROOT = Path(__file__).parents[3]
CCI = ROOT / ".venv-cci/bin/cci"
SF = ROOT / "node/sf/node_modules/@salesforce/cli/bin/run.js"
NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
PROJECT = """
minimum_cumulusci_version: '4.10.0'
project:
  name: Parcels
  package: {name: Parcels, api_version: '66.0'}
  source_format: mdapi
"""
FIELD = (
    "<fields><fullName>Parcels__c</fullName><label>Parcels</label><precision>4</precision><scale>0</scale>"
    "<type>Number</type></fields>"
)
PERMISSIONS = (
    "<fieldPermissions><editable>true</editable><field>Contact.{field}</field><readable>true</readable>"
    "</fieldPermissions><label>Parcel User</label>"
)
MANIFEST = (
    "<fullName>Parcels</fullName><types><members>Contact.Parcels__c</members><name>CustomField</name></types>"
    "<types><members>Parcel_User</members><name>PermissionSet</name></types><version>66.0</version>"
)

pytestmark = pytest.mark.slow


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningOrg]:
    with RunningOrg(tmp_path / "org") as running:
        (tmp_path / "org/running.json").write_text(json.dumps({"base_url": running.base_url}))
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A CumulusCI project in Metadata API format; returns its folder."""
    folder = tmp_path / "project"
    for path, kind, text in (
        ("src/package.xml", "Package", MANIFEST),
        ("src/objects/Contact.object", "CustomObject", FIELD),
        (
            "src/permissionsets/Parcel_User.permissionset",
            "PermissionSet",
            PERMISSIONS.format(field="Parcels__c"),
        ),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"<{kind} {NS}>{text}</{kind}>")
    (folder / "cumulusci.yml").write_text(PROJECT)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)  # noqa: S607 -- git from PATH, our folder
    return folder


@pytest.fixture
def shell(tmp_path: Path, running: RunningOrg) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command as a CI would: its own HOME, and what `localorg env` says."""
    home = tmp_path / "home"
    (home / ".cumulusci").mkdir(parents=True)
    (home / ".cumulusci/cumulus_timestamp").write_text("9999999999")
    variables = {"HOME": str(home), "CUMULUSCI_KEY": "0123456789abcdef", "PATH": os.environ["PATH"]}
    assert running.base_url
    variables |= environment(tmp_path / "org")

    def run(*command: str, folder: Path = tmp_path) -> Any:
        return subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.mark.skipif(not CCI.exists(), reason="CumulusCI is not set up")
def test_cumulusci_deploys_and_assigns_permission_sets(
    running: RunningOrg, project: Path, shell: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    deployed = shell(str(CCI), "task", "run", "deploy", "--path", "src", "--org", "local", folder=project)
    assigned = shell(
        *(str(CCI), "task", "run", "assign_permission_sets"),
        *("--api_names", "Parcel_User", "--org", "local"),
        folder=project,
    )

    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert assigned.returncode == 0, assigned.stdout + assigned.stderr
    with running.org.lock:
        assert "Parcels__c" in running.org.schema.objects["Contact"].fields
        assignees = running.org.db.all(
            'SELECT a."AssigneeId" FROM "PermissionSetAssignment" a JOIN "PermissionSet" p '
            'ON p."Id" = a."PermissionSetId" WHERE p."Name" = \'Parcel_User\''
        )
        assert [row["AssigneeId"] for row in assignees] == [running.org.user("admin@local.example").id]


@pytest.mark.skipif(not CCI.exists(), reason="CumulusCI is not set up")
def test_cumulusci_tells_what_is_wrong_with_a_package(
    running: RunningOrg, project: Path, shell: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    text = PERMISSIONS.format(field="Boxes__c")
    path = project / "src/permissionsets/Parcel_User.permissionset"
    path.write_text(f"<PermissionSet {NS}>{text}</PermissionSet>")

    deployed = shell(str(CCI), "task", "run", "deploy", "--path", "src", "--org", "local", folder=project)

    assert deployed.returncode != 0
    told = " ".join((deployed.stdout + deployed.stderr).split())
    assert "In field: field - no CustomField named Contact.Boxes__c found" in told
    assert "Parcels__c" not in running.org.schema.objects["Contact"].fields


@pytest.mark.skipif(not CCI.exists(), reason="CumulusCI is not set up")
def test_cumulusci_removes_what_left_the_package(
    running: RunningOrg, project: Path, shell: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    shell(str(CCI), "task", "run", "deploy", "--path", "src", "--org", "local", folder=project)
    manifest = project / "src/package.xml"
    gone = "<types><members>Contact.Parcels__c</members><name>CustomField</name></types>"
    manifest.write_text(manifest.read_text().replace(gone, ""))

    removed = shell(
        *(str(CCI), "task", "run", "uninstall_packaged_incremental"),
        *("--path", "src", "--purge_on_delete", "True", "--org", "local"),
        folder=project,
    )

    assert removed.returncode == 0, removed.stdout + removed.stderr
    assert "Parcels__c" not in running.org.schema.objects["Contact"].fields


@pytest.mark.skipif(
    not SF.exists() or shutil.which("node") is None, reason="the Salesforce CLI is not set up"
)
def test_sf_logs_in_by_jwt_and_deploys(
    running: RunningOrg, project: Path, shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    key = tmp_path / "ci.key"
    key.write_text(running.ci_app.private_key)

    logged_in = shell(
        *("node", str(SF), "org", "login", "jwt", "--client-id", running.ci_app.consumer_key),
        *("--jwt-key-file", str(key), "--username", "admin@local.example"),
        *("--instance-url", running.base_url, "--alias", "local"),
    )
    deployed = shell(
        *("node", str(SF), "project", "deploy", "start", "--metadata-dir", str(project / "src")),
        *("--target-org", "local", "--json"),
    )

    assert logged_in.returncode == 0, logged_in.stdout + logged_in.stderr
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    assert json.loads(deployed.stdout)["result"]["status"] == "Succeeded"
    assert "Parcels__c" in running.org.schema.objects["Contact"].fields
