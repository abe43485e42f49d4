"""A copy of the project's own description, to be broken one line at a time."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from metagen.errors import SpecInvalid
from metagen.load import load_spec

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("spec", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


@pytest.fixture
def change(project: Path) -> Callable[[str, str, str], int]:
    """Replaces the first occurrence of a text in a file; returns the line of the first difference."""

    def replace(path: str, old: str, new: str) -> int:
        before, found, after = (project / path).read_text().partition(old)
        assert found, f"{old!r} is not in {path}"
        (project / path).write_text(before + new + after)
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
        return (before + old[:same]).count("\n") + 1

    return replace


@pytest.fixture
def problems(project: Path) -> Callable[[], list[str]]:
    """Loads the description and returns what it is told."""

    def load() -> list[str]:
        with pytest.raises(SpecInvalid) as caught:
            load_spec(project / "spec")
        return [str(problem) for problem in caught.value.problems]

    return load
