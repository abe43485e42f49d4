"""The package as a zip for a Metadata API deploy: source folders folded into one file per object."""

import io
import zipfile
from collections import defaultdict
from pathlib import Path

from lxml import etree

SOURCE = Path(__file__).parents[3] / "force-app" / "main" / "generated"
NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
API_VERSION = "66.0"
_PERMISSION_SETS = ("Gift_Integration", "Gift_User", "Gift_Admin")


def package_zip() -> bytes:
    """What the connector needs: records with fields and rules, value sets, and people's permissions."""
    files = _objects() | _plain("globalValueSets", "globalValueSet")
    files |= _plain("customPermissions", "customPermission")
    for name in _PERMISSION_SETS:
        files[f"permissionsets/{name}.permissionset"] = _permission_set(name, files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("package.xml", _manifest(files))
    return buffer.getvalue()


def _plain(folder: str, suffix: str) -> dict[str, bytes]:
    paths = (SOURCE / folder).glob(f"*.{suffix}-meta.xml")
    return {f"{folder}/{path.name.removesuffix('-meta.xml')}": path.read_bytes() for path in paths}


def _objects() -> dict[str, bytes]:
    folders = [path for path in (SOURCE / "objects").iterdir() if not path.name.endswith("__mdt")]
    return {f"objects/{path.name}.object": _object(path) for path in folders}


def _permission_set(name: str, files: dict[str, bytes]) -> bytes:
    """Rights on what is deployed; apps, tabs and components are none of the connector's."""
    path = SOURCE / "permissionsets" / f"{name}.permissionset-meta.xml"
    root = etree.fromstring(path.read_bytes())
    for child in list(root):
        tag = etree.QName(child).localname
        if tag == "fieldPermissions":
            sobject, _, field = child.findtext(f"{{{NAMESPACE}}}field", "").partition(".")
            described = files.get(f"objects/{_holder(sobject)}.object", b"")
            keep = not field.endswith("__c") or f"<fullName>{field}<".encode() in described
        elif tag == "objectPermissions":
            keep = not child.findtext(f"{{{NAMESPACE}}}object", "").endswith("__mdt")
        else:
            keep = tag in {"label", "description", "hasActivationRequired", "license", "userPermissions"} | {
                "customPermissions"
            }
        if not keep:
            root.remove(child)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _holder(sobject: str) -> str:
    """Where the fields of an object are kept: those of Task and Event are Activity's."""
    return "Activity" if sobject in {"Task", "Event"} else sobject


def _object(folder: Path) -> bytes:
    own = folder / f"{folder.name}.object-meta.xml"
    root = (
        etree.fromstring(own.read_bytes())
        if own.exists()
        else etree.Element("CustomObject", nsmap={None: NAMESPACE})
    )
    for child in root.findall(f"{{{NAMESPACE}}}compactLayoutAssignment"):
        root.remove(child)
    for part, tag in (("fields", "fields"), ("validationRules", "validationRules")):
        for path in sorted((folder / part).glob("*-meta.xml")):
            element = etree.fromstring(path.read_bytes())
            if "$User" in element.findtext(f"{{{NAMESPACE}}}formula", ""):
                continue  # a formula for people's list views, which the local org does not evaluate
            element.tag = f"{{{NAMESPACE}}}{tag}"
            root.append(element)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _manifest(files: dict[str, bytes]) -> bytes:
    types: dict[str, list[str]] = defaultdict(list)
    names = {
        "customPermissions": "CustomPermission",
        "globalValueSets": "GlobalValueSet",
        "permissionsets": "PermissionSet",
    }
    for path, content in files.items():
        folder, _, file_name = path.partition("/")
        stem = file_name.rpartition(".")[0]
        if folder in names:
            types[names[folder]].append(stem)
            continue
        if stem.endswith("__c"):
            types["CustomObject"].append(stem)
        for kind, tag in (("CustomField", "fields"), ("ValidationRule", "validationRules")):
            found = etree.fromstring(content).findall(f"{{{NAMESPACE}}}{tag}/{{{NAMESPACE}}}fullName")
            types[kind] += [f"{stem}.{element.text}" for element in found]
    root = etree.Element(f"{{{NAMESPACE}}}Package", nsmap={None: NAMESPACE})
    for kind, members in types.items():
        entry = etree.SubElement(root, f"{{{NAMESPACE}}}types")
        for member in members:
            etree.SubElement(entry, f"{{{NAMESPACE}}}members").text = member
        etree.SubElement(entry, f"{{{NAMESPACE}}}name").text = kind
    etree.SubElement(root, f"{{{NAMESPACE}}}version").text = API_VERSION
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
