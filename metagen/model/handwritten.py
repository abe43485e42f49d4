"""What of the package is written by hand beside what is rendered, as far as the description refers to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from metagen.errors import Location, Problem, SpecInvalid
from metagen.nodes import Text

FOLDER = "force-app/main/default"
_LABEL = "{http://soap.sforce.com/2006/04/metadata}label"


@dataclass(frozen=True, slots=True)
class Handwritten:
    """components: names of Lightning web components. quick_actions: by object, their names and labels."""

    components: frozenset[str] = frozenset()
    quick_actions: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)


def read_handwritten(project: Path) -> Handwritten:
    """Raises SpecInvalid, with the file, where an action of an object is no XML or has no label."""
    folder = project / FOLDER
    problems: list[Problem] = []
    actions: dict[str, dict[str, Text]] = {}
    for path in sorted((folder / "quickActions").glob("*.*.quickAction-meta.xml")):
        sobject, name = path.name.split(".")[:2]
        label = _label(path, path.relative_to(project).as_posix(), problems)
        if label is not None:
            actions.setdefault(sobject, {})[name] = label
    if problems:
        raise SpecInvalid(problems)
    components = frozenset(path.name for path in (folder / "lwc").glob("*") if path.is_dir())
    return Handwritten(components, actions)


def _label(path: Path, shown_as: str, problems: list[Problem]) -> Text | None:
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    except etree.XMLSyntaxError as error:
        problems.append(Problem(Location(shown_as, error.lineno or 1), f"not XML: {error.msg}"))
        return None
    found = root.find(_LABEL)
    if found is None or not (found.text or "").strip():
        problems.append(Problem(Location(shown_as, 1), "the quick action has no label"))
        return None
    # The stubs leave the type of sourceline open.
    line: Any = found.sourceline
    return Text.at((found.text or "").strip(), Location(shown_as, int(line or 1)))
