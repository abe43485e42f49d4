"""Where the examples of the manual are run: a copy of the project, and what a reader has beside it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from demo.environment import ASKED_LATELY
from demo.servers import free_port
from docgen.session import Session

ROOT = Path(__file__).resolve().parents[2]
_GIT = shutil.which("git") or "git"
_TAR = shutil.which("tar") or "tar"
# What `make setup` makes; a copy of the project uses the original's.
_MADE_BY_SETUP = (".venv", ".venv-cci", ".tools", "connector/web/static/vendor")


def copy_of_the_project(target: Path) -> Path:
    """Its files as they are now, changed ones too, in a repository of their own."""
    listed = subprocess.run(
        [_GIT, "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    target.mkdir(parents=True)
    there = b"\0".join(name for name in listed.split(b"\0") if name and (ROOT / os.fsdecode(name)).is_file())
    packed = subprocess.run(
        [_TAR, "--null", "--files-from=-", "--create"],
        cwd=ROOT,
        input=there,
        capture_output=True,
        check=True,
    ).stdout
    subprocess.run([_TAR, "--extract"], cwd=target, input=packed, check=True)
    made = [*(ROOT / name for name in _MADE_BY_SETUP), *ROOT.glob("node/*/node_modules")]
    for path in made:
        if path.exists():
            link = target / path.relative_to(ROOT)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    for arguments in (
        ("init", "--quiet", "--initial-branch=main"),
        ("remote", "add", "origin", "https://example.com/your/clone/gifting.git"),
        ("add", "--all"),
        ("-c", "user.name=Reader", "-c", "user.email=reader@example.com", "commit", "-qm", "A copy"),
    ):
        subprocess.run([_GIT, *arguments], cwd=target, check=True, capture_output=True)
    return target


def readers_environment(home: Path) -> dict[str, str]:
    """A login of a new user: nothing of whoever runs the tests but the way to the programs of the machine."""
    (home / ".cumulusci").mkdir(parents=True, exist_ok=True)
    (home / ".cumulusci/cumulus_timestamp").write_text(ASKED_LATELY)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**kept, "HOME": str(home), "SF_DISABLE_LOG_FILE": "true"}


def ports() -> dict[str, str]:
    """For each port that the examples name, one that is free here.

    Never the one that they name: other people's servers come and go on it.
    """
    return {named: str(free_port(0)) for named in ("8443", "8920", "8080")}


def ready_on(found: Mapping[str, str]) -> dict[str, str]:
    """Which address answers once a server is up."""
    return {
        "localorg start": f"https://localhost:{found['8443']}/_control/health",
        "localgifting start": f"http://127.0.0.1:{found['8920']}/_control/health",
        "connector run": f"http://127.0.0.1:{found['8080']}/health/ready",
    }


def quickstart(
    directory: Path, environment: Mapping[str, str], found: Mapping[str, str] | None = None
) -> Session:
    """A session in which the quickstart's own addresses hold, on ports that are free: found, if given."""
    found = found or ports()
    return Session(directory, environment, dict(found), ready_on(found))
