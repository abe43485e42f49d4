"""The files of a package in source format, as components with parsed XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
META = "-meta.xml"
_OBJECT_PARTS = {
    "businessProcesses": "BusinessProcess",
    "compactLayouts": "CompactLayout",
    "fields": "CustomField",
    "fieldSets": "FieldSet",
    "listViews": "ListView",
    "recordTypes": "RecordType",
    "validationRules": "ValidationRule",
    "webLinks": "WebLink",
}
# By the last part of the file name before -meta.xml; the schema's name of the root element.
_BY_SUFFIX = {
    "app": "CustomApplication",
    "customPermission": "CustomPermission",
    "dashboard": "Dashboard",
    "dashboardFolder": "DashboardFolder",
    "eca": "ExternalClientApplication",
    "ecaOauth": "ExtlClntAppOauthSettings",
    "externalCredential": "ExternalCredential",
    "externalServiceRegistration": "ExternalServiceRegistration",
    "flexipage": "FlexiPage",
    "flow": "Flow",
    "globalValueSet": "GlobalValueSet",
    "globalValueSetTranslation": "GlobalValueSetTranslation",
    "js": "LightningComponentBundle",
    "labels": "CustomLabels",
    "layout": "Layout",
    "md": "CustomMetadata",
    "namedCredential": "NamedCredential",
    "object": "CustomObject",
    "objectTranslation": "CustomObjectTranslation",
    "fieldTranslation": "CustomFieldTranslation",
    "permissionset": "PermissionSet",
    "quickAction": "QuickAction",
    "report": "Report",
    "reportFolder": "ReportFolder",
    "reportType": "ReportType",
    "tab": "CustomTab",
    "translation": "Translations",
}
KNOWN_TYPES = frozenset({*_BY_SUFFIX.values(), *_OBJECT_PARTS.values()})


@dataclass(frozen=True)
class Component:
    """One metadata file. name: as Salesforce calls the component, such as `Contact.Gift_Status__c`.

    type: from the file's place and suffix, empty when unknown. root: None when the XML is malformed; then
    `error` says how and where.
    """

    path: str
    type: str
    name: str
    root: etree._Element | None
    error: tuple[int, str] | None = None

    def text(self, tag: str) -> str:
        """The text of the first child of this name, or an empty string."""
        return "" if self.root is None else (self.root.findtext(_qualified(tag)) or "").strip()

    def each(self, path: str) -> list[etree._Element]:
        """The descendants at a path of plain names."""
        return [] if self.root is None else find_all(self.root, path)


@dataclass(frozen=True)
class Package:
    """The files by path, and the components among them."""

    files: Mapping[str, bytes]
    components: tuple[Component, ...] = field(default=())

    def of_type(self, type_name: str) -> Iterator[Component]:
        """The components of a type."""
        return iter(self._by_type.get(type_name, {}).values())

    def named(self, type_name: str, name: str) -> Component | None:
        """One component."""
        return self._by_type.get(type_name, {}).get(name)

    @cached_property
    def _by_type(self) -> dict[str, dict[str, Component]]:
        found: dict[str, dict[str, Component]] = {}
        for component in self.components:
            found.setdefault(component.type, {})[component.name] = component
        return found


def read_files(root: Path) -> dict[str, bytes]:
    """Every file of the package's source folder, by relative path. Tests of components are not deployed."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__tests__" not in path.parts and not path.name.startswith(".")
    }


def package_of(files: Mapping[str, bytes]) -> Package:
    """The package that these files make."""
    components = [_component(path, body) for path, body in files.items() if path.endswith(META)]
    return Package(files, tuple(components))


def find_all(element: etree._Element, path: str) -> list[etree._Element]:
    """The descendants of an element at a path of plain names."""
    return element.findall(_qualified(path))


@lru_cache(maxsize=1024)
def _qualified(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def text_of(element: etree._Element, path: str) -> str:
    """The text at a path of plain names, or an empty string."""
    return (element.findtext(_qualified(path)) or "").strip()


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def line_of(element: etree._Element) -> int:
    """The line of an element, 0 when unknown."""
    # The stubs leave the type of sourceline open.
    line: Any = element.sourceline
    return int(line or 0)


@lru_cache(maxsize=4096)
def _component(path: str, body: bytes) -> Component:
    """Cached: judging a package with one changed file parses one file."""
    parts = PurePosixPath(path).parts
    stem, _, suffix = parts[-1].removesuffix(META).rpartition(".")
    kind, name = _BY_SUFFIX.get(suffix, ""), stem
    if len(parts) >= 3 and parts[-2] in _OBJECT_PARTS:
        kind, name = _OBJECT_PARTS[parts[-2]], f"{parts[-3]}.{stem}"
    elif suffix in ("report", "dashboard"):
        name = f"{parts[-2]}/{stem}"
    elif suffix == "fieldTranslation":
        name = f"{parts[-2]}.{stem}"
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return Component(path, kind, name, etree.fromstring(body, parser))
    except etree.XMLSyntaxError as error:
        return Component(path, kind, name, None, (error.lineno or 0, error.msg or "malformed"))
