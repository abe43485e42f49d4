"""Access tokens of an org that was connected in a browser, shared by all threads, workers and machines.

Where the app rotates refresh tokens, each is good once: used a second time it ends the connection for good.
So one alone refreshes an org at a time, under a lease in the store; what it got is kept before anybody uses
it; and whoever waited takes that over. A holder that died leaves its lease behind, which is free again when
its request must have ended. Source:
https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_refresh_token_rotation.htm
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from connector.adapters.salesforce.oauth import AccessGrant
from connector.domain.connections import OrgConnection, OrgTokens
from connector.errors import AuthenticationFailed, TemporaryError
from connector.ports import Clock
from connector.services.leases import Leases
from connector.services.sign_in import client_app
from connector.services.storage import Store
from connector.services.web_flow import OpenAuthorizationServer
from connector.services.worker import Patience, Worker

log = structlog.get_logger(__name__)

# Longer than the slowest refresh: connecting is tried three times for 5 s, the answer is waited for 30 s at
# most.
LEASE_SECONDS = 60.0
PATIENCE_SECONDS = 90.0
_LOOK_AGAIN_SECONDS = 0.2


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
        waited_seconds = 0.0
        while True:
            tokens = self._kept()
            if tokens.access_token != self._handed_out:
                return self._hand_out(tokens)
            leases = self._leases()
            if leases.take(self._lease_name, seconds=LEASE_SECONDS):
                try:
                    return self._hand_out(self._refreshed())
                finally:
                    leases.release(self._lease_name)
            if waited_seconds >= self.patience_seconds:
                raise TemporaryError(
                    f"Another worker has been renewing the access to org {self.org.org_id} for too long",
                    code="refresh_elsewhere",
                )
            self.sleep(_LOOK_AGAIN_SECONDS)
            waited_seconds += _LOOK_AGAIN_SECONDS

    @property
    def _lease_name(self) -> str:
        return f"refresh:{self.org.org_id}"

    def _leases(self) -> Leases:
        """Of this attempt alone: threads of one worker exclude each other just as workers do."""
        nobody_else = Worker(f"refresh-{uuid4().hex[:12]}", "1", self.clock())
        return Leases(self.store, self.clock, nobody_else, Patience(in_flight_seconds=0))

    def _refreshed(self) -> OrgTokens:
        """Under the lease. Somebody may have refreshed just before it was ours."""
        old = self._kept()
        if old.access_token != self._handed_out:
            return old
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

    def _hand_out(self, tokens: OrgTokens) -> AccessGrant:
        self._handed_out = tokens.access_token
        return AccessGrant(tokens.access_token, tokens.instance_url)
