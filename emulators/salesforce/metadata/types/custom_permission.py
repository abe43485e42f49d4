"""CustomPermission: a row that permission sets and profiles can grant."""

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import text_of


class CustomPermission(CheckedType):
    """Users who hold it see it in userinfo, for tokens of that scope."""

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        element = component.element
        if element is None:
            return keep(component, draft)
        values = {
            "MasterLabel": text_of(element, "label"),
            "Description": text_of(element, "description") or None,
            "IsLicensed": text_of(element, "isLicensed") == "true",
            "Language": "en_US",
        }
        name = component.member.full_name
        dml = Dml(draft.org, SYSTEM)
        record_id = custom_permission_id(name, draft)
        if record_id:
            dml.update("CustomPermission", record_id, values)
        else:
            record_id = dml.insert("CustomPermission", {"DeveloperName": name, **values})
        return keep(component, draft, record_id=record_id)

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        record_id = custom_permission_id(member.full_name, draft)
        draft.org.db.execute('DELETE FROM "SetupEntityAccess" WHERE "SetupEntityId" = ?', (record_id,))
        draft.org.db.execute('DELETE FROM "CustomPermission" WHERE "Id" = ?', (record_id,))


def custom_permission_id(name: str, draft: Draft) -> str:
    """The Id of its row; empty when there is none."""
    row = draft.org.db.one('SELECT "Id" FROM "CustomPermission" WHERE "DeveloperName" = ?', (name,))
    return row["Id"] if row else ""
