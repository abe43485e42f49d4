"""spec/applications/*.yml and spec/pages/*.yml: the Lightning app and record pages."""

from dataclasses import dataclass, field

from metagen.errors import Location
from metagen.nodes import Literal, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A Lightning app. tabs: in order; standard ones as Salesforce names them. colour: of its header.

    pages: object to the record page that the app shows for it.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    colour: Text
    tabs: tuple[Text, ...]
    pages: dict[Text, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageComponent:
    """A component in a region. name: with its namespace, such as force:detailPanel, or a bundle of ours."""

    where: Location
    component: Text
    identifier: Text
    properties: dict[Text, Literal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A record page of one object. template: Salesforce's; regions: as the template names them."""

    where: Location
    name: Text
    label: Text
    description: Text
    object: Text
    template: Text
    regions: dict[Text, tuple[PageComponent, ...]]
