"""Flows that call the connector, and what stands in for them: over loopback, after the commit, harmless."""

import io
import json
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg

ROOT = Path(__file__).parents[3]
GENERATED = ROOT / "force-app" / "main" / "generated"
BESIDE = ROOT / "unpackaged" / "post" / "gift_callout"
PLACEHOLDER = "https://connector.example.com"
DATA = "/services/data/v66.0"
CREDENTIAL = f"{DATA}/named-credentials/credential"
FLOW = f"{DATA}/actions/custom/flow/Send_Gift"
KEY = "gk_test_1"
PRINCIPAL = {"externalCredential": "Gift_Connector", "principalName": "Gift_Connector_Key"}
PARTS = {
    "externalCredentials/Gift_Connector.externalCredential": "ExternalCredential",
    "namedCredentials/Gift_Connector.namedCredential": "NamedCredential",
    "externalServiceRegistrations/GiftConnector.externalServiceRegistration": "ExternalServiceRegistration",
    "permissionsets/Gift_Callout.permissionset": "PermissionSet",
    "flows/Send_Gift.flow": "Flow",
    "flows/Gift_Request_On_Campaign_Member.flow": "Flow",
}
HEADERS = {"authorization", "content-type"}


@dataclass
class Connector:
    """A listener in the connector's place. status, answer: of every call; calls: what arrived."""

    url: str = ""
    status: int = 200
    answer: bytes = b'{"requestState": "planned"}'
    calls: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Any = None


@pytest.fixture
def connector() -> Iterator[Connector]:
    state = Connector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server asks for
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.calls.append({"path": self.path, "body": body, "headers": headers})
            if state.meanwhile is not None:
                state.meanwhile()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(state.answer)))
            self.end_headers()
            self.wfile.write(state.answer)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name that http.server gives
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield state
        server.shutdown()
        thread.join(timeout=10)


def deploy_flows(local: LocalOrg, address: str, *names: str) -> list[str]:
    """Deploy the packaged flows and what they call through; the warnings of the answer."""
    content = io.BytesIO()
    wanted = {path: kind for path, kind in PARTS.items() if not names or kind != "Flow" or path in names}
    members = "".join(
        f"<types><members>{Path(path).stem}</members><name>{kind}</name></types>"
        for path, kind in wanted.items()
    )
    with zipfile.ZipFile(content, "w") as archive:
        for path, kind in wanted.items():
            folder = BESIDE if kind == "PermissionSet" else GENERATED
            source = (folder / f"{path}-meta.xml").read_text("utf-8")
            archive.writestr(path, source.replace(PLACEHOLDER, address))
        package = f"<Package xmlns='http://soap.sforce.com/2006/04/metadata'>{members}"
        archive.writestr("package.xml", f"{package}<version>66.0</version></Package>")
    with local.org.lock:
        outcome = deploy(local.org, content.getvalue(), Options())
    assert outcome.succeeded, outcome.failures
    return [success.warning for success in outcome.successes]


