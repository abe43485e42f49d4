"""What comes from others: its licences, its known flaws, its list; and our own versions."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).parents[2]
# Licences that ask for no more than their texts, which installers keep. LGPL: linked, unchanged (psycopg).
ALLOWED = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL-2|Mozilla|Unlicense|LGPL|Zlib|Zope",
    re.IGNORECASE,
)
FLAWED = {"name": "flask", "version": "3.1", "vulns": [{"id": "GHSA-1", "fix_versions": ["9"]}]}
SOUND = {"name": "rich", "version": "15", "vulns": []}


def locked(name: str) -> list[str]:
    return re.findall(
        r"^([a-z0-9._-]+)(?:\[\w+\])?==", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
    )


@pytest.mark.parametrize("package", locked("production"))
def test_everything_in_production_has_a_licence_that_we_can_keep(package: str) -> None:
    told = distribution(package).metadata
    texts = [told.get("License-Expression") or "", (told.get("License") or "")[:100]]
    texts += [line for line in told.get_all("Classifier") or [] if line.startswith("License ::")]

    assert any(ALLOWED.search(text) for text in texts), texts


def audit(tmp_path: Path, answer: str, accepted: str = "") -> subprocess.CompletedProcess[str]:
    """`make audit` with a pip-audit that gives this answer."""
    program, entries = tmp_path / "pip-audit", tmp_path / "accepted.toml"
    program.write_text(f"#!/bin/sh\ncat <<'E'\n{answer}\nE\necho 'no route to host' >&2\n")
    program.chmod(0o755)
    entries.write_text(accepted)
    return subprocess.run(
        [sys.executable, ROOT / "scripts/audit"],
        env={"PIP_AUDIT": str(program), "ACCEPTED_FINDINGS": str(entries), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def acceptance(why: str = "we never do that", until: str = "2999-01-01") -> str:
    return f'[[finding]]\nid = "GHSA-1"\npackage = "flask"\nwhy = "{why}"\nuntil = {until}\n'


@pytest.mark.parametrize(
    ("found", "accepted", "code", "said"),
    [
        ([SOUND], "", 0, ""),
        ([SOUND, FLAWED], "", 1, "flask 3.1: GHSA-1"),
        ([SOUND, FLAWED], acceptance(), 0, ""),
        ([SOUND, FLAWED], acceptance(until="2020-01-01"), 1, "was accepted until 2020-01-01"),
        ([SOUND, FLAWED], acceptance(why=" "), 1, "without a reason"),
        ([SOUND], acceptance(), 1, "not found any more"),
        ([SOUND, {"name": "x", "skip_reason": "unknown"}], "", 1, "not audited: x"),
    ],
)
def test_the_audit_fails_for_what_is_not_accepted_with_a_reason_and_an_end(
    tmp_path: Path, found: list[object], accepted: str, code: int, said: str
) -> None:
    result = audit(tmp_path, json.dumps({"dependencies": found}), accepted)

    assert result.returncode == code, result.stderr
    assert said in result.stderr


def test_an_audit_behind_a_mirror_without_advisories_says_that_nothing_was_looked_up(tmp_path: Path) -> None:
    unknown = [{"name": name, "skip_reason": "Dependency not found on PyPI"} for name in ("flask", "rich")]

    result = audit(tmp_path, json.dumps({"dependencies": unknown}))

    assert result.returncode == 2
    assert "NOT DONE" in result.stderr
    assert "not one of 2 packages" in result.stderr


def test_an_audit_that_reached_no_advisories_is_not_green(tmp_path: Path) -> None:
    result = audit(tmp_path, "")

    assert result.returncode == 2
    assert "NOT DONE" in result.stderr
    assert "no route to host" in result.stderr


def test_what_is_accepted_now_has_reasons() -> None:
    entries = tomllib.loads((ROOT / "requirements/accepted-findings.toml").read_text()).get("finding", [])

    assert all(entry["why"].strip() and entry["until"] for entry in entries)


def test_the_bill_of_materials_lists_what_is_locked_and_what_pages_load(tmp_path: Path) -> None:
    if not (ROOT / ".venv-supply/bin/cyclonedx-py").exists():
        pytest.skip("run `scripts/setup supply` to have the bill of materials tested")
    target = tmp_path / "sbom.json"

    subprocess.run([sys.executable, ROOT / "scripts/sbom", target], check=True, capture_output=True)

    bill = json.loads(target.read_text())
    names = {component["name"].lower().replace("_", "-") for component in bill["components"]}
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "salesforce-gifting"
    assert names >= {name.replace("_", "-") for name in locked("production")}
    assert names >= {"@salesforce-ux/design-system", "htmx.org"}


def test_the_changelog_knows_the_version() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    released = [Version(text) for text in headings[1:]]

    assert headings[0] == "Unreleased"
    assert released == sorted(released, reverse=True)
    assert not released or Version(told["version"]) >= released[0]
    assert re.search(
        rf"^version: {re.escape(told['version'])}$", (ROOT / "spec/package.yml").read_text(), re.MULTILINE
    )
    assert told["license"] == "BSD-3-Clause"
    assert "BSD 3-Clause" in (ROOT / "LICENSE").read_text()
