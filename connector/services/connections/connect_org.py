"""Connect an org: try the credentials, learn who we are there, keep them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connector.domain.audit import COMMAND_LINE
from connector.domain.connections import ConnectionMode, OrgConnection, OrgTokens
from connector.errors import CallerError
from connector.ports import Clock, OrgIdentity, SalesforceOrg
from connector.services.audit import record
from connector.services.gifts.held_gifts import release_all
from connector.services.storage.store import Store, Unit


@dataclass(frozen=True)
class ConnectOrg:
    """Over JWT bearer. open_connection: a client for credentials that are not stored yet."""

    store: Store
    open_connection: Callable[[OrgConnection], SalesforceOrg]
    clock: Clock

    def __call__(
        self, draft: OrgConnection, *, actor: str = COMMAND_LINE, only_org_id: str = ""
    ) -> OrgIdentity:
        """only_org_id: the one org that may answer; "" for any.

        Raises AuthenticationFailed and its kin, with the remedy; nothing is kept then.
        """
        identity = self.open_connection(draft).identity()
        connected = connection_of(draft, identity, only_org_id=only_org_id)
        with self.store.write() as unit:
            keep_connection(unit, connected, self.clock, actor=actor)
            unit.org_tokens.drop(connected.org_id)
        return identity


def connection_of(draft: OrgConnection, identity: OrgIdentity, *, only_org_id: str) -> OrgConnection:
    """What is to be kept. Raises CallerError where another org than the one meant answered."""
    if only_org_id and identity.org_id != only_org_id:
        raise CallerError(
            f"These are the credentials of another org ({identity.org_id}).",
            code="other_org",
            remedy="Enter those of your own org. An operator connects further orgs with a setup link.",
        )
    return replace(
        draft,
        org_id=identity.org_id,
        user_id=identity.user_id,
        username=identity.username or draft.username,
        api_version=identity.api_version,
        instance_url=identity.instance_url or draft.instance_url,
        scopes=identity.scopes or draft.scopes,
    )


def keep_connection(
    unit: Unit, connected: OrgConnection, clock: Clock, *, actor: str, tokens: OrgTokens | None = None
) -> None:
    """Within a write unit: the connection, its tokens, the end of its trouble, and a line in the log.

    Gifts that were held because the org was disconnected are planned anew.
    """
    unit.connections.save_org(connected)
    released = release_all(unit, connected.org_id, now=clock())
    if tokens is not None:
        unit.org_tokens.put(connected.org_id, tokens)
    unit.org_troubles.clear(connected.org_id)
    details: dict[str, str | int] = {"mode": connected.mode.value, "user_id": connected.user_id}
    if connected.mode is ConnectionMode.JWT and connected.certificate_ends_at:
        details["certificate_ends_at"] = connected.certificate_ends_at.date().isoformat()
    if released:
        details["gifts_released"] = released
    record(
        unit,
        clock(),
        org_id=connected.org_id,
        actor=actor,
        action="org.connected",
        subject=connected.org_id,
        details=details,
    )
