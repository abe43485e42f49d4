"""An org with the packaged flows, the credential that they use, and a listener in the connector's place."""

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

ROOT = Path(__file__).parents[4]
GENERATED = ROOT / "force-app" / "main" / "generated"
BESIDE = ROOT / "unpackaged" / "post" / "gift_callout"
PLACEHOLDER = "https://connector.example.com"
DATA = "/services/data/v66.0"
CREDENTIAL = f"{DATA}/named-credentials/credential"
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
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
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
