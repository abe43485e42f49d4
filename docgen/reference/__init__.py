"""The reference pages: every file of docs/reference, made from the description and the code."""

import json
from collections.abc import Mapping
from pathlib import Path

from docgen.diagrams import draw
from docgen.reference import (
    api,
    commands,
    configuration,
    data_dictionary,
    decisions,
    flows,
    permissions,
    statuses,
    stored,
    troubleshooting,
)
from metagen.load import load_spec

FOLDER = "reference"


def reference(root: Path) -> dict[str, str]:
    """Text of every file, by its path under docs/.

    Raises DrawingFailed, and metagen's errors where the description is wrong.
    """
    spec = load_spec(root / "spec")
    document = json.loads((root / "spec/openapi.json").read_text(encoding="utf-8"))
    made = {
        **data_dictionary.pages(spec),
        **permissions.pages(spec),
        **statuses.pages(spec),
        **flows.pages(spec),
        **commands.pages(),
        **configuration.pages(),
        **api.pages(document),
        **troubleshooting.pages(),
        **stored.pages(),
        **decisions.pages(root / "docs"),
    }
    drawn = draw({**statuses.diagrams(spec), **flows.diagrams(spec)}, root)
    return {**made, **{f"{FOLDER}/diagrams/{name}.svg": svg for name, svg in drawn.items()}}


def write(made: Mapping[str, str], docs: Path) -> list[str]:
    """Write what changed and remove what is no longer made; the paths of both."""
    stale = differences(made, docs)
    for name in stale:
        path = docs / name
        if name in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[name], encoding="utf-8")
        else:
            path.unlink()
    return stale


def differences(made: Mapping[str, str], docs: Path) -> list[str]:
    """Paths of files that are not what they should be, are missing, or should not be there."""
    there = {str(path.relative_to(docs)) for path in (docs / FOLDER).rglob("*") if path.is_file()}
    changed = {
        name for name in made.keys() & there if (docs / name).read_text(encoding="utf-8") != made[name]
    }
    return sorted((made.keys() ^ there) | changed)
