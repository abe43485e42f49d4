"""An org's life with the package, through CumulusCI: an older version with data, the upgrade, the end.

The older version is `baseline/`: what version 0.1.0 deployed.
"""

import csv
import fcntl
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from emulators.salesforce.environment import client_environment
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.manifest import read_manifest
from emulators.salesforce.metadata.retrieve import Retrieve
from emulators.salesforce.soap.envelope import parse_xml
from emulators.salesforce.testing import LocalOrg, start_local_org
from packagecheck.files import package_of, read_files
from packagecheck.metadata_format import manifest, metadata_files, zipped
from packagecheck.org import Org

ROOT = Path(__file__).parents[2]
BASELINE = Path(__file__).parent / "baseline"
CCI = ROOT / ".venv-cci/bin/cci"
SF = ROOT / "node/sf/node_modules/.bin/sf"
SECONDS = 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CCI.exists() or not SF.exists(), reason="CumulusCI or sf is not set up"),
]

LAYOUT = b"""<?xml version="1.0" encoding="UTF-8"?>
<Layout xmlns="http://soap.sforce.com/2006/04/metadata">
    <layoutSections>
        <customLabel>true</customLabel>
        <label>The customer&apos;s own section</label>
        <layoutColumns>
            <layoutItems>
                <behavior>Required</behavior>
                <field>Name</field>
            </layoutItems>
        </layoutColumns>
        <style>OneColumn</style>
    </layoutSections>
</Layout>
"""
OWN_LAYOUT = Member("Layout", "Contact-The Customers Layout")


@dataclass(frozen=True)
class Snapshot:
    """What retrieve and describe tell of an org."""

    files: dict[str, bytes]
    objects: dict[str, Any]


class Api:
    """The org's REST API as its administrator."""

    def __init__(self, org: LocalOrg) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = org.ca_bundle
        self.session.headers["Authorization"] = f"Bearer {org.access_token}"
        self.root = f"{org.base_url}/services/data/v66.0"

    def get(self, path: str, **params: str) -> Any:
        answer = self.session.get(f"{self.root}/{path}", params=params, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, sobject: str, **values: Any) -> str:
        answer = self.session.post(f"{self.root}/sobjects/{sobject}", json=values, timeout=SECONDS)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def records(self, sobject: str, fields: list[str]) -> list[dict[str, Any]]:
        soql = f"SELECT {', '.join(fields)} FROM {sobject} ORDER BY Id"  # noqa: S608  # the test's own names
        found = self.get("query", q=soql)["records"]
        return [{key: value for key, value in record.items() if key != "attributes"} for record in found]


