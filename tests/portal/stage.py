"""Local org, gifting platform and connector, all in this process, with people who can sign in."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from werkzeug.serving import make_server

from connector.app import Container
from connector.config import Settings
from connector.domain.connections import OrgConnection, ProviderAccount
from connector.running_worker import RunningWorker
from connector.secret_key import make_key_file
from connector.web.application import create_app
from demo.certificate import make_certificate
from demo.reps import REP, let_see_people
from demo.servers import free_port
from emulators.gifting.testing import RunningPlatform
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.testing import LocalOrg
from tests.connector.crash.stand import ADMIN, OrgSide

__all__ = ["ADMIN", "INTEGRATION", "REP", "PortalStage", "prepare_org"]

INTEGRATION = "integration@local.example"
ACCOUNT = "main"


def prepare_org(local: LocalOrg) -> OrgSide:
    """The package, an administrator who manages gifting, a rep who sends gifts, and the integration user."""
    side = OrgSide(local)
    grant(side, ADMIN, "Gift_Admin")
    let_see_people(side.create, user_id(side, REP))
    grant(side, REP, "Gift_User")
    grant(side, INTEGRATION, "Gift_Integration")
    return side


def grant(side: OrgSide, username: str, permission_set: str) -> None:
    """Assign a permission set."""
    [found] = side.query(f"SELECT Id FROM PermissionSet WHERE Name = '{permission_set}'")  # noqa: S608
    side.create("PermissionSetAssignment", PermissionSetId=found["Id"], AssigneeId=user_id(side, username))


def user_id(side: OrgSide, username: str) -> str:
    [user] = side.query(f"SELECT Id FROM User WHERE Username = '{username}'")  # noqa: S608
    return str(user["Id"])


class PortalStage:
    """A connector that serves at url, beside an org (side) and a platform."""

    def __init__(self, side: OrgSide, platform: RunningPlatform, directory: Path) -> None:
        self.side = side
        self.platform = platform
        self.directory = directory
        self.port = free_port(0)
        self.url = f"http://127.0.0.1:{self.port}"
        settings = Settings(
            data_dir=directory,
            port=self.port,
            public_url=self.url,
            allow_loopback=True,
            ca_file=Path(side.local.ca_bundle),
            write_back_seconds=0.1,
            sweep_seconds=0.2,
            schedule_seconds=0.5,
        )
        make_key_file(settings.key_file)
        self.container = Container(settings)
        self.container.sql_store.upgrade()
        self._worker: RunningWorker | None = None

    @cached_property
    def key_and_certificate(self) -> tuple[str, str]:
        """PEM of the connector's private key and of its certificate."""
        key, certificate = make_certificate(self.directory / "certificate")
        return key.read_text(), certificate.read_text()

    @cached_property
    def app(self) -> Client:
        """The client app, with the settings and policies that `configure_connector` gives the package's."""
        return self.side.local.register_client(
            f"Gift_Connector_{secrets.token_hex(4)}",
            certificate=self.key_and_certificate[1],
            callback_urls=[f"{self.url}/oauth/callback"],
            pkce_required=True,
            secret_required=False,
            scopes=frozenset({"Api", "OpenID", "RefreshToken"}),
            approved_permission_sets=frozenset({"Gift_Integration", "Gift_User", "Gift_Admin"}),
        )

    def connect_org(self) -> str:
        """Connect the org over JWT bearer as the integration user, as an operator would; its Id."""
        identity = self.container.connect_org(
            OrgConnection(
                instance_url=self.side.local.base_url,
                login_url=self.side.local.base_url,
                consumer_key=self.app.consumer_key,
                username=INTEGRATION,
                private_key_pem=self.key_and_certificate[0],
            )
        )
        return identity.org_id

    def orgs(self) -> list[OrgConnection]:
        """What is connected."""
        with self.container.store.read() as unit:
            return unit.connections.orgs()

    def connect_platform(self) -> str:
        """An account at the local gifting platform, whose webhooks come here; the Id of its gift campaign."""
        secret = secrets.token_urlsafe(24)
        self.container.connect_account(
            ProviderAccount(
                account_id=ACCOUNT,
                provider="andopen",
                base_url=self.platform.base_url,
                token=self.platform.token,
                webhook_secret=secret,
            )
        )
        webhooks = f"{self.url}/webhooks/andopen/{ACCOUNT}"
        self.platform.control("webhooks/endpoints", url=webhooks, secret=secret)
        return str(self.platform.control("campaigns", name="Thank you", product="Coffee box")["id"])

    @contextmanager
    def salesforce_away(self) -> Iterator[None]:
        """While the block runs, the org answers every call of its API as Salesforce does in maintenance."""
        order = {"path_prefix": "/services/data", "action": "answer", "status": 503, "times": 1_000}
        self.side.control("POST", "faults", **order)
        try:
            yield
        finally:
            self.side.control("DELETE", "faults")

    def start_worker(self) -> None:
        """Jobs run from now on, as in `connector run`."""
        self.container.engine.prepare()
        self._worker = RunningWorker(self.container)
        self._worker.start()

    @contextmanager
    def serving(self) -> Iterator[Self]:
        """While the block runs."""
        server = make_server("127.0.0.1", self.port, create_app(self.container), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            if self._worker is not None:
                self._worker.stop()
            server.shutdown()
            thread.join()
            server.server_close()
            self.container.close()
