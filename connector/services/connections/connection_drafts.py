"""Connections that are being set up: what was typed in, and a key pair that Salesforce does not know yet."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from connector.domain.connections import ConnectionDraft, ConnectionMode, KeyPair, OrgConnection
from connector.errors import CallerError
from connector.ports import Clock, OrgIdentity
from connector.services.audit import record
from connector.services.connections.connect_org import ConnectOrg
from connector.services.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedIn:
    """What a person typed in. consumer_secret: empty where the kept one is to stay."""

    org_url: str
    consumer_key: str
    consumer_secret: str = ""
    username: str = ""
    without_secret: bool = False


@dataclass(frozen=True)
class ConnectionDrafts:
    """One draft for each org, and one for the operator, whose org is not known yet (org_id "").

    accepted_url: checks an org's address; raises ConfigurationError.
    """

    store: Store
    make_key_pair: Callable[[datetime], KeyPair]
    accepted_url: Callable[[str], str]
    connect_org: ConnectOrg
    clock: Clock

    def of(self, org_id: str) -> ConnectionDraft:
        """The draft; where there is none, one that begins with what is connected."""
        with self.store.read() as unit:
            draft = unit.connection_drafts.get(org_id)
            org = unit.connections.org(org_id) if org_id else None
        if draft is not None:
            return draft
        if org is None:
            return ConnectionDraft(org_id=org_id)
        return ConnectionDraft(
            org_id=org_id,
            org_url=org.login_url,
            consumer_key=org.consumer_key,
            consumer_secret=org.consumer_secret,
            username=org.username,
        )

    def new_certificate(self, org_id: str, *, actor: str) -> ConnectionDraft:
        """A new key pair in the draft. What is connected goes on with its own until the new one works."""
        pair = self.make_key_pair(self.clock())
        draft = replace(
            self.of(org_id),
            private_key_pem=pair.private_key_pem,
            certificate_pem=pair.certificate_pem,
            certificate_ends_at=pair.ends_at,
        )
        with self.store.write() as unit:
            unit.connection_drafts.put(draft)
            record(
                unit,
                self.clock(),
                org_id=org_id,
                actor=actor,
                action="certificate.made",
                details={"ends_at": pair.ends_at.date().isoformat()},
            )
        return draft

    def keep(self, org_id: str, typed: TypedIn) -> ConnectionDraft:
        """Remember what was typed in. Raises ConfigurationError for an address that is not Salesforce's."""
        known = self.of(org_id)
        secret = "" if typed.without_secret else typed.consumer_secret.strip() or known.consumer_secret
        draft = replace(
            known,
            org_url=self.accepted_url(typed.org_url),
            consumer_key=typed.consumer_key.strip(),
            consumer_secret=secret,
            username=typed.username.strip() or known.username,
        )
        with self.store.write() as unit:
            unit.connection_drafts.put(draft)
        return draft

    def connect(
        self, org_id: str, *, actor: str, adjusted: Callable[[OrgConnection], OrgConnection] | None = None
    ) -> OrgIdentity:
        """Try the draft over JWT bearer and put it in place of what is connected.

        adjusted: what is known of the connection besides the draft, such as a key that was made elsewhere.

        Raises CallerError without a key pair, AuthenticationFailed and its kin from Salesforce; the old
        connection stays then, and so does the draft.
        """
        connection = self.connection(org_id, ConnectionMode.JWT)
        if adjusted is not None:
            connection = adjusted(connection)
        if not connection.private_key_pem:
            raise CallerError(
                "There is no certificate yet", code="no_certificate", remedy="Make a certificate first."
            )
        identity = self.connect_org(connection, actor=actor, only_org_id=org_id)
        self.drop(org_id)
        return identity

    def connection(self, org_id: str, mode: ConnectionMode) -> OrgConnection:
        """The draft as a connection that can be tried. A key pair of what is connected stays with it."""
        draft = self.of(org_id)
        with self.store.read() as unit:
            org = unit.connections.org(org_id) if org_id else None
        key, certificate, ends_at = draft.private_key_pem, draft.certificate_pem, draft.certificate_ends_at
        if not key and org is not None:
            key, certificate, ends_at = org.private_key_pem, org.certificate_pem, org.certificate_ends_at
        return OrgConnection(
            instance_url=draft.org_url,
            login_url=draft.org_url,
            consumer_key=draft.consumer_key,
            consumer_secret=draft.consumer_secret,
            username=draft.username,
            private_key_pem=key,
            certificate_pem=certificate,
            certificate_ends_at=ends_at,
            mode=mode,
        )

    def drop(self, org_id: str) -> None:
        """What it was for is done, or given up."""
        with self.store.write() as unit:
            unit.connection_drafts.drop(org_id)