@dataclass
class Life:
    """A customer's org, and CumulusCI to work on it with."""

    org: LocalOrg
    api: Api
    home: Path

    def cci(self, *arguments: str) -> str:
        """Run CumulusCI; fails with its output when it fails."""
        environment = client_environment(
            self.org.base_url,
            self.org.ci_app,
            bundle=Path(self.org.ca_bundle),
            authority=Path(self.org.ca_certificate),
            name="local",
        )
        path = os.pathsep.join([str(CCI.parent), str(SF.parent), os.environ["PATH"]])
        done = subprocess.run(  # the project's own command
            [str(CCI), *arguments, "--org", "local"],
            cwd=ROOT,
            env={
                **os.environ,
                **environment,
                "HOME": str(self.home),
                "PATH": path,
                "SF_DISABLE_LOG_FILE": "true",
            },
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout + done.stderr

    def snapshot(self) -> Snapshot:
        """Everything that can be retrieved, and the describe of every object."""
        with self.org.org.lock:
            components = Components(self.org.org)
            members = [
                (kind, found.full_name) for kind in self._types() for found in components.of_type(kind)
            ]
            retrieve = Retrieve(self.org.org, "66.0")
            retrieve.add_manifest(read_manifest(parse_xml(manifest(members, "66.0"))))
            files = {path: body for path, body in retrieve.result.files.items() if _says_something(body)}
        names = [each["name"] for each in self.api.get("sobjects")["sobjects"]]
        return Snapshot(files, {name: self.api.get(f"sobjects/{name}/describe") for name in names})

    def _types(self) -> list[str]:
        rows = self.org.org.db.all("SELECT DISTINCT type FROM _component ORDER BY type", ())
        return [row["type"] for row in rows]


def _says_something(body: bytes) -> bool:
    """False for the one file of labels when there are none left; the manifest only repeats what is there."""
    root = parse_xml(body)
    return len(root) > 0 and not root.tag.endswith("}Package")


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    home = tmp_path_factory.mktemp("home")
    (home / ".cumulusci").mkdir()
    # A far-future stamp keeps CumulusCI from asking the network for a newer version of itself.
    (home / ".cumulusci/cumulus_timestamp").write_text("32503680000")
    with start_local_org() as org, (ROOT / "cumulusci.yml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Life(org, Api(org), home)


@dataclass(frozen=True)
class Told:
    """What was seen on the way: before the package, with the old version, with the new one, and after it."""

    before: Snapshot
    old_gifts: list[dict[str, Any]]
    old_contacts: list[dict[str, Any]]
    new_gifts: list[dict[str, Any]]
    new_contacts: list[dict[str, Any]]
    new_objects: dict[str, Any]
    new_permission_sets: set[str]
    exported: dict[str, list[dict[str, str]]]
    after: Snapshot
    left_contacts: list[dict[str, Any]]
    life: Life


@pytest.fixture(scope="module")
def told(life: Life, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The whole life, once."""
    own = {"layouts/Contact-The Customers Layout.layout": LAYOUT}
    _install(life.org, {**own, "package.xml": manifest([(OWN_LAYOUT.type, OWN_LAYOUT.full_name)], "66.0")})
    before = life.snapshot()
    _install(life.org, metadata_files(package_of(read_files(BASELINE)), "66.0"))
    life.cci("task", "run", "assign_permission_sets")
    gift_fields, contact_fields = _baseline_fields("Gift__c"), ["LastName", *_baseline_fields("Contact")]
    _load(life.api)
    old = life.api.records("Gift__c", gift_fields), life.api.records("Contact", contact_fields)

    life.cci("flow", "run", "upgrade")
    new = life.api.records("Gift__c", gift_fields), life.api.records("Contact", contact_fields)
    new_objects = {name: life.api.get(f"sobjects/{name}/describe") for name in ("Gift__c", "Contact")}
    new_permission_sets = {each["Name"] for each in life.api.records("PermissionSet", ["Name"])}
    life.cci("task", "run", "patch_layouts", "--objects", "Contact")

    output = tmp_path_factory.mktemp("export")
    life.cci("flow", "run", "uninstall", "-o", "export_gifts__output", str(output))
    after = life.snapshot()
    exported = {path.stem: _rows(path) for path in output.glob("*.csv")}
    left = life.api.records("Contact", ["LastName"])
    return Told(before, *old, *new, new_objects, new_permission_sets, exported, after, left, life)


def _install(org: LocalOrg, files: dict[str, bytes]) -> None:

    assert Org(org.base_url, org.access_token, org.ca_bundle).install(zipped(files)) == []


def _baseline_fields(sobject: str) -> list[str]:
    folder = BASELINE / f"generated/objects/{sobject}/fields"
    return ["Id", *sorted(path.name.split(".")[0] for path in folder.glob("*.xml"))]


def _load(api: Api) -> None:
    for number in range(5):
        contact = api.create("Contact", LastName=f"Person {number}", Gift_Opt_Out__c=number == 0)
        for status in ("Sent", "Clicked"):
            api.create(
                "Gift__c",
                Contact__c=contact,
                Send_Status__c=status,
                External_Id__c=f"{number}:{status}",
                Gift_Value__c=35.5,
                Message__c='Für Ihre Mühe,\n"danke"',
            )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_an_upgrade_loses_nothing(told: Told) -> None:
    assert len(told.old_gifts) == 10
    assert told.new_gifts == told.old_gifts
    assert told.new_contacts == told.old_contacts


def test_an_upgrade_brings_what_is_new(told: Told) -> None:
    package = package_of(read_files(ROOT / "force-app/main"))
    names = [each.name for each in package.of_type("CustomField")]
    expected = {name.partition(".")[2] for name in names if name.startswith("Gift__c.")}

    assert expected <= {field["name"] for field in told.new_objects["Gift__c"]["fields"]}


def test_an_upgrade_brings_what_flows_need_to_call_the_connector(told: Told) -> None:
    assert "Gift_Callout" in told.new_permission_sets


def test_an_uninstall_exports_every_gift_first(told: Told) -> None:
    gifts = told.exported["Gift__c"]

    assert len(gifts) == 10
    assert {gift["External_Id__c"] for gift in gifts} == {gift["External_Id__c"] for gift in told.old_gifts}
    assert {gift["Message__c"] for gift in gifts} == {'Für Ihre Mühe,\n"danke"'}
    assert [row["Gift_Opt_Out__c"] for row in told.exported["Contact"]].count("True") == 1


def test_an_uninstall_leaves_the_org_as_it_was(told: Told) -> None:
    # Search layouts that were changed and changed back are told of from then on, as in a real org.
    added = told.after.files.keys() - told.before.files.keys()
    assert {path for path in added if "Gift" in str(told.after.files[path])} == set()
    assert all(path.startswith("unpackaged/objects/") for path in added)
    assert told.before.files.keys() <= told.after.files.keys()
    assert {path for path in told.before.files if told.after.files[path] != told.before.files[path]} == set()
    assert sorted(told.after.objects) == sorted(told.before.objects)
    changed = {name for name in told.before.objects if told.after.objects[name] != told.before.objects[name]}
    assert changed == set()


def test_an_uninstall_keeps_the_customers_own_records(told: Told) -> None:
    assert len(told.left_contacts) == 5
