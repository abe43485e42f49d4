"""The tasks as CumulusCI itself sees them, in its own environment."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-cci/bin/python"
FAR_FUTURE = "32503680000"

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="the CumulusCI environment is not set up")


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # A far-future stamp keeps CumulusCI from asking the network for a newer version of itself.
    (home / ".cumulusci").mkdir(exist_ok=True)
    (home / ".cumulusci/cumulus_timestamp").write_text(FAR_FUTURE)
    return subprocess.run(  # our own interpreter and arguments
        [str(PYTHON), *arguments],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def cci(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(home, "-m", "cumulusci", *arguments)


def test_dev_org_checks_deploys_assigns_and_loads_in_that_order(tmp_path: Path) -> None:
    shown = cci(tmp_path, "flow", "info", "dev_org")

    assert shown.returncode == 0, shown.stderr
    order = [
        shown.stdout.index(f"task: {name}")
        for name in ("check_metadata", "dx_convert_from", "deploy\n", "assign_permission_sets", "load_people")
    ]
    assert order == sorted(order)
    assert "unschedule_apex" not in shown.stdout
    assert "update_admin_profile" not in shown.stdout


def test_check_metadata_calls_the_generator_of_the_application(tmp_path: Path) -> None:
    done = cci(tmp_path, "task", "run", "check_metadata")

    assert done.returncode == 0, done.stderr
    assert "Everything is up to date." in done.stdout + done.stderr


def test_a_generator_that_is_not_installed_is_named_with_the_remedy(tmp_path: Path) -> None:
    done = cci(tmp_path, "task", "run", "check_metadata", "--metagen", "no/such/metagen")

    assert done.returncode == 1
    assert "run `make setup` first" in " ".join((done.stdout + done.stderr).split())


def test_every_task_of_the_project_can_be_loaded_and_explains_each_option(tmp_path: Path) -> None:
    script = """
from cumulusci.core.runtime import BaseCumulusCI
runtime = BaseCumulusCI(load_keychain=False)
for name, task in runtime.project_config.tasks.items():
    if task.get("class_path", "").startswith("tasks."):
        loaded = runtime.project_config.get_task(name).get_class()
        assert all(option.get("description") for option in loaded.task_options.values()), name
        assert task["group"] == "Gifting" and task["description"], name
        print(name)
"""

    done = run(tmp_path, "-c", script)

    assert set(done.stdout.split()) == {
        "assign_roles",
        "assign_to_user",
        "check_metadata",
        "configure_connector",
        "deploy_connector_app",
        "export_gifts",
        "patch_layouts",
        "preflight",
        "remove_package",
        "render_metadata",
        "set_callout_url",
        "set_connector_url",
        "unpatch_layouts",
        "use_connected_app",
    }, done.stderr


FAKE_ORG = """
import logging
from pathlib import Path
from types import SimpleNamespace
from cumulusci.core.exceptions import CumulusCIException
from cumulusci.core.runtime import BaseCumulusCI

def named(name):
    return BaseCumulusCI(load_keychain=False).project_config.get_task(name).get_class()

class Org:
    def __init__(self, counted):
        self.counted = counted
    def describe(self):
        return {"sobjects": [{"name": "Gift__c"}, {"name": "Contact"}, {"name": "Task"}]}
    def query(self, soql, include_deleted=False):
        return {"totalSize": self.counted}
    def query_all_iter(self, soql, include_deleted=False):
        print(include_deleted, soql)
        return iter([{"Id": "a01"}])
    @property
    def Task(self):
        fields = [{"name": "Gift_Event_Key__c", "type": "string", "filterable": True}]
        return SimpleNamespace(describe=lambda: {"fields": fields})
    @property
    def Gift__c(self):
        fields = [{"name": "Id", "type": "id", "filterable": True}]
        return SimpleNamespace(describe=lambda: {"fields": fields})

def made(kind, sf, **options):
    task = kind.__new__(kind)
    task.sf, task.options, task.logger = sf, options, logging.getLogger()
    task.project_config = SimpleNamespace(repo_root=str(Path.cwd()), project__package__api_version="66.0")
    return task
