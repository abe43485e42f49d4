"""Global variables of formulas and merge fields: what `$User`, `$Organization` and the like stand for.

Source: https://help.salesforce.com/s/articleView?id=platform.dev_understanding_global_variables.htm
"""

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.metadata.components import Components
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.security.entities import custom_permissions
from emulators.salesforce.security.users import OrgUser
from emulators.salesforce.soap.envelope import parse_xml, text_of
from emulators.salesforce.store.database import quote

_IDS = {FieldType.ID, FieldType.REFERENCE}
SHORT_ID = 15


class Variables:
    """The global variables as one user of an org sees them; Ids have 15 characters, as in every formula."""

    def __init__(self, org: Org, user: OrgUser) -> None:
        self._org = org
        self._user = user
        self._roots: dict[str, Callable[[str], Any]] = {
            "$User": lambda name: self._field("User", user.id, name),
            "$Profile": lambda name: self._field("Profile", user.profile_id, name),
            "$Organization": lambda name: self._field("Organization", org.org_id, name),
            "$Setup": self._setting,
            "$Permission": self._permission,
            "$Label": self._label,
        }

    def __call__(self, path: str) -> Any:
        """The value of a path such as `$User.Id`. Raises for what is unknown or not supported."""
        root, _, rest = path.partition(".")
        if root not in self._roots:
            raise NotSupportedHere(f"the global variable {root}")
        return self._roots[root](rest)

    def _field(self, object_name: str, record_id: str, name: str) -> Any:
        sobject = self._org.schema.objects[object_name]
        field = sobject.field_named(name)
        if field is None:
            raise _missing(f"{object_name}.{name}")
        query = f'SELECT * FROM {quote(sobject.name)} WHERE "Id" = ?'  # noqa: S608 -- quoted name
        row = self._org.db.one(query, (record_id,))
        value = None if row is None else row[field.name]
        return value[:SHORT_ID] if value and field.type in _IDS else value

    def _setting(self, path: str) -> Any:
        """A field of a hierarchy setting: the user's own value before the profile's before the org's."""
        object_name, _, field_name = path.partition(".")
        sobject = self._org.schema.object_named(object_name)
        field = sobject.field_named(field_name) if sobject and sobject.custom_setting else None
        if sobject is None or field is None:
            raise _missing(path)
        query = f'SELECT * FROM {quote(sobject.name)} WHERE "SetupOwnerId" = ? AND "IsDeleted" = 0'  # noqa: S608 -- quoted name
        for owner in (self._user.id, self._user.profile_id, self._org.org_id):
            row = self._org.db.one(query, (owner,))
            if row is not None and row[field.name] is not None:
                return row[field.name]
        return None

    def _permission(self, name: str) -> bool:
        return name in custom_permissions(self._org, self._user.id)

    def _label(self, name: str) -> str:
        for label, text in custom_labels(self._org):
            if label == name:
                return text
        raise _missing(f"Label.{name}")


def custom_labels(org: Org) -> Iterator[tuple[str, str]]:
    """The deployed custom labels with their texts."""
    for stored in Components(org).of_type("CustomLabels"):
        root: etree._Element = parse_xml(stored.content)
        for label in root.iterfind("{*}labels"):
            yield text_of(label, "fullName"), text_of(label, "value")


def _missing(name: str) -> SalesforceError:
    return SalesforceError("FIELD_INTEGRITY_EXCEPTION", f"Field {name} does not exist. Check spelling.")
