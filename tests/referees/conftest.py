"""A served org, and the environment in which other people's clients are installed."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from emulators.salesforce.testing import LocalOrg, start_local_org

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-referees"
INSIDE = Path(__file__).parent / "inside"
RUN_SECONDS = 300


def version_of(package: str) -> str:
    """The version of a package in the referees' environment. package: as its folder is named."""
    site = next((ENVIRONMENT / "lib").glob("python*/site-packages"))
    return PathDistribution(next(site.glob(f"{package}-*.dist-info"))).version


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def served() -> Iterator[LocalOrg]:
    """An org of its own for each referee."""
    with start_local_org() as local:
        yield local


@pytest.fixture(scope="session")
def referee_python() -> Path:
    """The interpreter of the referees' environment."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        pytest.skip("the referees' environment is missing: run `scripts/setup referees`")
    return python


@pytest.fixture
def run_inside(referee_python: Path, tmp_path: Path) -> Run:
    """Runs the referees' Python in a temporary folder, with our modules for it importable and trust set."""

    def run(
        *arguments: str, trust: str, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(INSIDE),
            "PYTHONDONTWRITEBYTECODE": "1",
            "REQUESTS_CA_BUNDLE": trust,
            **(variables or {}),
        }
        return subprocess.run(
            [str(referee_python), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    return run
