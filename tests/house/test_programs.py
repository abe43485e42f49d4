"""Programs run with what scripts/setup installed, also where the machine has an older one of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from demo.environment import cumulusci_environment
from emulators.salesforce.lightning import harness

ROOT = Path(__file__).parents[2]
OWN = ".tools/node/bin/node"


def program(path: Path, prints: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{prints}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a Node that is too old, as Debian 12 brings it."""
    program(tmp_path / "usr/bin/node", "echo v18.20.4")
    monkeypatch.setenv("PATH", f"{tmp_path / 'usr/bin'}:{os.environ['PATH']}")
    return tmp_path


@pytest.fixture(params=["a checkout", "checkout"])
def checkout(request: pytest.FixtureRequest, machine: Path) -> Path:
    """A checkout, with blanks in its path or without, in which setup installed a Node of its own."""
    folder = machine / request.param
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "Makefile", folder)
    program(folder / ".venv-cci/bin/cci", "node --version")
    program(folder / OWN, "echo v22.0.0")
    return folder


def told(*command: str, folder: Path, **variables: str) -> str:
    done = subprocess.run(  # a program of the test's own
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.strip()


def test_cumulusci_runs_with_the_node_that_setup_installed(checkout: Path) -> None:
    assert told(str(checkout / "scripts/cci"), folder=checkout) == "v22.0.0"
    environment = cumulusci_environment(checkout, checkout)
    assert told("node", "--version", folder=checkout, **environment) == "v22.0.0"


def test_make_runs_with_the_node_that_setup_installed(checkout: Path) -> None:
    assert told("make", "--eval", "seen: ; @node --version", "seen", folder=checkout) == "v22.0.0"


def test_the_machines_node_is_good_where_setup_installed_none(checkout: Path) -> None:
    (checkout / OWN).unlink()

    assert told(str(checkout / "scripts/cci"), folder=checkout) == "v18.20.4"
    assert told("make", "--eval", "seen: ; @node --version", "seen", folder=checkout) == "v18.20.4"


def test_components_are_compiled_with_the_node_that_setup_installed(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harness, "_OWN_NODE", checkout / OWN)
    assert harness.node_program() == str(checkout / OWN)

    (checkout / OWN).unlink()
    assert harness.node_program() == shutil.which("node")
