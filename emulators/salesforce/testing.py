"""The local org inside a test: a real TLS server in a thread, gone when the block ends.

    with start_local_org() as local:
        requests.get(f"{local.base_url}/services/data/v66.0/limits",
                     headers={"Authorization": f"Bearer {local.access_token}"},
                     verify=local.ca_bundle, timeout=10)

`LocalOrg` is what the block gets: addresses, trust, a token of the administrator, and the org itself to look
into (hold `org.lock` while doing so). `login(username)` gives a token of another user. The CI app signs JWT
bearer assertions for admin@local.example, in any test that wants to log in the long way;
`register_client` makes further apps. Every seeded user's password is oauth.passwords.SEEDED_PASSWORD.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from emulators.salesforce.ci_app import CiApp
from emulators.salesforce.environment import client_environment
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.org import Org, utc_now
from emulators.salesforce.running import RunningOrg


@dataclass(slots=True)
class LocalOrg:
    """A local org that answers.

    base_url: https://localhost:<port>. instance_url: the same org under its path form.
    ca_bundle: PEM file of the public CAs and the org's own, for `verify=` and REQUESTS_CA_BUNDLE.
    ca_certificate: PEM file of the org's own CA alone, for NODE_EXTRA_CA_CERTS.
    access_token: a session of admin@local.example; `reset` makes a new one.
    proxy_url: for HTTPS_PROXY, when the block asked for a proxy; else empty.
    """

    base_url: str
    instance_url: str
    ca_bundle: str
    ca_certificate: str
    access_token: str
    org: Org
    ci_app: CiApp
    _running: RunningOrg
    proxy_url: str = ""

    def login(self, username: str) -> str:
        """A session of another user. Raises LookupError for an unknown one."""
        return self._running.start_session(username)

    def register_client(self, name: str, **settings: Any) -> Client:
        """A client app; settings as oauth.clients.Client names them, such as callback_urls."""
        return self._running.register_client({"name": name, **settings})

    def environment(self) -> dict[str, str]:
        """Variables for clients in other processes."""
        return client_environment(
            self.base_url,
            self.ci_app,
            bundle=Path(self.ca_bundle),
            authority=Path(self.ca_certificate),
        )

    def wait_for_background(self, timeout_seconds: float = 30.0) -> bool:
        """Until the asynchronous paths of flows have run; False when that takes longer."""
        return self.org.background.wait(timeout_seconds)

    def reset(self) -> None:
        """Back to a fresh org, with a new administrator's session."""
        self._running.reset()
        self.access_token = self._running.start_session()

    def save(self, name: str) -> None:
        """Keep what the org holds now under a name."""
        with self.org.lock:
            self._running.snapshots.save(name, self.org)

    def restore(self, name: str) -> None:
        """Back to what was kept, with a new administrator's session."""
        self._running.restore(name)
        self.access_token = self._running.start_session()


@contextmanager
def start_local_org(
    directory: Path | None = None,
    *,
    port: int = 0,
    proxy: bool = False,
    clock: Callable[[], datetime] = utc_now,
) -> Iterator[LocalOrg]:
    """Serve a local org for the length of a block.

    directory: where it persists; without one it lives in memory, its certificates in a temporary folder.
    port: 0 takes a free one. proxy: whether a CONNECT proxy stands before it, on a free port.
    clock: what the org takes for the time, aware.
    """
    with tempfile.TemporaryDirectory(prefix="localorg-") as temporary:
        running = RunningOrg(
            directory or Path(temporary),
            port=port,
            proxy_port=0 if proxy else None,
            persistent=directory is not None,
            clock=clock,
        )
        with running:
            yield LocalOrg(
                base_url=running.base_url,
                instance_url=running.instance_url,
                ca_bundle=str(running.certificates.bundle),
                ca_certificate=str(running.certificates.authority),
                access_token=running.start_session(),
                org=running.org,
                ci_app=running.ci_app,
                _running=running,
                proxy_url=running.proxy.url if running.proxy else "",
            )
