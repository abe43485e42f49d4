"""What the parts of DML ask of the writes that are under way, so that none needs the engine itself."""

from collections.abc import Mapping
from typing import Any, Protocol

from emulators.salesforce.dml.plan import Row, WritePlan
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser


class Writing(Protocol):
    """Writes for one user, for the length of one request or batch.

    access: None where nothing is checked. now, today: of the moment it was made, as they are stored.
    actor_id: who is stamped as the one that wrote.
    """

    org: Org
    user: OrgUser
    access: Access | None
    now: str
    today: str
    actor_id: str

    def on_behalf_of_the_org(self) -> "Writing":
        """The same writes without checks of access, stamped with the same user and the same moment."""
        ...

    def afresh(self) -> "Writing":
        """Writes of the same user at the present moment, after the call that these belonged to."""
        ...

    def insert(self, sobject_name: str, values: Mapping[str, Any]) -> str:
        """Create a record and return its Id."""
        ...

    def update(self, sobject_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change a record. record_id: 15 or 18 characters."""
        ...

    def read(self, sobject_name: str, record_id: str) -> Row | None:
        """Stored values of a record that may be missing, for rules."""
        ...

    def require_record(self, sobject: SObjectType, record_id: str) -> Row:
        """The stored row. Raises MALFORMED_ID, INVALID_CROSS_REFERENCE_KEY or ENTITY_IS_DELETED."""
        ...

    def plan(self, sobject_name: str) -> WritePlan:
        """What may be written. Raises INVALID_TYPE for an object that does not exist for the user."""
        ...
