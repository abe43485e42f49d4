"""Salesforce's own converter takes the package there and back again, and agrees with ours on the way."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from packagecheck import outside
from packagecheck.files import package_of, read_files
from packagecheck.finding import RefereeMissing
from packagecheck.metadata_format import metadata_files
from packagecheck.mistakes import SAMPLES
from tests.package.matrix_run import MISTAKES, PACKAGE, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["package", "samples"])
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source folder, and a folder with `there/0` (Metadata API) and `back/force-app` (source again)."""
    source = PACKAGE if request.param == "package" else MISTAKES / SAMPLES
    work = tmp_path_factory.mktemp("conversion")
    try:
        said = outside.conversion([source], work / "there", ROOT, work / "back")
    except RefereeMissing as missing:
        pytest.skip(str(missing))
    assert said == {source: []}
    return source, work


def components(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files by their name within the type's folder, XML in canonical form with children sorted."""
    return {path: _canonical(body) if path.endswith(".xml") else body for path, body in files.items()}


def _canonical(body: bytes) -> bytes:
    root = etree.fromstring(body, etree.XMLParser(remove_blank_text=True, resolve_entities=False))
    _sort(root)
    return etree.tostring(root, method="c14n")


def _sort(element: etree._Element) -> None:
    for child in element:
        _sort(child)
    element[:] = sorted(element, key=lambda child: etree.tostring(child, method="c14n"))


def below_package_directory(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path.partition("/")[2]: body for path, body in files.items()}


def test_there_and_back_loses_and_changes_nothing(converted: tuple[Path, Path]) -> None:
    source, work = converted

    before = components(below_package_directory(read_files(source)))
    back = read_files(work / "back/force-app").items()
    after = components({path.partition("main/default/")[2]: body for path, body in back})
    # The converter makes a file of its own for each standard object, with nothing in it.
    after = {path: body for path, body in after.items() if path in before or len(etree.fromstring(body))}

    assert sorted(after) == sorted(before)
    assert {path for path in before if after[path] != before[path]} == set()


def test_our_own_conversion_agrees_with_salesforces(converted: tuple[Path, Path]) -> None:
    source, work = converted

    ours = metadata_files(package_of(read_files(source)), "66.0")
    theirs = read_files(work / "there/0")

    assert sorted(set(ours) - {"package.xml"}) == sorted(set(theirs) - {"package.xml"})
    for path in set(theirs) - {"package.xml"}:
        assert _same(ours[path], theirs[path]), path
    # Theirs names parts of objects beside the object, and leaves out the folders of reports and dashboards.
    named = {
        (kind, name)
        for kind, name in _members(ours["package.xml"])
        if kind not in ("Report", "Dashboard") or "/" in name
    }
    assert named <= _members(theirs["package.xml"])


def _same(ours: bytes, theirs: bytes) -> bool:
    return ours == theirs or _canonical(ours) == _canonical(theirs)


def _members(manifest: bytes) -> set[tuple[str, str]]:
    root = etree.fromstring(manifest)
    return {
        (types.findtext("{*}name") or "", member.text or "")
        for types in root.iterfind("{*}types")
        for member in types.iterfind("{*}members")
    }
