"""The Robot suites as `make robot` runs them. Log and screenshots stay in robot/Gifting/results."""

import fcntl
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET  # what Robot wrote on this machine a moment ago

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "robot/Gifting/results"
FOLDER = ROOT / "robot/Gifting/tests"
# Names that begin so are about the folder.
SUITES = sorted(path for path in FOLDER.glob("*.robot") if not path.stem.startswith("__"))
RUN_SECONDS = 1500

needs_browser = pytest.mark.skipif(
    shutil.which("chromedriver") is None or not (ROOT / "node/harness/node_modules").is_dir(),
    reason="No Chromium with its driver, or the harness is not installed: scripts/setup tests",
)


@needs_browser
@pytest.mark.slow
@pytest.mark.timeout(RUN_SECONDS + 60)
def test_every_suite_passes_against_the_local_org(tmp_path: Path) -> None:
    # CumulusCI converts the package into ./src, so only one run at a time.
    with (ROOT / "cumulusci.yml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, "-m", "demo.robot", "--directory", str(tmp_path / "robot")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    ended = [
        (test.get("name"), status.get("status"))
        for test in ET.parse(RESULTS / "output.xml").iter("test")  # noqa: S314 -- see the import
        if (status := test.find("status")) is not None
    ]
    names = {name for path in SUITES for name in cases_in(path)}
    assert {name for name, status in ended if status == "PASS"} == names


def cases_in(suite: Path) -> list[str]:
    """The names of a suite's tests."""
    cases = suite.read_text(encoding="utf-8").partition("*** Test Cases ***")[2].partition("*** Keywords")[0]
    return re.findall(r"^(\S.*)$", cases, re.MULTILINE)


def tags_in(suite: Path) -> set[str]:
    """Every tag that a suite gives to its tests."""
    lines = re.findall(
        r"^\s*(?:Test Tags|\[Tags\])\s{2,}(.*)$", suite.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {tag for line in lines for tag in re.split(r"\s{2,}", line.strip())}


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.stem)
def test_tags_are_those_of_the_policy(suite: Path) -> None:
    tags = tags_in(suite)
    policy = (ROOT / "robot/README.md").read_text(encoding="utf-8")

    assert tags & {"api", "ui"}
    assert {tag for tag in tags if f"| `{tag}` |" not in policy} == set()


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.stem)
def test_suites_know_nothing_of_the_markup_and_wait_without_sleeping(suite: Path) -> None:
    text = suite.read_text(encoding="utf-8")

    assert re.findall(r"(?:xpath|css|//\w+\[|id=|Sleep\b)", text) == []
    assert "Delete Session Records" in text or "Suite Teardown      End" in text


def test_every_suite_is_in_the_readme() -> None:
    readme = (ROOT / "robot/README.md").read_text(encoding="utf-8")

    assert [path.stem for path in SUITES if f"| `{path.stem}` |" not in readme] == []
