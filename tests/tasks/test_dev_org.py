"""The real CumulusCI against the local org: install, load, connect, and work as the integration user."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from demo.certificate import make_certificate
from emulators.salesforce.cli import environment

ROOT = Path(__file__).parents[2]
CCI = ROOT / ".venv-cci/bin/cci"
SF = ROOT / "node/sf/node_modules/.bin/sf"
INTEGRATION_USER = "integration@local.example"
CONNECTOR_URL = "https://gifts.example.com"
SECONDS = 30

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CCI.exists() or not SF.exists(), reason="CumulusCI or sf is not set up"),
]
Cci = Callable[..., str]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state folder of an org that runs in a process of its own."""
    folder = tmp_path_factory.mktemp("org")
    command = [
        sys.executable,
        "-m",
        "emulators.salesforce.cli",
        "start",
        "--state",
        str(folder),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # ours
        try:
            assert process.stdout is not None
            assert any(line.strip() == "Ready." for line in process.stdout)
            yield folder
        finally:
            process.terminate()
            process.wait(timeout=SECONDS)


@pytest.fixture(scope="module")
def cci(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Cci:
    """Runs CumulusCI as a CI would, with a home of its own; fails with its output when it fails."""
    home = tmp_path_factory.mktemp("home")
    (home / ".cumulusci").mkdir()
    # A far-future stamp keeps CumulusCI from asking the network for a newer version of itself.
    (home / ".cumulusci/cumulus_timestamp").write_text("32503680000")
    path = os.pathsep.join([str(CCI.parent), str(SF.parent), os.environ["PATH"]])
    env = {**os.environ, **environment(state), "HOME": str(home), "PATH": path, "SF_DISABLE_LOG_FILE": "true"}

    def run(*arguments: str) -> str:
        done = subprocess.run(  # the project's own command
            [str(CCI), *arguments, "--org", "local"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def installed(cci: Cci) -> str:
    """What dev_org printed. One at a time: CumulusCI converts into src/ of the project itself."""
    with (ROOT / "cumulusci.yml").open() as project_file:
        fcntl.flock(project_file, fcntl.LOCK_EX)
        try:
            return cci("flow", "run", "dev_org")
        finally:
            shutil.rmtree(ROOT / "src", ignore_errors=True)


class Api:
    """The org's REST API as the integration user, logged in as the connector does."""

    def __init__(self, connection: dict[str, str], private_key: bytes, trust: Path) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(trust)
        claims = {
            "iss": connection["consumer_key"],
            "sub": INTEGRATION_USER,
            "aud": "https://login.salesforce.com",
            "exp": int(time.time()) + 120,
        }
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": jwt.encode(claims, private_key, "RS256"),
        }
        answer = self.session.post(connection["login_url"] + "/services/oauth2/token", form, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.root = connection["instance_url"] + "/services/data/v66.0"

    def query(self, soql: str) -> list[dict[str, Any]]:
        answer = self.session.get(f"{self.root}/query", params={"q": soql}, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        records: list[dict[str, Any]] = answer.json()["records"]
        return records

    def send(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, Any]:
        answer = self.session.request(method, f"{self.root}/sobjects/{path}", json=fields, timeout=SECONDS)
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture(scope="module")
def api(installed: str, cci: Cci, state: Path, tmp_path_factory: pytest.TempPathFactory) -> Api:
    assert installed
    folder = tmp_path_factory.mktemp("connector")
    private_key, certificate = make_certificate(folder)
    cci(
        "task",
        "run",
        "deploy_connector_app",
        *("--certificate", str(certificate)),
        *("--callback_url", f"{CONNECTOR_URL}/oauth/callback"),
        *("--output", str(folder / "connection.json")),
    )
    cci("task", "run", "assign_to_user", "--username", INTEGRATION_USER)
    connection = json.loads((folder / "connection.json").read_text())
    return Api(connection, private_key.read_bytes(), state / "tls/bundle.pem")


def test_dev_org_runs_to_its_end(installed: str) -> None:
    assert "Completed flow 'dev_org' on org local successfully!" in " ".join(installed.split())


def test_the_integration_user_finds_people_in_mapped_campaigns(api: Api) -> None:
    members = api.query(
        "SELECT Status, Contact.Email, Contact.HasOptedOutOfEmail, Contact.Gift_Opt_Out__c, Lead.Email "
        "FROM CampaignMember WHERE Campaign.Gift_Sync_Enabled__c = true"
    )

    assert len(members) >= 100
    assert any(member["Contact"] for member in members)
    assert any(member["Lead"] for member in members)
    assert {member["Status"] for member in members} == {"Sent"}
    assert api.query("SELECT Label FROM CampaignMemberStatus WHERE IsDefault = true")


def test_the_integration_user_writes_a_gift_its_person_and_its_timeline(api: Api) -> None:
    contact_id = api.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    values = {"Contact__c": contact_id, "Send_Status__c": "Sent", "Order_Status__c": "Pending"}

    first = api.send("PATCH", "Gift__c/External_Id__c/org:campaign:1", values)
    again = api.send("PATCH", "Gift__c/External_Id__c/org:campaign:1", {"Send_Status__c": "Clicked"})

    assert (first[0], again[0]) == (201, 200)
    assert first[1]["id"] == again[1]["id"]
    task = {
        "WhoId": contact_id,
        "WhatId": first[1]["id"],
        "Subject": "Gift Created",
        "Gift_Event_Key__c": "k",
    }
    assert api.send("POST", "Task", task)[0] == 201
    assert api.send("PATCH", f"Contact/{contact_id}", {"Lifetime_Gifting_Cost__c": 12.5})[0] == 204


def test_the_integration_user_cannot_lift_an_opt_out_or_delete_a_gift(api: Api) -> None:
    contact_id = api.query("SELECT Id FROM Contact WHERE Gift_Opt_Out__c = true LIMIT 1")[0]["Id"]
    created = api.send("POST", "Gift__c", {"Contact__c": contact_id})

    lifted = api.send("PATCH", f"Contact/{contact_id}", {"Gift_Opt_Out__c": False})
    deleted = api.send("DELETE", f"Gift__c/{created[1]['id']}")

    assert (lifted[0], lifted[1][0]["errorCode"]) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
    assert deleted[0] == 403


def test_the_connectors_address_is_set_once_and_changed_after_that(api: Api, cci: Cci) -> None:
    assert api.root

    cci("task", "run", "set_connector_url", "--url", "https://old.example.com")
    cci("task", "run", "set_connector_url", "--url", CONNECTOR_URL + "/")

    settings = api.query("SELECT Connector_URL__c FROM Gifting_Settings__c")
    assert [setting["Connector_URL__c"] for setting in settings] == [CONNECTOR_URL]


def test_an_org_with_a_connected_app_of_its_own_is_connected_and_stays_so(
    api: Api, cci: Cci, tmp_path: Path
) -> None:
    output = tmp_path / "connection.json"
    options = ("--url", CONNECTOR_URL, "--integration", INTEGRATION_USER, "--output", str(output))

    cci("task", "run", "use_connected_app", "--consumer_key", "key.of_another_app", *options)
    told = json.loads(output.read_text())
    connected = _callout_urls(cci, tmp_path / "connected")
    cci("task", "run", "deploy", "--path", "force-app/main/generated/namedCredentials")
    deployed = _callout_urls(cci, tmp_path / "deployed")
    cci("task", "run", "set_callout_url")

    assert told["consumer_key"] == "key.of_another_app"
    assert api.root.startswith(told["instance_url"])
    assert connected == [CONNECTOR_URL]
    assert deployed != [CONNECTOR_URL]
    assert _callout_urls(cci, tmp_path / "restored") == [CONNECTOR_URL]


def _callout_urls(cci: Cci, folder: Path) -> list[str]:
    """The address that the org's named credential has, retrieved into a new folder."""
    folder.mkdir()
    manifest = folder / "package.xml"
    manifest.write_text(
        # On lines of its own: CumulusCI takes the outer element off up to the end of its line.
        '<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n<types><members>Gift_Connector</members>'
        "<name>NamedCredential</name></types><version>66.0</version>\n</Package>\n"
    )
    cci("task", "run", "retrieve_unpackaged", "--path", str(folder), "--package_xml", str(manifest))
    (written,) = folder.glob("**/Gift_Connector.namedCredential")
    return re.findall(r"<parameterValue>(.*?)</parameterValue>", written.read_text())
