"""The ledger itself: what is neither expected nor true fails."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.referees import ledger
from tests.referees.ledger import Extent, Verdict, judge


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with one expected miss."""
    (tmp_path / "expectations").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "expectations" / "somebody.yml").write_text("hard: nobody does this\n", "utf-8")
    monkeypatch.setattr(ledger, "HERE", tmp_path)
    monkeypatch.setenv(ledger.RECORD_VARIABLE, "1")
    return tmp_path


def test_expected_misses_pass_and_are_kept_with_their_reason_and_the_day(known: Path) -> None:
    judge("somebody", "1.0", {"easy": Verdict(passed=True), "hard": Verdict(passed=False)})

    kept = (known / "results" / "somebody.json").read_text("utf-8")
    assert f'"date": "{datetime.now(UTC).date()}"' in kept
    assert '"passed": 1' in kept
    assert '"hard": "nobody does this"' in kept


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (
            {"easy": Verdict(passed=False, detail="broke"), "hard": Verdict(passed=False)},
            "missed: easy: broke",
        ),
        ({"easy": Verdict(passed=True), "hard": Verdict(passed=True)}, "passes now, or is gone: hard"),
        ({"easy": Verdict(passed=True)}, "passes now, or is gone: hard"),
    ],
)
@pytest.mark.usefixtures("known")
def test_regressions_and_unexpected_passes_fail(verdicts: dict[str, Verdict], told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        judge("somebody", "1.0", verdicts)


def test_a_sample_is_judged_by_its_own_checks_and_never_kept(known: Path) -> None:
    judge("somebody", "1.0", {"easy": Verdict(passed=True)}, Extent(("easy",)))

    assert not (known / "results" / "somebody.json").exists()


@pytest.mark.usefixtures("known")
def test_a_sample_that_samples_nothing_fails() -> None:
    with pytest.raises(AssertionError, match="in the sample, but not among the checks: eager"):
        judge("somebody", "1.0", {"easy": Verdict(passed=True)}, Extent(("easy", "eager")))
