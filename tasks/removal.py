"""Which components the package has, and in which order an org lets go of them. No org, no network.

Components hold each other: an application its tabs, a permission set its fields and its credential, a Flow
the objects it reads, a field its value set. Whoever holds goes first; what is held goes in a later deploy.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.salesforce_xml import all_at, parse

# Folder of the source format, suffix of its files, type.
_TYPES = {
    "applications": ("app", "CustomApplication"),
    "customMetadata": ("md", "CustomMetadata"),
    "customPermissions": ("customPermission", "CustomPermission"),
    "dashboards": ("dashboard", "Dashboard"),
    "externalClientApps": ("eca", "ExternalClientApplication"),
    "externalCredentials": ("externalCredential", "ExternalCredential"),
    "externalServiceRegistrations": ("externalServiceRegistration", "ExternalServiceRegistration"),
    "extlClntAppOauthSettings": ("ecaOauth", "ExtlClntAppOauthSettings"),
    "flexipages": ("flexipage", "FlexiPage"),
    "flows": ("flow", "Flow"),
    "globalValueSets": ("globalValueSet", "GlobalValueSet"),
    "layouts": ("layout", "Layout"),
    "namedCredentials": ("namedCredential", "NamedCredential"),
    "permissionsets": ("permissionset", "PermissionSet"),
    "quickActions": ("quickAction", "QuickAction"),
    "reportTypes": ("reportType", "ReportType"),
    "reports": ("report", "Report"),
    "tabs": ("tab", "CustomTab"),
}
_PARTS = {
    "compactLayouts": "CompactLayout",
    "fields": "CustomField",
    "fieldSets": "FieldSet",
    "listViews": "ListView",
    "validationRules": "ValidationRule",
    "webLinks": "WebLink",
}
# Translations go with what they translate; layouts, list views and fields of an own object with the object.
_GO_ALONG = {"objectTranslations", "translations", "globalValueSetTranslations"}
_IN_FOLDERS = {"dashboards", "reports"}
META = "-meta.xml"

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dashboards, then what they show", ("Dashboard",)),
    ("what people open", ("Report", "CustomApplication", "QuickAction", "ListView", "WebLink", "CustomTab")),
    ("automation", ("Flow",)),
    ("rights", ("PermissionSet", "CustomPermission")),
    ("connections", (
        "ExternalServiceRegistration",
        "NamedCredential",
        "ExternalCredential",
        "ExtlClntAppGlobalOauthSettings",
        "ExtlClntAppOauthConfigurablePolicies",
        "ExtlClntAppConfigurablePolicies",
        "ExtlClntAppOauthSettings",
        "ExternalClientApplication",
    )),
    ("pages", ("ReportType", "FlexiPage", "LightningComponentBundle", "CompactLayout", "FieldSet")),
    ("rules", ("ValidationRule",)),
    ("records and labels", ("CustomMetadata", "CustomLabel")),
    ("objects and fields", ("CustomField", "CustomObject")),
    ("value sets", ("GlobalValueSet",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A component, by type and API name."""

    type: str
    name: str


class TypeUnknown(Exception):
    """The package has a kind of component that this module does not know how to remove."""


def members_of(package: Path) -> list[Member]:
    """Everything in a source folder that is removed by name. Raises TypeUnknown, with the file."""
    found: set[Member] = set()
    for path in package.rglob("*"):
        if path.is_file():
            found.update(_members(path.relative_to(package).parts, path))
    own = {member.name for member in found if member.type == "CustomObject"}
    return sorted(member for member in found if not _goes_with_its_object(member, own))


def stages_of(members: Iterable[Member]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """What is removed together, with a title, first things first. Stages without members are left out.

    Raises TypeUnknown for a type that no stage takes.
    """
    by_type: dict[str, list[str]] = {}
    for member in sorted(members):
        by_type.setdefault(member.type, []).append(member.name)
    staged = {kind for _, types in STAGES for kind in types}
    if homeless := sorted(set(by_type) - staged):
        raise TypeUnknown(f"no stage of removal takes {', '.join(homeless)}")
    for title, types in STAGES:
        chosen = {name: by_type[name] for name in types if name in by_type}
        if chosen:
            yield title, chosen


def with_flow_versions(members: Iterable[Member], versions: Mapping[str, Iterable[int]]) -> list[Member]:
    """Flows by version, as Salesforce wants them deleted. versions: those an org has, by API name."""
    spelled = []
    for member in members:
        if member.type == "Flow" and member.name in versions:
            spelled += [Member("Flow", f"{member.name}-{number}") for number in versions[member.name]]
        else:
            spelled.append(member)
    return spelled


def _members(parts: tuple[str, ...], path: Path) -> Iterator[Member]:
    for index, folder in enumerate(parts[:-1]):
        rest = parts[index + 1 :]
        if folder in _GO_ALONG:
            return
        if folder in _READERS:
            yield from _READERS[folder](rest, path)
            return
        if folder in _TYPES:
            yield from _named_by_file(folder, rest)
            return
    if parts[-1].endswith(META):
        raise TypeUnknown(f"no rule says how to remove {path}; add its type to the stages of removal")


def _named_by_file(folder: str, rest: tuple[str, ...]) -> Iterator[Member]:
    suffix, kind = _TYPES[folder]
    stem = rest[-1].removesuffix(META)
    if stem.endswith(f".{suffix}"):
        name = stem.removesuffix(f".{suffix}")
        yield Member(kind, "/".join([*rest[:-1], name]) if folder in _IN_FOLDERS else name)
    elif folder in _IN_FOLDERS:
        # The folder itself: reports/Gifting.reportFolder-meta.xml
        yield Member(kind, stem.rpartition(".")[0])


def _labels(rest: tuple[str, ...], path: Path) -> Iterator[Member]:
    del rest
    for name in all_at(parse(path.read_bytes()), "labels/fullName"):
        yield Member("CustomLabel", name.text or "")


def _bundle(rest: tuple[str, ...], path: Path) -> Iterator[Member]:
    """A component is its folder; what lies beside the folders is no component."""
    del path
    if len(rest) > 1 and not rest[0].startswith("__"):
        yield Member("LightningComponentBundle", rest[0])


def _object_members(rest: tuple[str, ...], path: Path) -> Iterator[Member]:
    del path
    stem = rest[-1].removesuffix(META).rpartition(".")[0]
    if len(rest) == 2:
        if rest[0].endswith(("__c", "__mdt", "__e")):
            yield Member("CustomObject", rest[0])
    elif rest[1] in _PARTS:
        yield Member(_PARTS[rest[1]], f"{rest[0]}.{stem}")
    else:
        raise TypeUnknown(f"no rule says how to remove {'/'.join(rest)}")


def _goes_with_its_object(member: Member, own: set[str]) -> bool:
    if member.type in {*_PARTS.values()}:
        return member.name.partition(".")[0] in own
    if member.type == "Layout":
        return member.name.partition("-")[0] in own
    return False


_READERS = {"labels": _labels, "lwc": _bundle, "objects": _object_members}
