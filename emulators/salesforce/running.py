"""A local org with everything around it: certificates, CI app, database, listener."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from emulators.salesforce.app import create_app
from emulators.salesforce.ci_app import ADMIN_USERNAME, CiApp, ensure_ci_app
from emulators.salesforce.host import EXTENSION, Host
from emulators.salesforce.middleware import PATH_FORMS
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.org import Org, utc_now
from emulators.salesforce.proxy import ConnectProxy
from emulators.salesforce.server import TlsServer
from emulators.salesforce.store.snapshots import Snapshots
from emulators.salesforce.tls import Certificates, ensure_certificates


class RunningOrg:
    """Serves between `with` and its end.

    directory: keeps certificates and the CI app's key, and with persistent=True the org itself.
    full: whether a fresh org describes the standard objects that nothing here models as well.
    proxy_port: where the CONNECT proxy listens, 0 for a free port; None for no proxy.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int = 0,
        proxy_port: int | None = None,
        persistent: bool = True,
        full: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.certificates: Certificates = ensure_certificates(directory / "tls")
        self.ci_app: CiApp = ensure_ci_app(directory / "ci")
        self.org = Org.create(directory / "org.sqlite" if persistent else None, clock=clock, full=full)
        self.app = create_app(self.org)
        host: Host = self.app.extensions[EXTENSION]
        self._host = host
        host.clients.register_ci_app(self.ci_app.consumer_key, self.ci_app.certificate, ADMIN_USERNAME)
        self._snapshots = host.snapshots = Snapshots(directory / "snapshots")
        if self.org.is_new:
            host.keep_fresh()
        self._server = TlsServer(self.app, self.certificates, port=port)
        self._proxy_port = proxy_port
        self.proxy: ConnectProxy | None = None
        self._closing = ExitStack()

    @property
    def base_url(self) -> str:
        """The plain address, https://localhost:<port>; the shape for sf and for the connector."""
        return f"https://localhost:{self._server.port}"

    @property
    def instance_url(self) -> str:
        """The path form, from which CumulusCI derives a usable Lightning address."""
        return self.base_url + PATH_FORMS[0]

    def start_session(self, username: str = ADMIN_USERNAME) -> str:
        """An access token for a user, without a client app. Raises LookupError for an unknown one."""
        with self.org.lock:
            user = self.org.user(username)
            if user is None:
                raise LookupError(username)
            return self._host.sessions.start(user.id)

    def register_client(self, settings: dict[str, Any]) -> Client:
        """A client app with settings as oauth.clients.Client names them; name is needed."""
        with self.org.lock:
            return self._host.clients.register_new(settings)

    def reset(self) -> None:
        """Back to a fresh org; every session ends."""
        with self.org.lock:
            self._host.reset()

    def restore(self, name: str) -> None:
        """Back to what was kept under a name."""
        with self.org.lock:
            self._host.restore(name)

    @property
    def snapshots(self) -> Snapshots:
        """The kept contents; hold the org's lock while using them."""
        return self._snapshots

    def __enter__(self) -> Self:
        self._closing.callback(self._host.close)
        try:
            self._serve()
        except OSError:
            self._closing.close()
            raise
        return self

    def _serve(self) -> None:
        self._server.start()
        self._closing.callback(self._server.stop)
        self._closing.callback(self._host.faults.clear)
        if self._proxy_port is not None:
            self.proxy = self._closing.enter_context(ConnectProxy(self._server.port, port=self._proxy_port))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