@pytest.fixture
def gifting(
    local: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> LocalOrg:
    """The org with the flows, the connector's address and key, and the fields that the flows use."""
    texts = {
        "Campaign": ("Gift_Campaign__c", "Gift_Sync_Error__c"),
        "CampaignMember": ("Gift_Request_Id__c",),
    }
    texts["CampaignMember"] += ("Gift_Sync_Error__c",)
    with local.org.lock, local.org.transaction():
        for name, fields in texts.items():
            sobject = local.org.schema.objects[name]
            for one in fields:
                sobject = sobject.with_field(
                    Field(name=one, label=one, type=FieldType.STRING, length=255, custom=True)
                )
            if name == "Campaign":
                switch = Field(
                    name="Gift_Sync_Enabled__c",
                    label="Gift Sync",
                    type=FieldType.BOOLEAN,
                    nillable=False,
                    default_value=False,
                    custom=True,
                )
                sobject = sobject.with_field(switch)
            local.org.replace_schema(local.org.schema.with_object(sobject))
    deploy_flows(local, connector.url)
    set_key(local, http, as_admin)
    assign(local, "Gift_Callout")
    return local


def assign(local: LocalOrg, permission_set: str) -> None:
    with local.org.lock:
        found = local.org.db.all('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (permission_set,))[0]
        values = {"AssigneeId": local.org.system_user_id, "PermissionSetId": found["Id"]}
        Dml(local.org, SYSTEM).insert("PermissionSetAssignment", values)


def set_key(local: LocalOrg, http: requests.Session, headers: dict[str, str]) -> None:
    body = {**PRINCIPAL, "principalType": "NamedPrincipal", "authenticationProtocol": "Custom"}
    body["credentials"] = {"ApiKey": {"value": KEY, "encrypted": True}}  # type: ignore[assignment]
    answer = http.post(local.base_url + CREDENTIAL, json=body, headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text


def add_member(local: LocalOrg, **campaign: Any) -> str:
    with local.org.lock:
        dml = Dml(local.org, SYSTEM)
        values = {"Name": "Spring", "Gift_Sync_Enabled__c": True, "Gift_Campaign__c": "gc_1", **campaign}
        contact = dml.insert("Contact", {"LastName": "Berg"})
        member = {"CampaignId": dml.insert("Campaign", values), "ContactId": contact}
        return dml.insert("CampaignMember", member)


def record(local: LocalOrg, name: str, record_id: str) -> dict[str, Any]:
    with local.org.lock:
        return dict(local.org.db.all(f'SELECT * FROM "{name}" WHERE "Id" = ?', (record_id,))[0])  # noqa: S608 -- a name of ours


def test_a_gift_is_asked_for_once_a_member_is_committed(gifting: LocalOrg, connector: Connector) -> None:
    member = add_member(gifting)

    assert gifting.wait_for_background()
    (call,) = connector.calls
    campaign = record(gifting, "CampaignMember", member)["CampaignId"]
    assert call["path"] == "/api/v1/gifts"
    assert call["headers"]["authorization"] == f"Bearer {KEY}"
    assert call["body"] == {
        "orgId": gifting.org.org_id,
        "campaignId": campaign,
        "campaignMemberId": member,
    }
    assert record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"] is None


@pytest.mark.parametrize(
    "campaign", [{"Gift_Sync_Enabled__c": False}, {"Gift_Campaign__c": None}], ids=["off", "not mapped"]
)
def test_no_gift_is_asked_for_where_the_campaign_sends_none(
    gifting: LocalOrg, connector: Connector, campaign: dict[str, Any]
) -> None:
    add_member(gifting, **campaign)

    assert gifting.wait_for_background()
    assert connector.calls == []


def test_no_gift_is_asked_for_a_member_that_was_rolled_back(gifting: LocalOrg, connector: Connector) -> None:
    def add_and_fail() -> None:
        with gifting.org.lock, gifting.org.transaction():
            add_member(gifting)
            raise KeyError

    with pytest.raises(KeyError):
        add_and_fail()

    assert gifting.wait_for_background()
    assert connector.calls == []


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (422, b'{"detail": "the Campaign is not mapped"}', "HTTP status 422: the Campaign is not mapped"),
        (503, b"<html>", "HTTP status 503"),
        (302, b"{}", "HTTP status 302"),
        (200, b"not json", "something other than a JSON object"),
        (200, b"[1]", "something other than a JSON object"),
    ],
)
def test_the_member_tells_why_no_gift_was_asked_for(
    gifting: LocalOrg, connector: Connector, status: int, answer: bytes, told: str
) -> None:
    connector.status, connector.answer = status, answer

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert told in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert len(connector.calls) == 1


def test_a_connector_that_is_down_does_not_break_the_write(gifting: LocalOrg) -> None:
    deploy_flows(gifting, "http://127.0.0.1:9")

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "could not be called" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]


@pytest.mark.parametrize(
    "address", [PLACEHOLDER, "http://127.0.0.1.example.com", "ftp://127.0.0.1", "http://0"]
)
def test_nothing_outside_of_this_machine_is_called(
    gifting: LocalOrg, connector: Connector, address: str
) -> None:
    deploy_flows(gifting, address)

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "this machine only" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_without_an_api_key_the_connector_is_not_called(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    url = gifting.base_url + CREDENTIAL
    assert http.delete(url, params=PRINCIPAL, headers=as_admin, timeout=30).status_code == 204

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "access the credential" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_who_may_not_use_the_credential_asks_for_nothing(gifting: LocalOrg, connector: Connector) -> None:
    with gifting.org.lock:
        gifting.org.db.execute('DELETE FROM "PermissionSetAssignment"')

    member = add_member(gifting)

    assert gifting.wait_for_background()
    assert "access the credential" in record(gifting, "CampaignMember", member)["Gift_Sync_Error__c"]
    assert connector.calls == []


def test_a_member_that_cannot_be_written_is_told_on_the_campaign(
    gifting: LocalOrg, connector: Connector
) -> None:
    connector.status = 503

    def delete_member() -> None:
        with gifting.org.lock:
            Dml(gifting.org, SYSTEM).delete("CampaignMember", connector.calls[-1]["body"]["campaignMemberId"])

    connector.meanwhile = delete_member
    member = add_member(gifting)

    assert gifting.wait_for_background()
    campaign = record(gifting, "CampaignMember", member)["CampaignId"]
    assert "HTTP status 503" in record(gifting, "Campaign", campaign)["Gift_Sync_Error__c"]


def test_work_of_before_a_reset_writes_nothing_after_it(gifting: LocalOrg, connector: Connector) -> None:
    connector.status = 503
    connector.meanwhile = gifting.reset

    add_member(gifting)

    assert gifting.wait_for_background()
    with gifting.org.lock:
        assert gifting.org.db.all('SELECT * FROM "CampaignMember"') == []


def test_a_flow_is_called_over_rest_while_the_connector_asks_the_org(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    asked: list[int] = []

    def ask() -> None:
        answer = requests.get(
            f"{gifting.base_url}{DATA}/limits", headers=as_admin, verify=gifting.ca_bundle, timeout=30
        )
        asked.append(answer.status_code)

    connector.meanwhile = ask
    inputs = [{"Request_Key": "k1", "Recipient_Id": "003000000000001AAA", "Gift_Campaign_Id": "gc_1"}]

    answer = http.post(gifting.base_url + FLOW, json={"inputs": inputs}, headers=as_admin, timeout=30)

    (result,) = answer.json()
    assert answer.status_code == 200
    assert result["isSuccess"]
    assert result["outputValues"]["Error_Message"] is None
    assert connector.calls[0]["body"]["requestKey"] == "k1"
    assert asked == [200]
    assert answer.headers["X-Localorg-Stand-In"].startswith("Send_Gift")


def test_a_flow_tells_its_caller_what_went_wrong(
    gifting: LocalOrg, connector: Connector, http: requests.Session, as_admin: dict[str, str]
) -> None:
    connector.status = 401

    answer = http.post(gifting.base_url + FLOW, json={"inputs": [{}]}, headers=as_admin, timeout=30)

    assert "HTTP status 401" in answer.json()[0]["outputValues"]["Error_Message"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"inputs": [{"Nothing": 1}]}, 400, "INVALID_API_INPUT"),
        ({"inputs": {}}, 400, "INVALID_INPUT"),
        ({"inputs": []}, 400, "INVALID_INPUT"),
        ({}, 400, "INVALID_INPUT"),
    ],
)
def test_inputs_that_the_flow_does_not_have_are_refused(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str], body: Any, status: int, told: str
) -> None:
    answer = http.post(gifting.base_url + FLOW, json=body, headers=as_admin, timeout=30)

    assert answer.status_code == status
    assert told in answer.text


