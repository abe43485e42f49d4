"""Source format into the Metadata API's format: a zip to deploy.

Written apart from Salesforce's converter, which is compared with it, because a package with a mistake must
reach the org with its mistake: parts are put together as text, so that what is malformed stays malformed.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

from packagecheck.files import META, NAMESPACE, Package

_PART_TAGS = {
    "businessProcesses": "businessProcesses",
    "compactLayouts": "compactLayouts",
    "fields": "fields",
    "fieldSets": "fieldSets",
    "listViews": "listViews",
    "recordTypes": "recordTypes",
    "validationRules": "validationRules",
    "webLinks": "webLinks",
}
_ROOTS = {
    "objects": ("CustomObject", "object"),
    "objectTranslations": ("CustomObjectTranslation", "objectTranslation"),
}
_BUNDLES = ("lwc", "aura")
_FOLDERED = ("reports", "dashboards")
_INNER = re.compile(r"^\s*(?:<\?xml[^>]*\?>)?\s*<\w+[^>]*?(?:/>|>(.*)</\w+>)\s*$", re.DOTALL)
# Members of folders go by the type of what is in them.
_MEMBER_TYPE = {"ReportFolder": "Report", "DashboardFolder": "Dashboard"}


def metadata_files(package: Package, api_version: str) -> dict[str, bytes]:
    """The files of a deploy by path, package.xml among them."""
    files: dict[str, bytes] = {}
    merged: dict[str, list[str]] = {}
    for path, body in package.files.items():
        place = _place(path)
        if place is None:
            continue
        folder, *rest = place
        if folder in _ROOTS:
            parts = merged.setdefault(f"{folder}/{rest[0]}", [])
            # The holder's own file goes first: parts of one kind have to stand together.
            parts.insert(0 if _is_own(rest) else len(parts), _part(folder, rest, body))
        else:
            files[_target(folder, rest)] = body
    for holder, parts in merged.items():
        folder = holder.partition("/")[0]
        kind, suffix = _ROOTS[folder]
        head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{NAMESPACE}">\n'
        text = f"{head}{''.join(parts)}</{kind}>\n"
        files[f"{holder}.{suffix}"] = text.encode()
    files["package.xml"] = manifest(_members(package), api_version)
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files; the same files make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, body in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def manifest(members: Iterable[tuple[str, str]], api_version: str) -> bytes:
    """A package.xml. members: (type, name)."""
    by_type: dict[str, list[str]] = {}
    for kind, name in sorted(set(members)):
        by_type.setdefault(kind, []).append(name)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<Package xmlns="{NAMESPACE}">']
    for kind, names in by_type.items():
        lines.append("    <types>")
        lines += [f"        <members>{escape(name)}</members>" for name in names]
        lines += [f"        <name>{kind}</name>", "    </types>"]
    return "\n".join([*lines, f"    <version>{api_version}</version>", "</Package>", ""]).encode()


def _place(path: str) -> list[str] | None:
    """The path from the type's folder on: the first folder below generated/ or default/."""
    parts = list(PurePosixPath(path).parts)
    return parts[1:] if len(parts) > 2 else None


def _is_own(rest: list[str]) -> bool:
    """Whether a file is the holder's own: called like its folder."""
    return rest[-1].removesuffix(META).rpartition(".")[0] == rest[0]


def _target(folder: str, rest: list[str]) -> str:
    name = rest[-1]
    if folder in _BUNDLES:
        return "/".join([folder, *rest])
    if folder in _FOLDERED and len(rest) == 1:
        return f"{folder}/{name.removesuffix(META).rpartition('.')[0]}{META}"
    return "/".join([folder, *rest[:-1], name.removesuffix(META)])


def _part(folder: str, rest: list[str], body: bytes) -> str:
    """The inside of a file; of a part, under the tag it has in the object's file, with its name."""
    text = body.decode("utf-8", "replace")
    inner = _INNER.match(text)
    content = (inner[1] or "") if inner else text
    if folder == "objects" and len(rest) == 3:
        tag = _PART_TAGS[rest[1]]
    elif folder == "objectTranslations" and rest[-1].endswith(f".fieldTranslation{META}"):
        tag = "fields"
    else:
        return content
    return f"<{tag}>{content}</{tag}>\n"


def _members(package: Package) -> Iterable[tuple[str, str]]:
    own = {component.name for component in package.of_type("CustomObject")}
    for component in package.components:
        holder = component.name.partition(".")[0]
        if component.type == "CustomFieldTranslation" or not component.type:
            continue
        if "/objects/" in component.path and component.type != "CustomObject" and holder in own:
            continue
        yield _MEMBER_TYPE.get(component.type, component.type), component.name
