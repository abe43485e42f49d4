"""What a referee is expected to find, and what it found last.

`expectations/<referee>.yml` names every miss with its reason. A run must miss exactly those: a new miss is
a regression, and a check that passes although a miss is expected makes the reason untrue.
`results/<referee>.json` keeps what the last recorded run saw; the compatibility table is made of it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

HERE = Path(__file__).parent
RECORD_VARIABLE = "REFEREES_RECORD"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one check of a referee ended. detail: what it said, where it did not pass."""

    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a referee runs: all of it, or what its module names as its SAMPLE.

    beginnings: those of the names of the checks to run; None for all checks.
    """

    beginnings: tuple[str, ...] | None = None

    def takes(self, check: str) -> bool:
        return self.beginnings is None or check.startswith(self.beginnings)

    def within(self, prefix: str) -> "Extent":
        """The part of the sample that has this prefix, for a referee of several suites."""
        if self.beginnings is None:
            return self
        return Extent(tuple(one for one in self.beginnings if one.startswith(prefix)))

    def unheard(self, checks: Mapping[str, Verdict]) -> Iterator[str]:
        """What the sample names and no check answers to: a sample that samples nothing."""
        for one in self.beginnings or ():
            if not any(check.startswith(one) for check in checks):
                yield one


WHOLE = Extent()


def expected_misses(referee: str) -> dict[str, str]:
    """Reason by check, for the checks that are known not to pass."""
    found: dict[str, str] | None = yaml.safe_load(
        (HERE / "expectations" / f"{referee}.yml").read_text("utf-8")
    )
    return found or {}


def judge(referee: str, version: str, verdicts: Mapping[str, Verdict], extent: Extent = WHOLE) -> None:
    """Compare a run with what is expected, and record a whole one where asked to.

    Raises AssertionError that lists every difference.
    """
    reasons = {name: reason for name, reason in expected_misses(referee).items() if extent.takes(name)}
    missed = {name for name, verdict in verdicts.items() if extent.takes(name) and not verdict.passed}
    worse = [f"missed: {name}: {verdicts[name].detail}" for name in sorted(missed - reasons.keys())]
    better = [f"passes now, or is gone: {name}" for name in sorted(reasons.keys() - missed)]
    gone = [f"in the sample, but not among the checks: {name}" for name in extent.unheard(verdicts)]
    if RECORD_VARIABLE in os.environ and extent == WHOLE:
        _record(referee, version, len(verdicts), {name: reasons.get(name, "") for name in sorted(missed)})
    told = [*worse, *better, *gone]
    assert not told, "\n".join([f"{referee} {version}", *told])


def _record(referee: str, version: str, total: int, misses: Mapping[str, str]) -> None:
    path = HERE / "results" / f"{referee}.json"
    seen = {"referee": referee, "version": version, "passed": total - len(misses), "total": total}
    content = {"date": datetime.now(UTC).date().isoformat(), **seen, "misses": dict(misses)}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
