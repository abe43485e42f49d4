"""A retrieve: components back into files."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from emulators.salesforce.metadata.archive import MANIFEST, write_archive
from emulators.salesforce.metadata.components import Components, Member, StoredComponent
from emulators.salesforce.metadata.manifest import WILDCARD, Manifest, pretty, write_manifest
from emulators.salesforce.metadata.registry import BY_NAME, OBJECT_CHILDREN, PARENT_OF, TypeInfo, is_known
from emulators.salesforce.metadata.source import META
from emulators.salesforce.metadata.types.catalogue import handler_of
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import new_root, parse_xml

UNPACKAGED = "unpackaged"


@dataclass(slots=True)
class Retrieved:
    """The files of a retrieve, the components in them, and what could not be found: (file name, problem)."""

    files: dict[str, bytes] = field(default_factory=dict)
    components: list[tuple[StoredComponent, str]] = field(default_factory=list)
    messages: list[tuple[str, str]] = field(default_factory=list)

    def archive(self) -> bytes:
        """The zip."""
        return write_archive(self.files)


def all_names(org: Org, type_name: str) -> list[str]:
    """The components of a type, deployed or there by themselves, sorted."""
    deployed = {found.full_name for found in Components(org).of_type(type_name)}
    return sorted(deployed | set(handler_of(type_name).builtin_names(org)))


class Retrieve:
    """Gathers the files of one retrieve."""

    def __init__(self, org: Org, api_version: str) -> None:
        self._org = org
        self._components = Components(org)
        self._version = api_version
        self.result = Retrieved()

    def add_manifest(self, manifest: Manifest, root: str = UNPACKAGED) -> None:
        """What a manifest names, under a root folder."""
        self._write(root, list(self._wanted(manifest)), manifest.version or self._version)

    def add_package(self, name: str) -> None:
        """A package by its name; its folder is named as it is."""
        members = self._components.members_of(name)
        if not members:
            text = f"INVALID_CROSS_REFERENCE_KEY: No package named '{name}' found"
            self.result.messages.append((MANIFEST, text))
            return
        self._write(name, members, self._version, name)

    def _wanted(self, manifest: Manifest) -> Iterator[Member]:
        for named in manifest.members:
            member = named.member
            if not is_known(member.type):
                self.result.messages.append((MANIFEST, f"Entity type: '{member.type}' is unknown"))
            elif member.full_name == WILDCARD:
                yield from self._all_of(member.type)
            elif self.exists(member):
                yield member
            else:
                text = f"Entity of type '{member.type}' named '{member.full_name}' cannot be found"
                self.result.messages.append((MANIFEST, text))

    def _all_of(self, type_name: str) -> Iterator[Member]:
        if type_name == "CustomObject":
            custom = (found.name for found in self._org.schema.objects.values() if found.custom)
            yield from (Member(type_name, name) for name in custom)
            return
        yield from (Member(type_name, name) for name in all_names(self._org, type_name))

    def element_of(self, member: Member) -> etree._Element | None:
        """One component's element; None when there is none."""
        if not self.exists(member):
            return None
        stored = self._components.find(member)
        info = BY_NAME.get(member.type)
        if info is not None:
            return self._document(info, member, stored, None)
        return parse_xml(stored.content) if stored is not None else None

    def exists(self, member: Member) -> bool:
        """Whether the org has a component."""
        if self._components.find(member) is not None:
            return True
        if member.type == "CustomObject":
            return self._org.schema.object_named(member.full_name) is not None
        return member.full_name in handler_of(member.type).builtin_names(self._org)

    def _write(self, root: str, members: list[Member], version: str, package: str = "") -> None:
        unique = sorted(set(members))
        self.result.files[f"{root}/{MANIFEST}"] = write_manifest(unique, version, package)
        containers: dict[Member, set[str]] = {}
        for member in unique:
            info = PARENT_OF.get(member.type)
            if info is None:
                containers.setdefault(member, set())
                continue
            container = "CustomLabels" if info.name == "CustomLabels" else member.full_name.partition(".")[0]
            containers.setdefault(Member(info.name, container), set()).add(member.full_name)
        whole = set(unique)
        for holder, parts in containers.items():
            self._write_one(root, holder, None if holder in whole else parts)

    def _write_one(self, root: str, member: Member, only: set[str] | None) -> None:
        """One file. only: the parts that were named; None for all."""
        info = BY_NAME[member.type]
        stored = self._components.find(member)
        attachments = self._components.attachments(member)
        for path, body in attachments.items():
            self.result.files[f"{root}/{path}"] = body
        path = f"{root}/{_path(info, member, stored)}"
        if stored is not None and (only is None or not info.children):
            self.result.components.append((stored, path))
        if not attachments:
            self.result.files[path] = pretty(self._document(info, member, stored, only))

    def _document(
        self, info: TypeInfo, member: Member, stored: StoredComponent | None, only: set[str] | None
    ) -> etree._Element:
        kept = parse_xml(stored.content) if stored is not None and stored.content and only is None else None
        handler = handler_of(member.type)
        if kept is None:
            standing = stored is None and member.full_name in handler.builtin_names(self._org)
            kept = handler.builtin(member.full_name, self._org) if standing else new_root(info.name)
        root = handler.retrieve(kept)
        if info.children is OBJECT_CHILDREN:
            root.extend(self._parts(member.full_name, only))
            root[:] = sorted(root, key=lambda child: etree.QName(child).localname)
        return root

    def _parts(self, container: str, only: set[str] | None) -> Iterator[etree._Element]:
        for type_name in OBJECT_CHILDREN.values():
            for part in self._components.inside(type_name, container):
                if only is None or part.full_name in only:
                    yield parse_xml(part.content)


def _path(info: TypeInfo, member: Member, stored: StoredComponent | None) -> str:
    """Where the file of a component lies; folders, as of reports, are not named as what is in them."""
    if info.in_folder and stored is not None and stored.file_name.endswith(META):
        return stored.file_name
    return f"{info.folder}/{member.full_name}" + (f".{info.suffix}" if info.suffix else "")
