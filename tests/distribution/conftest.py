"""The wheel, built from what git has and setup copied, and an environment that holds it and no checkout."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools/uv/bin/uv"
VENDOR = "connector/web/static/vendor"
_SECONDS = 700


def run(*command: str | Path, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with its output, without what points back into the repository."""
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    return subprocess.run(
        command,
        cwd=folder,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def sources(target: Path) -> Path:
    """A copy of the files that git knows or would take, without what builds and tests leave behind."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    wanted = (
        "connector",
        "emulators",
        "metagen",
        "packagecheck",
        "spec",
        "templates",
        "force-app",
        "unpackaged",
        "requirements",
    )
    for name in listed:
        if name.startswith(tuple(f"{folder}/" for folder in wanted)) or "/" not in name:
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, path)
    return target


def build(source: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """Build a wheel with the project's own setuptools, so that nothing is fetched."""
    python = ROOT / ".venv/bin/python"
    options = ("--wheel", "--no-build-isolation", "--offline", "--python", python, "--out-dir", to)
    return run(UV, "build", *options, source)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = sources(folder / "source")
    shutil.copytree(ROOT / VENDOR, source / VENDOR)
    built = build(source, folder / "dist")
    assert built.returncode == 0, built.stderr
    [found] = (folder / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="session")
def environment_of(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder bin/ of a new environment with the wheel and what a lock of requirements/ names."""

    def make(lock: str) -> Path:
        folder = tmp_path_factory.mktemp("environment") / "venv"
        assert run(UV, "venv", "--python", ROOT / ".venv/bin/python", folder).returncode == 0
        install = (UV, "pip", "install", "--python", folder / "bin/python")
        locked = ("--require-hashes", "-r", ROOT / "requirements" / f"{lock}.txt")
        if run(*install, "--offline", *locked).returncode:  # a cache that was emptied is filled again
            online = run(*install, *locked)
            assert online.returncode == 0, online.stderr
        installed = run(*install, "--offline", "--no-deps", wheel)
        assert installed.returncode == 0, installed.stderr
        return folder / "bin"

    return make
