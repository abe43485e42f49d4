"""Disconnect an org: tokens are revoked, syncs stop, gifts are held or called off, the ledger stays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from connector.domain.connections import OrgConnection
from connector.errors import ConfigurationError, ConnectorError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.held_gifts import call_off_all, hold_all
from connector.services.sign_in.sign_in import client_app
from connector.services.sign_in.web_flow import OpenAuthorizationServer
from connector.services.storage.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class DisconnectOrg:
    """sign_out: ends the access token that this process holds of an org connected over JWT bearer."""

    store: Store
    open_authorization_server: OpenAuthorizationServer
    sign_out: Callable[[OrgConnection], None]
    clock: Clock

    def __call__(self, org_id: str, *, actor: str, call_off: bool = False) -> int:
        """How many tokens Salesforce was asked to end. Everybody of the org is signed out here as well.

        call_off: whether gifts that have not left are called off; else they are sent once the org is
        connected again.

        Here it is over at once; a revocation that fails is logged, and the token ends by itself.
        Raises ConfigurationError where the org is not connected.
        """
        with self.store.write() as unit:
            org = unit.connections.org(org_id)
            if org is None:
                raise ConfigurationError(f"Org {org_id} is not connected", code="unknown_org")
            tokens = unit.org_tokens.get(org_id)
            people = [session.tokens for session in unit.portal_sessions.of_org(org_id) if session.tokens]
            stopped = [link for link in unit.links.all() if link.org_id == org_id and link.enabled]
            for link in stopped:
                unit.links.save(replace(link, enabled=False))
            unit.portal_sessions.end_all(org_id)
            unit.org_tokens.drop(org_id)
            unit.org_troubles.clear(org_id)
            unit.connection_drafts.drop(org_id)
            unit.connections.remove_org(org_id)
            gifts = call_off_all(unit, org_id, now=self.clock()) if call_off else hold_all(unit, org_id)
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action="org.disconnected",
                subject=org_id,
                details={
                    "links_stopped": [link.link_id for link in stopped],
                    "gifts_called_off" if call_off else "gifts_held": gifts,
                },
            )
        to_end = [person.refresh_token or person.access_token for person in people]
        if tokens is not None:
            to_end.append(tokens.refresh_token)
        self._end(org, to_end)
        return len(to_end)

    def _end(self, org: OrgConnection, tokens: list[str]) -> None:
        """Each by itself: a token that Salesforce does not take back leaves no other alive."""
        revoke = partial(self._revoke, org)
        for end in (*(partial(revoke, token) for token in tokens), partial(self.sign_out, org)):
            try:
                end()
            except ConnectorError as error:
                log.warning("token_not_revoked", org_id=org.org_id, code=error.code)

    def _revoke(self, org: OrgConnection, token: str) -> None:
        self.open_authorization_server(client_app(org)).revoke(token)
