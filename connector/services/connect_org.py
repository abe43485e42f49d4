"""Connect an org: try the credentials, learn who we are there, keep them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from connector.domain.connections import OrgConnection
from connector.ports import OrgIdentity, SalesforceOrg
from connector.services.storage import Store


@dataclass(frozen=True)
class ConnectOrg:
    """open_connection: a client for credentials that are not stored yet."""

    store: Store
    open_connection: Callable[[OrgConnection], SalesforceOrg]

    def __call__(self, draft: OrgConnection) -> OrgIdentity:
        """Raises AuthenticationFailed and its kin, with the remedy; nothing is kept then."""
        identity = self.open_connection(draft).identity()
        connected = replace(
            draft,
            org_id=identity.org_id,
            user_id=identity.user_id,
            api_version=identity.api_version,
            instance_url=identity.instance_url or draft.instance_url,
        )
        with self.store.write() as unit:
            unit.connections.save_org(connected)
        return identity
