"""package.xml and destructiveChanges.xml."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.soap.envelope import (
    child_elements,
    element,
    line_of,
    local_name,
    new_root,
    text_of,
    texts_of,
)

WILDCARD = "*"


@dataclass(frozen=True, slots=True)
class Named:
    """A member that a manifest names, and the line that does."""

    member: Member
    line: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """full_name: the package it belongs to; empty for none. version: such as "66.0"; empty when not given."""

    members: tuple[Named, ...]
    full_name: str = ""
    version: str = ""

    def names(self, member: Member) -> bool:
        """True when the manifest names the member, by itself or by a wildcard."""
        wanted = {member, Member(member.type, WILDCARD)}
        return any(named.member in wanted for named in self.members)

    def of_type(self, type_name: str) -> list[str]:
        """The full names that are named of a type."""
        return [named.member.full_name for named in self.members if named.member.type == type_name]


def read_manifest(root: etree._Element) -> Manifest:
    """A manifest from its root element, or from the `unpackaged` element of a retrieve."""
    members = []
    for types in child_elements(root):
        if local_name(types) != "types":
            continue
        type_name = text_of(types, "name")
        for child in child_elements(types):
            if local_name(child) == "members":
                # The Salesforce CLI writes a folder of reports or dashboards with a slash at its end.
                full_name = (child.text or "").strip().rstrip("/")
                members.append(Named(Member(type_name, full_name), line_of(child)))
    return Manifest(tuple(members), (texts_of(root, "fullName") or [""])[0], text_of(root, "version"))


def write_manifest(members: Iterable[Member], version: str, full_name: str = "") -> bytes:
    """The bytes of a package.xml, types and members sorted."""
    root = new_root("Package")
    if full_name:
        root.append(element("fullName", full_name))
    by_type: dict[str, list[str]] = {}
    for member in sorted(members):
        by_type.setdefault(member.type, []).append(member.full_name)
    for type_name, names in by_type.items():
        root.append(
            element("types", None, *(element("members", name) for name in names), element("name", type_name))
        )
    root.append(element("version", version))
    return pretty(root)


def pretty(root: etree._Element) -> bytes:
    """Indented by four, with a declaration and a final newline, as retrieved files are."""
    etree.indent(root, space="    ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