"""


def test_an_export_that_the_org_does_not_confirm_leaves_no_file_that_passes_for_one(tmp_path: Path) -> None:
    script = f"""{FAKE_ORG}
ExportGifts = named("export_gifts")
folder = Path({str(tmp_path)!r})
made(ExportGifts, Org(1), output=str(folder), objects="Gift__c")._run_task()
print(sorted(path.name for path in folder.glob("Gift*")))
try:
    made(ExportGifts, Org(2), output=str(folder), objects="Gift__c")._run_task()
except CumulusCIException as error:
    print(error)
print(sorted(path.name for path in folder.glob("*.csv")))
"""

    done = run(tmp_path, "-c", script)

    assert [line for line in done.stdout.splitlines() if "SELECT" not in line] == [
        "['Gift__c.csv']",
        "the org has 2 Gift__c records, and 1 were exported; run it again",
        "[]",
    ], done.stderr


def test_timeline_entries_are_exported_after_salesforce_archived_them(tmp_path: Path) -> None:
    script = f"""{FAKE_ORG}
made(named("export_gifts"), Org(1), output={str(tmp_path)!r}, objects="Task,Gift__c")._run_task()
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.splitlines() == [
        "True SELECT Gift_Event_Key__c FROM Task WHERE (Gift_Event_Key__c != null) AND IsDeleted = false",
        "False SELECT Id FROM Gift__c",
    ], done.stderr


def test_nothing_is_removed_while_the_export_lacks_an_object(tmp_path: Path) -> None:
    (tmp_path / "Contact.csv").write_text("Id\n")
    script = f"""{FAKE_ORG}
task = made(named("remove_package"), Org(0))
task._export, task._check_only = Path({str(tmp_path)!r}), False
task._unassign = task._switch_off = task._deploy = lambda *_: print("removed something")
try:
    task._run_task()
except CumulusCIException as error:
    print(error)
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.startswith(f"{tmp_path} holds nothing of Gift__c, Task; run export_gifts"), done.stderr


def test_an_address_is_taken_only_when_paths_can_be_put_behind_it(tmp_path: Path) -> None:
    script = """
from cumulusci.core.exceptions import TaskOptionsError
from cumulusci.core.runtime import BaseCumulusCI
BaseCumulusCI(load_keychain=False)
from tasks.settings import address
for text in (" https://gifts.example.com/ ", "http://localhost:8080", "https://example.com/gifts/"):
    print(address(text))
