"""What a user may read and write: object permissions and field-level security.

Permission sets grant, nothing withholds; a field or object that is not granted does not exist for its user.
Sharing between users is not modelled: who may read an object reads all its records.
"""

import sqlite3
from collections.abc import Iterable
from functools import cached_property

from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.security.assignments import held_ids
from emulators.salesforce.security.entities import readable_metadata_types
from emulators.salesforce.security.users import OrgUser

_READ, _CREATE, _EDIT, _DELETE = (
    "PermissionsRead",
    "PermissionsCreate",
    "PermissionsEdit",
    "PermissionsDelete",
)

# Everyone who may log in reads these; they are what clients ask before anything else.
_READABLE_BY_ALL = {
    "User",
    "Organization",
    "Profile",
    "PermissionSet",
    "PermissionSetAssignment",
    "UserRole",
    "Group",
    "RecordType",
    "TabDefinition",
    "CustomPermission",
    "SetupEntityAccess",
}
# Everyone reads activities; a user permission, not an object permission, lets write them.
_EDIT_ACTIVITY = {"Task": "PermissionsEditTask", "Event": "PermissionsEditEvent"}
# What Setup shows of flows is for those who may see Setup.
# Source: Object Reference, FlowDefinitionView and FlowVersionView, special access rules.
_SHOWN_IN_SETUP = {"FlowDefinitionView", "FlowVersionView"}
_VIEW_SETUP = "PermissionsViewSetup"
_DEPLOY = ("PermissionsModifyAllData", "PermissionsModifyMetadata")
_USER_PERMISSIONS = (
    *_EDIT_ACTIVITY.values(),
    _VIEW_SETUP,
    *_DEPLOY,
    "PermissionsConvertLeads",
    "PermissionsAllowViewEditConvertedLeads",
)
# Records of custom metadata types are granted type by type, with all their fields.
_METADATA_TYPE = "__mdt"
# A member is reached through its campaign and the person; statuses come with the campaign.
_FOLLOWS_CAMPAIGN = {"CampaignMember", "CampaignMemberStatus"}


