"""What is built is whole: it installs into an empty environment and works without the repository."""

import re
import shutil
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.distribution.conftest import ROOT, VENDOR, build, run, sources

pytestmark = pytest.mark.slow

_GUIDE = ROOT / "docs" / "installing.md"
_BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_PORTS = ("8443", "8920", "8080")


def test_a_wheel_without_the_pages_looks_is_not_built(tmp_path: Path) -> None:
    source = sources(tmp_path / "source")

    refused = build(source, tmp_path / "dist")

    assert refused.returncode != 0
    assert f"{VENDOR} lacks slds.css" in refused.stderr
    assert "Run scripts/setup" in refused.stderr


def test_the_wheel_holds_every_file_that_the_code_reads(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    listed = run("git", "ls-files", "connector", "emulators", "metagen").stdout.splitlines()
    data = {name for name in listed if (ROOT / name).exists()}
    shipped = {
        f"metagen/shipped/{name}"
        for name in run("git", "ls-files", "spec", "templates", "force-app/main/default").stdout.splitlines()
        if "__tests__" not in name and not Path(name).name.startswith(".") and (ROOT / name).exists()
    }
    vendored = {f"{VENDOR}/{path.name}" for path in (ROOT / VENDOR).iterdir() if path.name != ".made-from"}

    assert data - held == set()
    assert shipped - held == set()
    assert vendored - held == set()
    assert len(vendored) == 6
    assert {name for name in held if name.endswith((".dist-info/licenses/NOTICE", "/licenses/LICENSE"))}
    assert not {name for name in held if name.startswith(("tests/", "demo/", "packagecheck/", "setup"))}


def test_the_package_in_the_wheel_is_what_the_description_says(wheel: Path, tmp_path: Path) -> None:
    from packagecheck.files import package_of, read_files
    from packagecheck.metadata_format import metadata_files

    files = read_files(ROOT / "force-app/main") | read_files(ROOT / "unpackaged/post")
    expected = metadata_files(package_of(files), "66.0")
    with zipfile.ZipFile(wheel) as archive:
        archive.extract("metagen/shipped/package.zip", tmp_path)
    with zipfile.ZipFile(tmp_path / "metagen/shipped/package.zip") as package:
        found = {name: package.read(name) for name in package.namelist()}

    assert found == expected
    assert "permissionsets/Gift_Callout.permissionset" in found


@pytest.fixture(scope="module")
def everything(environment_of: Callable[[str], Path]) -> Path:
    return environment_of("everything")


def test_without_its_extra_the_local_org_says_what_to_install(
    environment_of: Callable[[str], Path], tmp_path: Path
) -> None:
    programs = environment_of("production")

    refused = run(programs / "localorg", "--help", folder=tmp_path)
    whole = run(programs / "connector", "--help", folder=tmp_path)

    assert refused.returncode == 1
    assert "pip install 'salesforce-gifting[emulators]'" in refused.stderr
    assert whole.returncode == 0


def test_metagen_starts_a_project_elsewhere_and_renders_the_same_package(
    everything: Path, tmp_path: Path
) -> None:
    project = tmp_path / "mine"

    started = run(everything / "metagen", "start", str(project), folder=tmp_path)
    again = run(everything / "metagen", "start", str(project), folder=tmp_path)
    rendered = run(everything / "metagen", "render", "--project", str(project), folder=tmp_path)

    assert (started.returncode, again.returncode, rendered.returncode) == (0, 1, 0), rendered.stderr
    assert "already" in again.stderr
    same = run("diff", "-r", ROOT / "force-app/main/generated", project / "force-app/main/generated")
    assert same.returncode == 0, same.stdout


@pytest.mark.timeout(900)
def test_the_guide_leads_from_an_empty_folder_to_a_delivered_gift(everything: Path, tmp_path: Path) -> None:
    blocks = _BLOCK.findall(_GUIDE.read_text().partition("## Try it without the repository")[2])
    story = "\n".join(blocks)
    for port in _PORTS:  # the guide's ports may be taken on this machine
        story = re.sub(rf"\b{port}\b", _free_port(), story)
    script = tmp_path / "guide.sh"
    script.write_text(f"set -euo pipefail\ntrap 'kill $(jobs -p); wait' EXIT\n{story}\n")
    assert len(blocks) == 4

    told = run(
        "timeout",
        "600",
        "bash",
        script,
        folder=tmp_path,
        PATH=f"{everything}:/usr/bin:/bin",
        CONNECTOR_LOG_FORMAT="json",
    )

    logs = "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in tmp_path.glob("*.log"))
    assert told.returncode == 0, f"{told.stdout[-3000:]}\n{told.stderr[-3000:]}\n{logs}"
    assert '"Order_Status__c": "Delivered"' in told.stdout
    assert "Traceback" not in logs + told.stderr
    used = run(
        everything / "python", "-c", "import connector; print(connector.__file__)", folder=tmp_path
    ).stdout
    assert str(everything.parent) in used
    shutil.rmtree(tmp_path / "connector")


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
