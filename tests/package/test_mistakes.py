"""Every planted mistake is caught by whom it is expected, and the package without one raises nothing."""

import pytest

from packagecheck.finding import Referee
from packagecheck.matrix import CLEAN, Matrix
from packagecheck.mistakes import Mistake, MistakeStale
from packagecheck.table import COMMAND, DOCUMENT, document
from tests.package.matrix_run import ROOT, mistakes, package_files, run

PLANTED = mistakes()

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    return run(package_files(), PLANTED, tmp_path_factory.mktemp("packages"))


def test_the_package_without_a_mistake_raises_nothing(matrix: Matrix) -> None:
    said = {
        str(referee): [str(each) for each in found] for referee, found in matrix.said[CLEAN].items() if found
    }

    assert said == {}


def test_there_are_enough_mistakes_and_each_is_another_one() -> None:
    assert len(PLANTED) >= 60
    assert len({mistake.title for mistake in PLANTED}) == len(PLANTED)


@pytest.mark.parametrize("mistake", PLANTED, ids=lambda mistake: mistake.name)
def test_the_mistake_is_caught(matrix: Matrix, mistake: Mistake) -> None:
    if mistake.caught_by in matrix.absent:
        pytest.skip(matrix.absent[mistake.caught_by])

    said = [str(finding) for finding in matrix.said[mistake.name][mistake.caught_by]]

    assert any(mistake.message in line for line in said), said


def test_the_table_in_the_docs_is_what_the_referees_said(matrix: Matrix) -> None:
    if matrix.absent:
        pytest.skip("; ".join(matrix.absent.values()))

    assert (ROOT / DOCUMENT).read_text() == document(matrix, PLANTED), f"run `{COMMAND}`"


def test_every_referee_catches_something(matrix: Matrix) -> None:
    for referee in Referee:
        if referee not in matrix.absent:
            assert any(referee in matrix.catchers(mistake.name) for mistake in PLANTED), referee


def test_a_mistake_that_fits_nothing_is_named() -> None:
    changes = ({"file": "generated/tabs/Gift__c.tab-meta.xml", "replace": "no such text", "with": ""},)
    stale = Mistake("x", "x", changes, Referee.SCHEMA, "x", "")

    with pytest.raises(MistakeStale, match="does not contain 'no such text'"):
        stale.applied(package_files())
