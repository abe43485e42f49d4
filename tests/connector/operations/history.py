"""Programs of before, from this repository's own history."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
_VERSIONS = "connector/adapters/store/migrations/versions"
_GIT = shutil.which("git") or "git"
_TAR = shutil.which("tar") or "tar"
# What setup makes, and what is the same for all programs.
_MADE_BY_SETUP = "connector/web/static/vendor"


def last_program_of(head: str) -> str:
    """The newest commit whose newest migration is this one.

    The test is skipped, with the reason, where the history is not there or does not go back so far.
    """
    if not (ROOT / ".git").exists():
        pytest.skip("There is no history here (no .git), so there is no old program to run")
    for changed in _git("rev-list", "HEAD", "--", _VERSIONS).split():
        if (before := _git("rev-parse", "--verify", "--quiet", f"{changed}^", failing="")) and heads_at(
            before.strip()
        ) == {head}:
            return before.strip()
    if _git("rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip(
            f"The clone is shallow and holds no program of schema {head}; `git fetch --unshallow` brings it"
        )
    raise AssertionError(f"The history holds no program whose newest migration is {head}")


def heads_at(commit: str) -> set[str]:
    """The migrations of a commit that no other follows."""
    lines = _git("grep", "-h", "-E", "^(down_)?revision = ", commit, "--", _VERSIONS, failing="")
    found = re.findall(r'^(down_)?revision = "(\w+)"', lines, re.MULTILINE)
    followed = {revision for down, revision in found if down}
    return {revision for down, revision in found if not down} - followed


def lay_out(commit: str, folder: Path) -> Path:
    """The connector of a commit in a folder of its own, which PYTHONPATH may name."""
    folder.mkdir(parents=True)
    packed = subprocess.run([_GIT, "archive", commit, "connector"], cwd=ROOT, capture_output=True, check=True)
    subprocess.run([_TAR, "--extract"], cwd=folder, input=packed.stdout, check=True)
    if (ROOT / _MADE_BY_SETUP).is_dir():
        (folder / _MADE_BY_SETUP).symlink_to(ROOT / _MADE_BY_SETUP)
    return folder


def _git(*arguments: str, failing: str | None = None) -> str:
    """What git says. failing: instead of an error."""
    told = subprocess.run([_GIT, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode and failing is not None:
        return failing
    assert told.returncode == 0, told.stderr
    return told.stdout
