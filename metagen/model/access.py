"""spec/access/*.yml: one permission set per file, by role."""

from dataclasses import dataclass, field
from enum import StrEnum

from metagen.errors import Location
from metagen.nodes import Text


class ObjectRight(StrEnum):
    """What may be done with the records of an object."""

    READ = "read"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    VIEW_ALL = "view all"
    MODIFY_ALL = "modify all"


class FieldRight(StrEnum):
    """What may be done with a field; edit includes read."""

    READ = "read"
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAccess:
    """Access to the fields of one object.

    all: the right to each of the package's fields that is not named in read or edit.
    """

    all: FieldRight | None = None
    read: tuple[Text, ...] = ()
    edit: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSet:
    """What one role may do, and nothing more.

    settings: custom settings that may be read. metadata_types: custom metadata types, likewise.
    tabs, applications: what is shown. credential_principals: as whom flows call out, Credential-Principal.
    packaged: false for what the installer deploys beside the package.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    objects: dict[Text, tuple[ObjectRight, ...]] = field(default_factory=dict)
    fields: dict[Text, FieldAccess] = field(default_factory=dict)
    settings: tuple[Text, ...] = ()
    tabs: tuple[Text, ...] = ()
    user_permissions: tuple[Text, ...] = ()
    custom_permissions: tuple[Text, ...] = ()
    metadata_types: tuple[Text, ...] = ()
    applications: tuple[Text, ...] = ()
    credential_principals: tuple[Text, ...] = ()
    packaged: bool = True
