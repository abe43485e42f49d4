"""A served org, the environment in which other people's clients are installed, and how much of each runs.

Every referee runs twice: whole with `make referees`, and as a sample with all other tests. Its module names
the checks of the sample, by the beginnings of their names, in `SAMPLE`.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.referees.ledger import WHOLE, Extent

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-referees"
INSIDE = Path(__file__).parent / "inside"
RUN_SECONDS = 300
UNSAMPLED = pytest.StashKey[list[str]]()


def version_of(package: str) -> str:
    """The version of a package in the referees' environment. package: as its folder is named."""
    site = next((ENVIRONMENT / "lib").glob("python*/site-packages"))
    return PathDistribution(next(site.glob(f"{package}-*.dist-info"))).version


needs_node = pytest.mark.skipif(
    shutil.which("node") is None, reason="Node is missing: `scripts/setup` tells how it is found"
)
Run = Callable[..., subprocess.CompletedProcess[str]]


def unsampled(items: Iterable[pytest.Item]) -> list[str]:
    """Tests that only the referees' whole run takes, and of which no sample is always run."""
    return [item.nodeid for item in items if item.get_closest_marker("referee") and not _has_sample(item)]


def _has_sample(item: pytest.Item) -> bool:
    """Whether `extent` runs the test a second time, as a sample that its module names."""
    assert isinstance(item, pytest.Function)
    return "extent" in item.fixturenames and bool(getattr(item.module, "SAMPLE", ()))


@pytest.hookimpl(tryfirst=True)  # before those that are not asked for are left out
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note for tests/referees/test_samples.py which referees have no sample."""
    config.stash[UNSAMPLED] = unsampled(items)


@pytest.fixture(params=["sample", pytest.param("whole", marks=pytest.mark.referee)])
def extent(request: pytest.FixtureRequest) -> Extent:
    """How much of the referee is to run."""
    return WHOLE if request.param == "whole" else Extent(request.module.SAMPLE)


@pytest.fixture
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
