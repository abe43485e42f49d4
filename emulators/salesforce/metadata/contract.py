"""What elements a metadata type may have: read from the contract that ships with simple-salesforce.

`metadata.wsdl` is Salesforce's own description of the Metadata API (v63). Elements that came later are listed
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from lxml import etree

from emulators.salesforce.soap.envelope import parse_xml

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_ROOT_TYPE = "Metadata"


@dataclass(frozen=True, slots=True)
class ElementRule:
    """One element of a type. type: "xsd:string", or the name of another type of the contract."""

    type: str
    required: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class Contract:
    """Complex types by name, and enumerations by name."""

    types: Mapping[str, Mapping[str, ElementRule]]
    enums: Mapping[str, frozenset[str]] = field(default_factory=dict)
    metadata_types: frozenset[str] = frozenset()


_OPTIONAL_BOOLEAN = ElementRule("xsd:boolean", required=False, repeated=False)
_LATER: dict[str, dict[str, ElementRule]] = {
    "ExtlClntAppConfigurablePolicies": dict.fromkeys(
        ("isCanvasPluginEnabled", "isMobilePluginEnabled", "isNotificationPluginEnabled"), _OPTIONAL_BOOLEAN
    ),
}


@cache
def contract() -> Contract:
    """The contract, read once per process."""
    root = parse_xml((files("simple_salesforce") / "metadata.wsdl").read_bytes())
    bases: dict[str, str] = {}
    own: dict[str, dict[str, ElementRule]] = {}
    for node in root.iter(f"{_XSD}complexType"):
        name = node.get("name")
        if name:
            own[name] = _elements(node) | _LATER.get(name, {})
            extension = node.find(f".//{_XSD}extension")
            if extension is not None:
                bases[name] = _plain(extension.get("base", ""))
    types = {name: _inherited(bases.get(name), own, bases) | elements for name, elements in own.items()}
    enums = {
        node.get("name", ""): frozenset(value.get("value", "") for value in node.iter(f"{_XSD}enumeration"))
        for node in root.iter(f"{_XSD}simpleType")
        if node.find(f".//{_XSD}enumeration") is not None
    }
    return Contract(types, enums, frozenset(name for name, base in bases.items() if base == _ROOT_TYPE))


def _inherited(
    base: str | None, own: Mapping[str, dict[str, ElementRule]], bases: Mapping[str, str]
) -> dict[str, ElementRule]:
    """The elements of a type's ancestors: a Flow's decision is a node, and a node is an element."""
    return _inherited(bases.get(base), own, bases) | own.get(base, {}) if base else {}


def _elements(node: etree._Element) -> dict[str, ElementRule]:
    return {
        element.get("name", ""): ElementRule(
            type=_plain(element.get("type", "")),
            required=element.get("minOccurs", "1") != "0",
            repeated=element.get("maxOccurs", "1") != "1",
        )
        for element in node.iter(f"{_XSD}element")
    }


def _plain(qualified: str) -> str:
    return qualified.removeprefix("tns:")
