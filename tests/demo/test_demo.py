"""The whole product once, as `make demo` runs it."""

import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_the_demo_ends_with_an_org_that_says_what_the_platform_says(tmp_path: Path) -> None:
    # CumulusCI converts the package into ./src, so only one run at a time.
    with (ROOT / "cumulusci.yml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, "-m", "demo", "--directory", str(tmp_path / "demo")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "The org says of all 96 gifts what the platform says." in done.stdout
    updater = tmp_path / "demo/home/.cache/sf/autoupdate.log"
    assert not updater.exists(), "the Salesforce CLI started its updater, which outlives the demo"