class Access:
    """One user's rights, read from the permission sets when first asked.

    Made for one request: a deploy or an assignment in between is seen by the next one.
    """

    def __init__(self, org: Org, user: OrgUser) -> None:
        self._org = org
        self._user = user

    @property
    def unrestricted(self) -> bool:
        """True for administrators."""
        return self._user.is_admin

    @property
    def profile(self) -> str:
        """The name of the user's profile."""
        return self._user.profile

    def readable(self, sobject: SObjectType) -> bool:
        if self.unrestricted or sobject.name in _READABLE_BY_ALL or sobject.name in _EDIT_ACTIVITY:
            return True
        if sobject.custom_setting or (sobject.name in _SHOWN_IN_SETUP and self.permitted(_VIEW_SETUP)):
            return True
        if sobject.name.endswith(_METADATA_TYPE):
            return sobject.name in self._metadata_types
        if sobject.name == "CampaignMember":
            return self._granted("Campaign", _READ) and self._any_granted(("Contact", "Lead"), _READ)
        if sobject.name == "CampaignMemberStatus":
            return self._granted("Campaign", _READ) and self._user.marketing
        return self._granted(sobject.name, _READ)

    def creatable(self, sobject: SObjectType) -> bool:
        return self._writable(sobject, _CREATE)

    def editable(self, sobject: SObjectType) -> bool:
        return self._writable(sobject, _EDIT)

    def deletable(self, sobject: SObjectType) -> bool:
        return self._writable(sobject, _DELETE)

    def field_readable(self, sobject: SObjectType, field: Field) -> bool:
        if self.unrestricted or not self._guards(sobject, field):
            return self.readable(sobject)
        return (sobject.name, sobject.securing(field).name) in self._readable_fields

    def field_editable(self, sobject: SObjectType, field: Field) -> bool:
        if self.unrestricted or not self._guards(sobject, field):
            return True
        return (sobject.name, sobject.securing(field).name) in self._editable_fields

    def _writable(self, sobject: SObjectType, permission: str) -> bool:
        if self.unrestricted:
            return True
        if sobject.name in _EDIT_ACTIVITY:
            return _EDIT_ACTIVITY[sobject.name] in self._user_permissions
        if sobject.name in _FOLLOWS_CAMPAIGN:
            return self._user.marketing and self.readable(sobject)
        if sobject.name == "Campaign":
            return self._user.marketing and self._granted("Campaign", permission)
        return self._granted(sobject.name, permission)

    def permitted(self, permission: str) -> bool:
        """A user permission, such as PermissionsConvertLeads."""
        return self.unrestricted or permission in self._user_permissions

    @property
    def may_deploy(self) -> bool:
        """Whether the user may use the Metadata API. Source: Salesforce Help, Metadata API Edit Access."""
        return any(self.permitted(permission) for permission in _DEPLOY)

    @staticmethod
    def _guards(sobject: SObjectType, field: Field) -> bool:
        """Whether field permissions apply; set-up objects and members show their standard fields."""
        by_object = sobject.name in _READABLE_BY_ALL or sobject.name in _FOLLOWS_CAMPAIGN
        whole = bool(sobject.custom_setting) or sobject.name.endswith(_METADATA_TYPE)
        return field.permissionable and not (by_object and not field.custom) and not whole

    def _granted(self, sobject_name: str, permission: str) -> bool:
        return permission in self._object_grants.get(sobject_name, ())

    def _any_granted(self, sobject_names: Iterable[str], permission: str) -> bool:
        return any(self._granted(name, permission) for name in sobject_names)

    @cached_property
    def _object_grants(self) -> dict[str, set[str]]:
        grants: dict[str, set[str]] = {}
        rows = self._rows_of('SELECT * FROM "ObjectPermissions" WHERE "ParentId"')
        for row in rows:
            held = grants.setdefault(row["SobjectType"], set())
            held.update(p for p in (_READ, _CREATE, _EDIT, _DELETE) if row[p])
        return grants

    @cached_property
    def _metadata_types(self) -> frozenset[str]:
        return readable_metadata_types(self._org, self._user.id)

    @cached_property
    def _user_permissions(self) -> set[str]:
        rows = self._rows_of('SELECT * FROM "PermissionSet" WHERE "Id"')
        # An org that was made earlier does not know them all.
        known = [name for name in _USER_PERMISSIONS if rows and name in rows[0].keys()]  # noqa: SIM118 -- no dict
        return {name for row in rows for name in known if row[name]}

    @cached_property
    def _field_grants(self) -> list[tuple[str, str, bool, bool]]:
        rows = self._rows_of('SELECT * FROM "FieldPermissions" WHERE "ParentId"')
        return [
            (r["SobjectType"], r["Field"].rpartition(".")[2], r["PermissionsRead"], r["PermissionsEdit"])
            for r in rows
        ]

    def _rows_of(self, selected: str) -> list[sqlite3.Row]:
        """What the user's permission sets hold. selected: a query that ends with the column of their Ids."""
        return self._org.db.all(f"{selected} IN (SELECT value FROM json_each(?))", (self._held,))  # noqa: S608 -- fixed

    @cached_property
    def _held(self) -> str:
        return held_ids(self._org, self._user.id)

    @cached_property
    def _readable_fields(self) -> set[tuple[str, str]]:
        return set(_lent((o, f) for o, f, read, edit in self._field_grants if read or edit))

    @cached_property
    def _editable_fields(self) -> set[tuple[str, str]]:
        return set(_lent((o, f) for o, f, _, edit in self._field_grants if edit))


def _lent(grants: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """A permission on a field of Activity is one on the same field of Task and of Event."""
    for sobject_name, field_name in grants:
        yield sobject_name, field_name
        if sobject_name == "Activity":
            yield "Task", field_name
            yield "Event", field_name
