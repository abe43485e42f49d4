"""The deployed Lightning web components, laid out for the compiler together with what they import of the org.

The compiler is told of each `@salesforce/...` import what it stands for in this org, so a field, label or
permission that is not there fails the build, as it fails a deploy to Salesforce.
"""

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emulators.salesforce.formula.variables import custom_labels
from emulators.salesforce.lightning.harness import HARNESS
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org

BUILDS = HARNESS / "dist/orgs"
SOURCES, FACTS, APP = "c", "org.json", "app"
_BUNDLE = "LightningComponentBundle"
_TESTS = "__tests__"
_IMPORT = re.compile(r"@salesforce/(schema|label|customPermission)/([\w.]+)")


@dataclass(frozen=True, slots=True)
class Bundles:
    """All bundles of an org. files: by path below the folder of sources. digest: of all that goes into it."""

    files: dict[str, bytes]
    facts: dict[str, Any]
    digest: str

    def lay_out(self) -> Path:
        """The folder that holds them for the compiler; written once for the same content."""
        folder = BUILDS / self.digest
        if not (folder / FACTS).is_file():
            shutil.rmtree(folder, ignore_errors=True)
            for path, content in self.files.items():
                target = folder / SOURCES / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            (folder / FACTS).write_text(json.dumps(self.facts), encoding="utf-8")
        return folder


def bundles_of(org: Org, shown: tuple[str, ...]) -> Bundles:
    """shown: the bundles that a page shows; the others are there to be imported by them."""
    files: dict[str, bytes] = {}
    for stored in Components(org).of_type(_BUNDLE):
        attached = Components(org).attachments(Member(_BUNDLE, stored.full_name))
        for path, content in attached.items():
            below = path.partition("lwc/")[2] or path
            parts = Path(below).parts
            if _TESTS not in below and ".." not in parts and not Path(below).is_absolute():
                files[below] = content
    facts = {"shown": sorted(shown), **_facts(org, files)}
    text = json.dumps(
        [facts, {path: content.hex() for path, content in files.items()}, _tools()], sort_keys=True
    )
    return Bundles(files, facts, hashlib.sha256(text.encode()).hexdigest()[:32])


def _tools() -> str:
    """What the compiler is, so that another one does not find its work done."""
    made_from = hashlib.sha256()
    for pattern in ("package-lock.json", "stage.js", "lib/*.js", "page/*.js", "stubs/*/*/*"):
        for path in sorted(HARNESS.glob(pattern)):
            made_from.update(path.read_bytes())
    return made_from.hexdigest()


def _facts(org: Org, files: dict[str, bytes]) -> dict[str, Any]:
    """What is imported from the org, and only as far as the org has it."""
    wanted = {
        match.groups()
        for path, content in files.items()
        if path.endswith(".js")
        for match in _IMPORT.finditer(content.decode("utf-8", "replace"))
    }
    by_kind = {kind: sorted({name for each, name in wanted if each == kind}) for kind, _ in wanted}
    labels = dict(custom_labels(org))
    permissions = {
        row["DeveloperName"] for row in org.db.all('SELECT "DeveloperName" FROM "CustomPermission"')
    }
    asked = (name.removeprefix("c.") for name in by_kind.get("label", []))
    return {
        "fields": _fields(org, by_kind.get("schema", [])),
        "labels": {name: labels[name] for name in asked if name in labels},
        "customPermissions": sorted(permissions & set(by_kind.get("customPermission", []))),
    }


def _fields(org: Org, imports: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in imports:
        object_name, _, field_name = name.partition(".")
        sobject = org.schema.objects.get(object_name)
        if sobject is not None:
            fields = found.setdefault(object_name, [])
            if field_name in sobject.fields:
                fields.append(field_name)
    return found
