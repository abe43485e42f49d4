"""Every referee has a sample among the tests that always run, so that a new one cannot be forgotten."""

import pytest

from tests.referees.conftest import UNSAMPLED, unsampled
from tests.referees.ledger import Extent

SAMPLE = ("",)


def test_whatever_waits_for_the_referees_whole_run_has_a_sample_that_does_not(
    pytestconfig: pytest.Config,
) -> None:
    assert pytestconfig.stash[UNSAMPLED] == []


def test_a_referee_without_a_sample_is_found(request: pytest.FixtureRequest) -> None:
    assert unsampled([request.node]) == []  # it always runs

    request.node.add_marker(pytest.mark.referee)

    assert unsampled([request.node]) == [request.node.nodeid]


@pytest.mark.usefixtures("extent")
def test_a_referee_is_not_found_while_its_module_names_a_sample(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.node.add_marker(pytest.mark.referee)
    assert unsampled([request.node]) == []

    monkeypatch.setattr(request.module, "SAMPLE", ())

    assert unsampled([request.node]) == [request.node.nodeid]


def test_a_sample_takes_the_checks_that_begin_as_it_says_and_the_whole_takes_all() -> None:
    assert Extent(("sync REST",)).takes("sync REST Lead")
    assert not Extent(("sync REST",)).takes("sync BULK Lead")
    assert Extent().takes("anything")
