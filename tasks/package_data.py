"""Where the package keeps data, and whether an export holds all of it. No CumulusCI, no org, no network."""

from collections.abc import Iterable
from pathlib import Path

# Fields of Activity are read through the records that have them.
FACES = {"Activity": ("Task", "Event")}


def package_fields(package: Path) -> dict[str, set[str]]:
    """API names of the package's fields by object, Activity's under Task and Event."""
    fields: dict[str, set[str]] = {}
    for path in package.glob("**/objects/*/fields/*.field-meta.xml"):
        sobject = path.parent.parent.name
        if sobject.endswith("__mdt"):
            continue
        for name in FACES.get(sobject, (sobject,)):
            fields.setdefault(name, set()).add(path.name.split(".")[0])
    return fields


def exported_to(folder: Path, sobject: str) -> Path:
    """The file of an export that holds an object's records; it is there only when it holds them all."""
    return folder / f"{sobject}.csv"


def unexported(folder: Path, objects: Iterable[str]) -> list[str]:
    """Those of the objects of which an export holds nothing, not even that there was nothing."""
    return sorted(name for name in objects if not exported_to(folder, name).is_file())
