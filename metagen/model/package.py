"""spec/package.yml: the package as a whole; spec/platform.yml: what Salesforce brings along."""

from dataclasses import dataclass, field
from enum import StrEnum

from metagen.errors import Location
from metagen.nodes import Text


class WordList(StrEnum):
    """The vocabulary's lists that a picklist can be made of."""

    SEND_STATUSES = "send_statuses"
    ORDER_STATUSES = "order_statuses"
    SOURCES = "sources"
    APPROVAL_STATUSES = "approval_statuses"
    RECIPIENT_ATTRIBUTES = "recipient_attributes"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSet:
    """A global value set; words names the vocabulary's list that fills it."""

    where: Location
    label: Text
    description: Text
    words: WordList


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorApp:
    """The External Client App of the connector: header and OAuth settings, without key or certificate.

    scopes: Salesforce's names. RefreshToken must be among them: without it Salesforce refuses the JWT of a
    user who was authorised in advance.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    contact_email: Text
    scopes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorService:
    """How flows reach the connector: an External Service over a named and an external credential.

    name: begins the names of the service's Apex types, so it holds no underscore.
    principal: as whom Salesforce calls; its key is entered in the org and never deployed.
    placeholder_url: stands in the named credential until the installer writes the connector's address.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    credential: Text
    principal: Text
    placeholder_url: Text

    @property
    def principal_access(self) -> str:
        """What a permission set grants: credential and principal."""
        return f"{self.credential}-{self.principal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomPermission:
    """A right that flows, components and formulas ask for by name."""

    where: Location
    label: Text
    description: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The package. version: three numbers. api_version: such as 66.0, in quotes."""

    where: Location
    name: Text
    version: Text
    description: Text
    api_version: Text
    value_sets: dict[Text, ValueSet]
    connector_app: ConnectorApp
    connector_service: ConnectorService
    custom_permissions: dict[Text, CustomPermission] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformObject:
    """A standard object as far as the description refers to it.

    fields: standard fields with field-level security. required_fields: those that are required or always
    readable, and so have none. addresses: compound fields with the fields they are made of; access is given
    to the whole.
    relationships: names of look-ups as paths use them, and the objects they lead to.
    depends_on: objects that a permission set must let read as soon as it lets read this one.
    permissions: false where access follows from another object or a user permission.
    """

    fields: tuple[Text, ...] = ()
    required_fields: tuple[Text, ...] = ()
    addresses: dict[Text, tuple[Text, ...]] = field(default_factory=dict)
    relationships: dict[Text, Text] = field(default_factory=dict)
    depends_on: tuple[Text, ...] = ()
    permissions: bool = True

    @property
    def field_names(self) -> list[str]:
        """Every field, addresses and their parts among them."""
        parts = (part for address in self.addresses.values() for part in address)
        return [*self.fields, *self.required_fields, *self.addresses, *parts]

    def address_of(self, name: str) -> str:
        """The address that a field is a part of; empty for any other field."""
        return next((str(whole) for whole, parts in self.addresses.items() if name in parts), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPermission:
    """A user permission that a permission set may grant, and those that it needs."""

    depends_on: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What the package builds on.

    activity_faces: objects through which fields of Activity are read and granted.
    """

    objects: dict[Text, PlatformObject]
    user_permissions: dict[Text, UserPermission] = field(default_factory=dict)
    activity_faces: tuple[Text, ...] = ()
