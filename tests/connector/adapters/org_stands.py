"""The other side of each SalesforceOrg, for the contract suite."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from connector.adapters.salesforce.connections import OrgSettings, connect
from connector.domain.connections import OrgConnection
from connector.errors import TemporaryError
from connector.ports import Clock, SalesforceOrg
from emulators.salesforce.testing import LocalOrg
from tests.connector.fakes import FakeSalesforceOrg, utc_now

ADMIN = "admin@local.example"


class FakeOrgStand:
    """The fake, which is its own other side."""

    def __init__(self) -> None:
        self.org = FakeSalesforceOrg()

    def lose_next_write_answer(self) -> None:
        self.org.lose_answers = 1

    def refuse_next_call(self) -> None:
        self.org.next_failures.append(TemporaryError("busy"))


class LocalOrgStand:
    """The adapter against the local org, over TLS, connected by JWT bearer."""

    def __init__(self, local: LocalOrg) -> None:
        self.local = local
        self.org = self.connect()

    def connect(
        self,
        *,
        floor_calls: int = 0,
        clock: Clock = utc_now,
        ca_bundle: str | None = None,
        bulk_query_above: int = 20_000,
        **changes: str,
    ) -> SalesforceOrg:
        """The same org again, with parts of the connection changed."""
        parts = {
            "instance_url": self.local.instance_url,
            "login_url": self.local.instance_url,
            "consumer_key": self.local.ci_app.consumer_key,
            "username": ADMIN,
            "private_key_pem": self.local.ci_app.private_key,
        }
        settings = OrgSettings(
            ca_bundle=self.local.ca_certificate if ca_bundle is None else ca_bundle,
            allow_loopback=True,
            floor_calls=floor_calls,
            bulk_query_above=bulk_query_above,
        )
        return connect(OrgConnection(**{**parts, **changes}), settings, clock)

    def fault(self, action: str, **order: Any) -> None:
        self.control("faults", path_prefix="/services/data", action=action, **order)

    def control(self, path: str, /, **wishes: Any) -> None:
        answer = self._ask(requests.post, path, json=wishes)
        answer.raise_for_status()

    def delete(self, sobject: str, record_id: str) -> None:
        """As somebody else does, to the recycle bin."""
        requests.delete(
            f"{self.local.instance_url}/services/data/v66.0/sobjects/{sobject}/{record_id}",
            headers={"Authorization": f"Bearer {self.local.login(ADMIN)}"},
            verify=self.local.ca_certificate,
            timeout=10,
        ).raise_for_status()

    def set_api_usage(self, used: int) -> None:
        self._ask(requests.put, "api-usage", json={"used": used}).raise_for_status()

    def api_calls(self) -> int:
        """Counted at the org."""
        return int(self._ask(requests.get, "api-usage").json()["used"])

    def lose_next_write_answer(self) -> None:
        self.fault("commit_then_reset", method="POST")

    def refuse_next_call(self) -> None:
        self.fault("answer", status=503, error_code="SERVER_UNAVAILABLE", method="POST")

    def _ask(self, verb: Callable[..., requests.Response], path: str, **arguments: Any) -> requests.Response:
        url = f"{self.local.base_url}/_control/{path}"
        return verb(url, verify=self.local.ca_certificate, timeout=10, **arguments)


def at(moment: str) -> datetime:
    """A moment of 2026 in UTC: at("05-01 12:00")."""
    return datetime.strptime(f"2026-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
