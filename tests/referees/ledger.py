"""What a referee is expected to find, and what it found last.

`expectations/<referee>.yml` names every miss with its reason. A run must miss exactly those: a new miss is
a regression, and a check that passes although a miss is expected makes the reason untrue.
`results/<referee>.json` keeps what the last recorded run saw; the compatibility table is made of it.
"""

import json
import os
from collections.abc import Mapping
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


def expected_misses(referee: str) -> dict[str, str]:
    """Reason by check, for the checks that are known not to pass."""
    found: dict[str, str] | None = yaml.safe_load(
        (HERE / "expectations" / f"{referee}.yml").read_text("utf-8")
    )
    return found or {}


def judge(referee: str, version: str, verdicts: Mapping[str, Verdict]) -> None:
    """Compare a run with what is expected, and record it where asked to.

    Raises AssertionError that lists every difference.
    """
    reasons = expected_misses(referee)
    missed = {name for name, verdict in verdicts.items() if not verdict.passed}
    worse = [f"missed: {name}: {verdicts[name].detail}" for name in sorted(missed - reasons.keys())]
    better = [f"passes now, or is gone: {name}" for name in sorted(reasons.keys() - missed)]
    if RECORD_VARIABLE in os.environ:
        _record(referee, version, len(verdicts), {name: reasons.get(name, "") for name in sorted(missed)})
    assert not worse + better, "\n".join([f"{referee} {version}", *worse, *better])


def _record(referee: str, version: str, total: int, misses: Mapping[str, str]) -> None:
    path = HERE / "results" / f"{referee}.json"
    seen = {"referee": referee, "version": version, "passed": total - len(misses), "total": total}
    content = {**seen, "misses": dict(misses)}
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if {key: value for key, value in before.items() if key != "date"} != content:
        today = datetime.now(UTC).date().isoformat()
        path.write_text(json.dumps({"date": today, **content}, indent=2, ensure_ascii=False) + "\n", "utf-8")
