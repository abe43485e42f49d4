"""Derived files on disk: written, compared, and removed when nothing derives them any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from metagen.components.component import ROOTS


@dataclass(frozen=True, slots=True)
class Difference:
    """How the tree differs from what the description says; paths relative to the project."""

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    stale: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.changed or self.stale)


def compare(files: Mapping[str, bytes], project: Path) -> Difference:
    """What rendering would change. Only the generated folders are searched for stale files."""
    on_disk = {path for path in files if (project / path).is_file()}
    return Difference(
        missing=tuple(sorted(set(files) - on_disk)),
        changed=tuple(sorted(path for path in on_disk if (project / path).read_bytes() != files[path])),
        stale=tuple(sorted(_generated_files(project) - set(files))),
    )


def write(files: Mapping[str, bytes], project: Path) -> Difference:
    """Make the tree equal to files, touching nothing that is right already; returns what was changed."""
    difference = compare(files, project)
    for path in (*difference.missing, *difference.changed):
        target = project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(files[path])
    for path in difference.stale:
        (project / path).unlink()
        _remove_empty_folders((project / path).parent, [project / root for root in ROOTS])
    return difference


def _generated_files(project: Path) -> set[str]:
    return {
        path.relative_to(project).as_posix()
        for root in ROOTS
        for path in (project / root).rglob("*")
        if path.is_file()
    }


def _remove_empty_folders(folder: Path, roots: Sequence[Path]) -> None:
    while folder not in roots and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