def test_flows_that_can_be_called_are_listed_and_described(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    listed = http.get(gifting.base_url + FLOW.rpartition("/")[0], headers=as_admin, timeout=30).json()
    described = http.get(gifting.base_url + FLOW, headers=as_admin, timeout=30).json()

    assert [action["name"] for action in listed["actions"]] == ["Send_Gift"]
    assert [output["name"] for output in described["outputs"]] == ["Error_Message"]
    assert len(described["inputs"]) == 9


def test_a_flow_that_is_not_there_cannot_be_called(
    local: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    answer = http.post(local.base_url + FLOW, json={"inputs": [{}]}, headers=as_admin, timeout=30)

    assert answer.status_code == 404


def test_the_answers_of_deploy_and_control_say_what_stands_in(
    gifting: LocalOrg, connector: Connector, http: requests.Session
) -> None:
    warnings = deploy_flows(gifting, connector.url)
    told = http.get(f"{gifting.base_url}/_control/stand-ins", timeout=30).json()

    assert sum("a stand-in of the local org" in warning for warning in warnings) == 2
    active = {one["flow"] for one in told if one["active"]}
    assert active == {"Send_Gift", "Gift_Request_On_Campaign_Member"}


def test_a_principals_parameters_are_set_replaced_and_never_shown(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str]
) -> None:
    url = gifting.base_url + CREDENTIAL
    body = {**PRINCIPAL, "authenticationProtocol": "Custom", "credentials": {"ApiKey": {"value": "other"}}}

    again = http.post(url, json=body, headers=as_admin, timeout=30)
    replaced = http.put(url, json=body, headers=as_admin, timeout=30)
    shown = http.get(url, params=PRINCIPAL, headers=as_admin, timeout=30)

    assert (again.status_code, replaced.status_code) == (400, 200)
    assert shown.json()["authenticationStatus"] == "Configured"
    assert list(shown.json()["credentials"]) == ["ApiKey"]
    assert "other" not in shown.text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"principalName": "Nobody"}, 404),
        ({"principalType": "PerUserPrincipal"}, 400),
        ({"authenticationProtocol": "OAuth"}, 400),
        ({"credentials": {"ApiKey": "bare"}}, 400),
    ],
)
def test_parameters_of_what_is_not_there_are_refused(
    gifting: LocalOrg, http: requests.Session, as_admin: dict[str, str], changes: dict[str, Any], status: int
) -> None:
    body = {**PRINCIPAL, "authenticationProtocol": "Custom", "credentials": {"ApiKey": {"value": "x"}}}

    answer = http.put(gifting.base_url + CREDENTIAL, json=body | changes, headers=as_admin, timeout=30)

    assert answer.status_code == status


def test_only_an_administrator_sets_parameters(gifting: LocalOrg, http: requests.Session) -> None:
    headers = {"Authorization": f"Bearer {gifting.login('rep@local.example')}"}

    answer = http.get(gifting.base_url + CREDENTIAL, params=PRINCIPAL, headers=headers, timeout=30)

    assert answer.status_code == 403