for text in ("gifts.example.com", "https://", "https://a.example?x=1", "https://a.example#b", "ftp://a.example",
             "https://me:secret@a.example", "https://a.example/x y"):
    try:
        print("taken", address(text))
    except TaskOptionsError as error:
        assert "should look like" in str(error)
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.split() == [
        "https://gifts.example.com",
        "http://localhost:8080",
        "https://example.com/gifts",
    ], done.stderr


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("certificate.der", b"\x30\x82\x03\xff", "certificate.der: the certificate file holds no PEM"),
        ("key.pem", b"-----BEGIN PRIVATE KEY-----", "key.pem: the certificate file holds a private key"),
    ],
)
def test_what_is_no_certificate_is_told_before_anything_is_done(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    script = f"""{FAKE_ORG}
from cumulusci.core.exceptions import TaskOptionsError
from cumulusci.core.config import OrgConfig, TaskConfig
runtime = BaseCumulusCI(load_keychain=False)
kind = runtime.project_config.get_task("deploy_connector_app").get_class()
options = {{"certificate": {str(tmp_path / name)!r}, "callback_url": "https://a.example", "output": "x.json"}}
try:
    kind(runtime.project_config, TaskConfig({{"options": options}}), OrgConfig({{}}, "test"))
except TaskOptionsError as error:
    print(error)
"""

    done = run(tmp_path, "-c", script)

    assert told in done.stdout, done.stderr


def test_the_panel_is_taken_off_pages_on_which_only_an_administrator_can_have_put_it(tmp_path: Path) -> None:
    script = f"""{FAKE_ORG}
UnpatchPages = named("unpatch_layouts")
from tasks.pages import Page, RECORD_PAGE
from tasks.package_parts import parts_for
region = "<flexiPageRegions><itemInstances><componentInstance><componentName>giftPanel</componentName>"
region += "<identifier>c_giftPanel</identifier></componentInstance></itemInstances><name>main</name>"
region += "<type>Region</type></flexiPageRegions><sobjectType>Case</sobjectType><type>RecordPage</type>"
content = f'<FlexiPage xmlns="http://soap.sforce.com/2006/04/metadata">{{region}}</FlexiPage>'.encode()
page = Page(RECORD_PAGE, "Case_Page", "flexipages/Case_Page.flexipage", content)
for everything in (True, False):
    task = made(UnpatchPages, Org(0))
    task._package, task._all = Path("force-app"), everything
    task._parts = [parts_for("Contact", Path("force-app"))]
    print(b"giftPanel" in task._changed(page))
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.split() == ["False", "True"], done.stderr


def test_a_preflight_says_what_an_org_tells_otherwise_than_expected_and_goes_on(tmp_path: Path) -> None:
    script = f"""{FAKE_ORG}
class Answer:
    def json(self):
        raise ValueError("<html>")
sf = SimpleNamespace(
    query=lambda soql: {{"records": [], "totalSize": 0}},
    limits=lambda: {{}},
    describe=lambda: {{"sobjects": []}},
    session=SimpleNamespace(get=lambda *_, **__: Answer()),
    headers={{}},
)
task = made(named("preflight"), sf)
task._fail_on = "nothing"
task._consumer_secret_access = lambda: None
task.org_config = SimpleNamespace(instance_url="https://acme.my.salesforce.com", username="a@acme.example")
task._run_task()
levels = [level for level, _, _ in task.return_values["findings"]]
print(task.return_values["ready"], levels.count("unknown"))
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.split() == ["True", "6"], done.stderr


def test_the_recipe_makes_the_people_that_gifting_is_tried_on(tmp_path: Path) -> None:
    script = """
import collections, io, json
from snowfakery.api import generate_data
out = io.StringIO()
generate_data("datasets/gifting.recipe.yml", output_format="json", output_file=out)
rows = json.loads(out.getvalue())
count = collections.Counter(row["_table"] for row in rows)
people = [row for row in rows if row["_table"] in ("Contact", "Lead")]
emails = [p["Email"] for p in people if p["Email"]]
members = [row for row in rows if row["_table"] == "CampaignMember"]
pairs = [(m["CampaignId"], m.get("ContactId"), m.get("LeadId")) for m in members]
assert count["Contact"] >= 50 and count["Lead"] >= 50 and count["Campaign"] == 3, count
assert sum(r.get("Gift_Sync_Enabled__c", False) for r in rows) == 2
assert {e.split("@")[1] for e in emails} == {"example.com"}
assert sorted(n for n in collections.Counter(emails).values() if n > 1) == [2]
assert {bool(m.get("LeadId")) for m in members} == {True, False}
assert len(set(pairs)) == len(pairs)
assert any(p.get("HasOptedOutOfEmail") for p in people) and any(p.get("Gift_Opt_Out__c") for p in people)
assert any(p["Email"] is None for p in people)
print("as promised")
"""

    done = run(tmp_path, "-c", script)

    assert done.stdout.strip().endswith("as promised"), done.stderr


def test_a_rendering_that_does_not_end_or_begin_is_told(tmp_path: Path) -> None:
    (sleeper := tmp_path / "sleeper").write_text("#!/bin/sh\nsleep 60\n")
    sleeper.chmod(0o755)
    (nothing := tmp_path / "nothing").write_text("no program")
    script = f"""{FAKE_ORG}
RenderMetadata = named("render_metadata")
import tasks.render
tasks.render.TIMEOUT_SECONDS = 0.2
for command in ({str(sleeper)!r}, {str(nothing)!r}):
    try:
        made(RenderMetadata, None, mode="check", metagen=command)._run_task()
    except CumulusCIException as error:
        print(error)
"""

    done = run(tmp_path, "-c", script)

    late, never = done.stdout.splitlines()
    assert late.startswith("metagen check did not come to an end:"), done.stderr
    assert late.endswith("timed out after 0.2 seconds")
    assert "Permission denied" in never
