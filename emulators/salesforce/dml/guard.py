"""May this user write this kind of record at all?"""

from emulators.salesforce.dml.operations import OperationKind
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import OrgUser

_CAMPAIGN_OBJECTS = {"Campaign", "CampaignMember", "CampaignMemberStatus"}


class Guard:
    """Object permissions, asked once for each kind of write. access: None lets everything pass."""

    def __init__(self, user: OrgUser, access: Access | None) -> None:
        self._user = user
        self._access = access
        self._allowed: set[tuple[OperationKind, str]] = set()

    def sees(self, sobject: SObjectType) -> bool:
        return self._access is None or self._access.readable(sobject)

    def require(self, kind: OperationKind, sobject: SObjectType) -> None:
        """Raises CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY or INSUFFICIENT_ACCESS_OR_READONLY."""
        asked = (kind, sobject.name)
        if self._access is None or asked in self._allowed:
            return
        if not self._possible(kind, sobject):
            raise _impossible(kind, sobject)
        if not self._permitted(self._access, kind, sobject):
            raise _impossible(kind, sobject) if kind is OperationKind.INSERT else _insufficient()
        self._allowed.add(asked)

    def _possible(self, kind: OperationKind, sobject: SObjectType) -> bool:
        if sobject.name in _CAMPAIGN_OBJECTS and not self._user.marketing:
            return False
        if kind is OperationKind.INSERT:
            return sobject.createable
        return sobject.deletable if kind is OperationKind.DELETE else sobject.updateable

    @staticmethod
    def _permitted(access: Access, kind: OperationKind, sobject: SObjectType) -> bool:
        if kind is OperationKind.INSERT:
            return access.creatable(sobject)
        return access.deletable(sobject) if kind is OperationKind.DELETE else access.editable(sobject)


def _impossible(kind: OperationKind, sobject: SObjectType) -> SalesforceError:
    verb = {OperationKind.INSERT: "inserted", OperationKind.DELETE: "deleted"}.get(kind, "updated")
    message = f"entity type cannot be {verb}: {sobject.label}"
    return SalesforceError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message)


def _insufficient() -> SalesforceError:
    return SalesforceError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", 403)
