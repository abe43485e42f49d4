"""Access tokens of an org that was connected in a browser, shared by all threads, workers and machines."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from connector.adapters.salesforce.oauth import AccessGrant
from connector.adapters.salesforce.renewal import Renewal
from connector.domain.connections import OrgConnection, OrgTokens
from connector.errors import AuthenticationFailed
from connector.ports import Clock
from connector.services.sign_in.sign_in import client_app
from connector.services.sign_in.web_flow import OpenAuthorizationServer
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 90.0


@dataclass
class SharedTokenAuthorizer:
    """Authorizer of one org. Hands out the shared token, and another once that was refused.

    checkpoint: told "asking", "answered" and "kept" while a refresh is under way, for tests of crashes.
    """

    store: Store
    org: OrgConnection
    open_authorization_server: OpenAuthorizationServer
    clock: Clock
    sleep: Callable[[float], None] = time.sleep
    patience_seconds: float = PATIENCE_SECONDS
    checkpoint: Callable[[str], None] = lambda _step: None
    _handed_out: str = field(default="", repr=False)

    def authorize(self) -> AccessGrant:
        """Raises AuthenticationFailed where somebody must connect the org again.

        Raises TemporaryError where another has been refreshing for too long.
        """
        renewal = Renewal(
            store=self.store,
            clock=self.clock,
            lease=f"refresh:{self.org.org_id}",
            patience_seconds=self.patience_seconds,
            sleep=self.sleep,
        )
        tokens = renewal(self._kept_anew, self._refreshed)
        self._handed_out = tokens.access_token
        return AccessGrant(tokens.access_token, tokens.instance_url)

    def _kept_anew(self) -> OrgTokens | None:
        tokens = self._kept()
        return tokens if tokens.access_token != self._handed_out else None

    def _refreshed(self) -> OrgTokens:
        old = self._kept()
        self.checkpoint("asking")
        answer = self.open_authorization_server(client_app(self.org)).refresh(old.refresh_token)
        self.checkpoint("answered")
        new = OrgTokens(
            access_token=answer.access_token,
            refresh_token=answer.refresh_token or old.refresh_token,
            instance_url=answer.instance_url,
            obtained_at=self.clock(),
        )
        with self.store.write() as unit:
            kept = unit.org_tokens.exchange(self.org.org_id, old, new)
        self.checkpoint("kept")
        log.info("org_access_renewed", org_id=self.org.org_id, rotated=bool(answer.refresh_token), kept=kept)
        # Not kept: the org was connected anew meanwhile, and those tokens are the ones that live on.
        return new if kept else self._kept()

    def _kept(self) -> OrgTokens:
        with self.store.read() as unit:
            tokens = unit.org_tokens.get(self.org.org_id)
        if tokens is None:
            raise AuthenticationFailed(
                f"Org {self.org.org_id} has not allowed access",
                code="no_tokens",
                remedy="Integrations, Salesforce, Re-authenticate.",
            )
        return tokens
