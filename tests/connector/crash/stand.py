"""Both ends of the connector, local and real, and between them a connector that may be killed."""

import base64
import multiprocessing
import re
import secrets
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import requests

from connector.app import Container
from connector.config import Settings
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.domain.money import Money
from connector.secret_key import make_key_file
from connector.services.gift_sync.link_campaign import WantedGift
from emulators.gifting.testing import RunningPlatform, running_platform
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.crash.driver import run_connector
from tests.connector.crash.packaged import API_VERSION, package_zip

ADMIN = "admin@local.example"
ACCOUNT = "main"
PATIENCE_SECONDS = 25.0
MEMBERS = 6
_IMPATIENT_WEBHOOKS = {
    "webhook_retry_base_seconds": 0.1,
    "webhook_retry_growth": 1.0,
    "webhook_max_attempts": 10_000,
}
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.connector.crash.driver"])


class OrgSide:
    """The local org with the package in it, spoken to without the connector."""

    def __init__(self, local: LocalOrg) -> None:
        self.local = local
        self._session = requests.Session()
        self._session.verify = local.ca_certificate
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {local.access_token}"
        self._deploy()
        [permission_set] = self.query("SELECT Id FROM PermissionSet WHERE Name = 'Gift_Integration'")
        [user] = self.query(f"SELECT Id FROM User WHERE Username = '{ADMIN}'")  # noqa: S608 - our own constant
        self.create("PermissionSetAssignment", PermissionSetId=permission_set["Id"], AssigneeId=user["Id"])

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Any REST call below /services/data/vXX.X/; the answer's JSON."""
        answer = self._session.request(method, f"{self._data}/{path}", timeout=60, **arguments)
        answer.raise_for_status()
        return answer.json()

    def call_plain(self, method: str, path: str, **arguments: Any) -> None:
        """A REST call that is answered without a body."""
        answer = self._session.request(method, f"{self._data}/{path}", timeout=60, **arguments)
        answer.raise_for_status()

    def control(self, method: str, path: str, **wishes: Any) -> Any:
        """What no client could do: the local org's control side."""
        url = f"{self.local.base_url}/_control/{path}"
        answer = self._session.request(method, url, json=wishes or None, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def log_in_again(self) -> None:
        """Sessions may have been expired."""
        token = self.control("POST", "sessions", username=ADMIN)["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def query(self, soql: str) -> list[dict[str, Any]]:
        answer = self._session.get(f"{self._data}/query", params={"q": soql}, timeout=10)
        answer.raise_for_status()
        return list(answer.json()["records"])

    def create(self, sobject: str, **fields: Any) -> str:
        answer = self._session.post(f"{self._data}/sobjects/{sobject}", json=fields, timeout=10)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def merge(self, sobject: str, master: str, merged: str) -> None:
        """As a person does it in the org: the merged record lives on in the master."""
        record = f"<masterRecord><type>{sobject}</type><Id>{master}</Id></masterRecord>"
        request = f"<request>{record}<recordToMergeIds>{merged}</recordToMergeIds></request>"
        answer = self._soap("u", "urn:partner.soap.sforce.com", f"<merge>{request}</merge>")
        assert "<success>true</success>" in answer, answer

    def campaign_of_contacts(self, members: int) -> str:
        """A campaign with so many contacts."""
        campaign_id = self.create("Campaign", Name=secrets.token_hex(4), IsActive=True)
        people = [
            {"FirstName": "Ada", "LastName": "Byron", "Email": f"ada{number}@many.example"}
            for number in range(members)
        ]
        contacts = self._create_many("Contact", people)
        self._create_many(
            "CampaignMember",
            [{"CampaignId": campaign_id, "ContactId": contact} for contact in contacts],
        )
        return campaign_id

    def _create_many(self, sobject: str, records: list[dict[str, Any]]) -> list[str]:
        typed = [{"attributes": {"type": sobject}, **record} for record in records]
        answers = [
            self.call("POST", "composite/sobjects", json={"records": typed[start : start + 200]})
            for start in range(0, len(typed), 200)
        ]
        assert all(result["success"] for answer in answers for result in answer)
        return [result["id"] for answer in answers for result in answer]

    def campaign(self) -> str:
        """A campaign with as many contacts as leads."""
        name = secrets.token_hex(4)
        campaign_id = self.create("Campaign", Name=name, IsActive=True)
        for number in range(MEMBERS // 2):
            contact = self.create(
                "Contact", FirstName="Ada", LastName="Byron", Email=f"ada{number}@{name}.example"
            )
            lead = self.create(
                "Lead",
                FirstName="Alan",
                LastName="Turing",
                Company="ACE",
                Email=f"alan{number}@{name}.example",
            )
            self.create("CampaignMember", CampaignId=campaign_id, ContactId=contact)
            self.create("CampaignMember", CampaignId=campaign_id, LeadId=lead)
        return campaign_id

    @property
    def _data(self) -> str:
        return f"{self.local.base_url}/services/data/v{API_VERSION}"

    def _deploy(self) -> None:
        content = base64.b64encode(package_zip()).decode()
        options = "<DeployOptions><rollbackOnError>true</rollbackOnError></DeployOptions>"
        answer = self._metadata(f"<deploy><ZipFile>{content}</ZipFile>{options}</deploy>")
        job = re.search(r"<id>(\w+)</id>", answer)
        assert job is not None, answer
        result = self._metadata(
            f"<checkDeployStatus><asyncProcessId>{job[1]}</asyncProcessId>"
            "<includeDetails>true</includeDetails></checkDeployStatus>"
        )
        assert "<status>Succeeded</status>" in result, re.findall(r"<problem>.*?</problem>", result)

    def _metadata(self, body: str) -> str:
        return self._soap("m", "http://soap.sforce.com/2006/04/metadata", body)

    def _soap(self, service: str, namespace: str, body: str) -> str:
        session = f"<SessionHeader><sessionId>{self.local.access_token}</sessionId></SessionHeader>"
        envelope = (
            f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="{namespace}">'
            f"<e:Header>{session}</e:Header><e:Body>{body}</e:Body></e:Envelope>"
        )
        headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
        url = f"{self.local.base_url}/services/Soap/{service}/{API_VERSION}"
        return self._session.post(url, data=envelope, headers=headers, timeout=30).text


@dataclass
class Stand:
    """One campaign between the two ends, and a connector of its own."""

    org: OrgSide
    platform: RunningPlatform
    settings: Settings
    campaign_id: str
    gift_campaign_id: str
    log_file: str
    process: ForkServerProcess | None = None
    patience_seconds: float = PATIENCE_SECONDS

    def start(self, step: str = "", times: int = 1) -> None:
        """Start the connector; it kills itself when the step is reported for the n-th time."""
        arguments = (self.settings, step, times, self.log_file)
        self.process = _FORKS.Process(target=run_connector, args=arguments, daemon=True)
        self.process.start()

    def run_until_killed(self) -> None:
        """Let recipients and carriers do their part until the connector has killed itself."""
        assert self.process is not None
        self._until(lambda: self._push_on() or not self.running, "the connector never got to the step")
        self.process.join()
        assert self.process.exitcode == -signal.SIGKILL

    def run_until_home(self) -> None:
        """Until every gift is delivered and told to Salesforce."""
        self._until(lambda: self._push_on() or self._home(), "the gifts did not come home")

    def kill(self) -> None:
        """End the connector without ceremony."""
        if self.process is not None:
            self.process.kill()
            self.process.join()

    def stop(self) -> int | None:
        """Ask it to stop, as an operator does; its exit code."""
        assert self.process is not None
        self.process.terminate()
        self.process.join(PATIENCE_SECONDS)
        return self.process.exitcode

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def created(self) -> list[str]:
        """E-mail address of each gift made for this campaign, twice where it was made twice."""
        gifts = self.platform.platform.gifts
        found = [gifts.get(key) for key in gifts.matching({"campaign_id": self.gift_campaign_id})]
        return sorted(gift["recipient"]["email"] for gift in found if gift is not None)

    def tasks(self) -> Counter[tuple[str, str]]:
        """How often each subject stands on the timeline of each person of this campaign."""
        people = {gift["Contact__c"] or gift["Lead__c"] for gift in self.gifts()}
        rows = self.org.query("SELECT Subject, WhoId FROM Task")
        return Counter((row["WhoId"], row["Subject"]) for row in rows if row["WhoId"] in people)

    def gifts(self) -> list[dict[str, Any]]:
        return self.org.query(
            "SELECT Id, Order_Status__c, Contact__c, Lead__c FROM Gift__c "  # noqa: S608 - an Id of the org
            f"WHERE Campaign__c = '{self.campaign_id}'"
        )

    def member_statuses(self) -> list[str]:
        rows = self.org.query(
            f"SELECT Status FROM CampaignMember WHERE CampaignId = '{self.campaign_id}'"  # noqa: S608 - an Id
        )
        return [row["Status"] for row in rows]

    def lifetime_costs(self) -> list[float]:
        ids = "', '".join(gift["Contact__c"] or gift["Lead__c"] for gift in self.gifts())
        rows = [
            row
            for sobject in ("Contact", "Lead")
            for row in self.org.query(
                f"SELECT Lifetime_Gifting_Cost__c FROM {sobject} WHERE Id IN ('{ids}')"  # noqa: S608 - Ids
            )
        ]
        return [row["Lifetime_Gifting_Cost__c"] for row in rows]

    def _push_on(self) -> bool:
        """Once all gifts are made, they are claimed, shipped and delivered. Never the end of waiting."""
        if len(self.created()) >= MEMBERS:
            self.platform.control("gifts/complete", campaign_id=self.gift_campaign_id)
        return False

    def _home(self) -> bool:
        delivered = [gift["Order_Status__c"] for gift in self.gifts()] == ["Delivered"] * MEMBERS
        return (
            delivered
            and self.member_statuses() == ["Completed"] * MEMBERS
            and sum(self.tasks().values()) >= 18
        )

    def _until(self, done: Callable[[], bool], otherwise: str) -> None:
        give_up = time.monotonic() + self.patience_seconds
        while not done():
            assert time.monotonic() < give_up, f"{otherwise}\n{Path(self.log_file).read_text()[-4000:]}"
            time.sleep(0.05)


@contextmanager
def both_ends() -> Iterator[tuple[OrgSide, RunningPlatform]]:
    with start_local_org() as local, running_platform() as platform:
        yield OrgSide(local), platform


def new_stand(
    org: OrgSide, platform: RunningPlatform, directory: Path, *, campaign_id: str = "", **wishes: Any
) -> Stand:
    """A campaign mapped to a gift campaign of its own, and webhooks that go to this connector.

    campaign_id: instead of a new campaign of six. wishes: settings other than a quick test's.
    """
    platform.control("reset")
    platform.control("settings", **_IMPATIENT_WEBHOOKS)
    port = _free_port()
    chosen: dict[str, Any] = {
        "data_dir": directory,
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "allow_loopback": True,
        "ca_file": Path(org.local.ca_certificate),
        "in_flight_seconds": 0.3,
        "write_back_seconds": 0.1,
        "sweep_seconds": 0.2,
        **wishes,
    }
    settings = Settings(**chosen)
    made = platform.control("campaigns", name=directory.name)
    stand = Stand(org, platform, settings, campaign_id or org.campaign(), made["id"], str(directory / "log"))
    secret = secrets.token_hex(16)
    platform.control(
        "webhooks/endpoints", url=f"{settings.public_url}/webhooks/andopen/{ACCOUNT}", secret=secret
    )
    _set_up(stand, secret)
    return stand


def _set_up(stand: Stand, secret: str) -> None:
    """What an administrator does with `connector init`, `connect`, `provider add` and `map`."""
    make_key_file(stand.settings.key_file)
    container = Container(stand.settings)
    container.sql_store.upgrade()
    container.engine.prepare()
    local = stand.org.local
    identity = container.connect_org(
        OrgConnection(
            instance_url=local.instance_url,
            login_url=local.instance_url,
            consumer_key=local.ci_app.consumer_key,
            username=ADMIN,
            private_key_pem=local.ci_app.private_key,
        )
    )
    with container.store.write() as unit:
        unit.connections.save_account(
            ProviderAccount(
                account_id=ACCOUNT,
                provider="andopen",
                base_url=stand.platform.base_url,
                token=stand.platform.token,
                webhook_secret=secret,
            )
        )
    container.link_campaign(
        WantedGift(account_id=ACCOUNT, gift_campaign_id=stand.gift_campaign_id, value=Money(2500, "EUR")),
        org_id=identity.org_id,
        campaign=stand.campaign_id,
    )
    container.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
