"""Who catches which mistake: every referee over the clean package and over each mistake.

Referees within Python look at each package whole. Those in other processes are started once, over folders
that hold only the changed files, because they judge file by file.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from packagecheck import outside, references, schema
from packagecheck.files import package_of
from packagecheck.finding import Finding, Referee, RefereeMissing
from packagecheck.metadata_format import metadata_files, zipped
from packagecheck.mistakes import Mistake

CLEAN = "clean"
API_VERSION = "66.0"


class AnOrg(Protocol):
    """Where packages are deployed to; both give back what was refused."""

    def check(self, archive: bytes) -> Sequence[str]: ...

    def install(self, archive: bytes) -> Sequence[str]: ...


@dataclass(slots=True)
class Matrix:
    """said: by mistake (CLEAN for none) and referee. absent: who could not run, and why."""

    said: dict[str, dict[Referee, list[Finding]]] = field(default_factory=dict)
    absent: dict[Referee, str] = field(default_factory=dict)

    def catchers(self, name: str) -> list[Referee]:
        """Who complained."""
        return [referee for referee in Referee if self.said[name].get(referee)]


def judge_all(
    files: Mapping[str, bytes], mistakes: Sequence[Mistake], project: Path, work: Path, org: AnOrg
) -> Matrix:
    """Every referee over everything.

    files: the clean package. work: a folder for copies. org: a fresh one; it gets the clean package, and is
    then asked about each mistake.
    """
    matrix = Matrix()
    packages = {CLEAN: dict(files)} | {mistake.name: mistake.applied(files) for mistake in mistakes}
    refused = org.install(_archive(files))
    for name, changed in packages.items():
        package = package_of(changed)
        told = refused if name == CLEAN else org.check(_archive(_to_deploy(files, changed)))
        matrix.said[name] = {
            Referee.SCHEMA: list(schema.judge(package, project)),
            Referee.REFERENCES: list(references.judge(package, project)),
            Referee.LOCAL_ORG: [Finding("", 0, text) for text in told],
        }
    folders = {name: _folder(work / name, name, files, changed) for name, changed in packages.items()}
    for referee, judge in (
        (Referee.FLOW_SCANNER, outside.flow_scanner),
        (Referee.PMD, outside.pmd),
        (Referee.CONVERSION, lambda each, root: outside.conversion(each, work / "converted", root)),
    ):
        try:
            said = judge(list(folders.values()), project)
        except RefereeMissing as missing:
            matrix.absent[referee] = str(missing)
            continue
        for name, folder in folders.items():
            matrix.said[name][referee] = said[folder]
    return matrix


def _folder(folder: Path, name: str, clean: Mapping[str, bytes], changed: Mapping[str, bytes]) -> Path:
    """The clean package whole; of a mistake only what is new or different, with the rest of its bundle."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, body in changed.items():
        if name == CLEAN or clean.get(path) != body or _bundle_changed(path, clean, changed):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(body)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _archive(files: Mapping[str, bytes]) -> bytes:
    return zipped(metadata_files(package_of(files), API_VERSION))


def _to_deploy(clean: Mapping[str, bytes], changed: Mapping[str, bytes]) -> dict[str, bytes]:
    """What an org that has the clean package is sent: what is different, or all when something is gone."""
    if set(clean) - set(changed):
        return dict(changed)
    return {
        path: body
        for path, body in changed.items()
        if clean.get(path) != body or _bundle_changed(path, clean, changed)
    }


def _bundle_changed(path: str, clean: Mapping[str, bytes], changed: Mapping[str, bytes]) -> bool:
    if "/lwc/" not in path:
        return False
    folder = path.rpartition("/")[0] + "/"
    beside = {each for each in (*clean, *changed) if each.startswith(folder)}
    return any(clean.get(each) != changed.get(each) for each in beside)
