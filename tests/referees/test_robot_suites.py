"""CumulusCI's own Robot suites, as they ship in its package: over the API, and in a browser."""

import os
import shutil
import subprocess
from importlib.metadata import PathDistribution
from pathlib import Path
from xml.etree import ElementTree as ET  # what Robot wrote on this machine a moment ago

import pytest

from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import ROOT
from tests.referees.ledger import WHOLE, Extent, Verdict, judge

CCI = ROOT / ".venv-cci/bin/cci"
SITE = ROOT / ".venv-cci/lib/python3.11/site-packages"
SUITES = SITE / "cumulusci/robotframework/tests/salesforce"
API, CONTACT = "api.robot", "create_contact.robot"
SUITE_SECONDS = 280
PROJECT = """
minimum_cumulusci_version: '4.10.0'
project:
  name: Suites
  package: {name: Suites, api_version: '66.0'}
  source_format: mdapi
"""

SAMPLE = (f"{API}: Salesforce Insert", f"{API}: Collection API Errors Test", f"{CONTACT}: Via UI")

pytestmark = [
    pytest.mark.skipif(not CCI.exists(), reason="CumulusCI is not set up: run `scripts/setup`"),
    pytest.mark.timeout(SUITE_SECONDS + 20),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "cumulusci.yml").write_text(PROJECT)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)  # noqa: S607 -- git from PATH
    return folder


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A Chromium that starts as any user and takes the org's certificate."""
    chromium = shutil.which("chromium")
    if chromium is None or shutil.which("chromedriver") is None:
        pytest.skip("no browser: install chromium and chromium-driver")
    wrapper = tmp_path / "chromium"
    wrapper.write_text(f'#!/bin/sh\nexec {chromium} --no-sandbox --ignore-certificate-errors "$@"\n')
    wrapper.chmod(0o755)
    return wrapper


def run_suite(
    served: LocalOrg, project: Path, suite: str, extent: Extent, *options: str
) -> dict[str, Verdict]:
    """Each test of a suite with how it ended."""
    chosen = ",".join(name.removeprefix(f"{suite}: ") for name in extent.beginnings or ())
    home, output = project.parent / "home", project.parent / "output"
    (home / ".cumulusci").mkdir(parents=True)
    (home / ".cumulusci/cumulus_timestamp").write_text("9999999999")
    variables = {
        **served.environment(),
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "CUMULUSCI_KEY": "0123456789abcdef",
    }
    command = [str(CCI), "task", "run", "robot", "--suites", str(SUITES / suite), "--org", "local"]
    command += ["--test", chosen] if chosen else []
    done = subprocess.run(
        [*command, "--options", f"outputdir:{output}", *options],
        cwd=project,
        env=variables,
        capture_output=True,
        text=True,
        timeout=SUITE_SECONDS,
        check=False,
    )
    report = output / "output.xml"
    assert report.exists(), done.stdout + done.stderr
    return {
        f"{suite}: {test.get('name')}": _verdict(test.find("status"))
        for test in ET.parse(report).iter("test")  # noqa: S314 -- see the import
    }


def _verdict(status: ET.Element | None) -> Verdict:
    assert status is not None
    return Verdict(passed=status.get("status") == "PASS", detail=status.text or "")


def test_the_api_suite_passes(served: LocalOrg, project: Path, extent: Extent) -> None:
    extent = extent.within(API)

    verdicts = run_suite(served, project, API, extent)

    assert extent != WHOLE or len(verdicts) >= 14
    judge("cumulusci-robot-api", _version(), verdicts, extent)


def test_the_contact_suite_passes_in_a_browser(
    served: LocalOrg, project: Path, browser: Path, extent: Extent
) -> None:
    extent = extent.within(CONTACT)
    variables = f"BROWSER:headlesschrome,CHROME_BINARY:{browser}"

    verdicts = run_suite(served, project, CONTACT, extent, "--vars", variables)

    assert extent != WHOLE or len(verdicts) == 2
    judge("cumulusci-robot-contact", _version(), verdicts, extent)


def _version() -> str:
    return PathDistribution(next(SITE.glob("cumulusci-*.dist-info"))).version
