"""The compatibility table of docs/localorg.md, made of what referees found and of what the org says itself.

python -m tests.referees.table            writes it
python -m tests.referees.table --check    fails when it is stale
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from emulators.salesforce.formula.functions import UNSUPPORTED
from emulators.salesforce.metadata.registry import TYPES
from emulators.salesforce.metadata.types.catalogue import handler_of
from emulators.salesforce.rest.unsupported import RESOURCES
from emulators.salesforce.standins import STAND_INS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "localorg.md"
BEGIN, END = "<!-- compatibility: written by make docs-localorg -->", "<!-- end of compatibility -->"

Result = dict[str, Any]


def results() -> list[Result]:
    """What each referee found last, by name."""
    found: list[Result] = [
        json.loads(path.read_text("utf-8")) for path in sorted((HERE / "results").glob("*.json"))
    ]
    return found


def rendered() -> str:
    """The generated part of the page, between its markers."""
    found = results()
    lines = [*_referees(found), "", *_table(found), "", *_misses(found)]
    return "\n".join([BEGIN, "", *lines, "", END])


def _referees(found: list[Result]) -> Iterator[str]:
    yield "| Referee | Version | Seen | Checks passed |"
    yield "|---|---|---|---|"
    for one in found:
        yield f"| {one['referee']} | {one['version']} | {one['date']} | {one['passed']} of {one['total']} |"
    for one in yaml.safe_load((HERE / "results" / "by-hand.yml").read_text("utf-8")):
        name = f"{one['referee']}, by hand"
        yield f"| {name} | {one['version']} | {one['date']} | {one['passed']} of {one['total']} |"


def _table(found: list[Result]) -> Iterator[str]:
    yield "| What | State | Who says so |"
    yield "|---|---|---|"
    known = {one["referee"]: one for one in found}
    for row in yaml.safe_load((HERE / "capabilities.yml").read_text("utf-8")):
        heard = {name: pattern for name, pattern in row["referees"].items() if name in known}
        missed = sum(len(_missed(known[name], pattern)) for name, pattern in heard.items())
        state = "supported" if heard else "not judged"
        told = f", {missed} missed" if missed else ""
        yield f"| {row['area']} | {state} | {', '.join(sorted(heard)) or 'nobody yet'}{told} |"
    for stand_in in STAND_INS:
        yield f"| Flow {stand_in.flow}: {stand_in.does} | stand-in | the answer of its deploy |"
    kept = sorted(info.name for info in TYPES if not handler_of(info.name).evaluated)
    for what, names, where in (
        ("Metadata kept and given back without being evaluated", kept, _DEPLOY),
        ("REST resources", sorted(RESOURCES), _ANSWER),
        ("Formula functions", sorted(UNSUPPORTED), _DEPLOY),
    ):
        yield f"| {what}: {', '.join(names)} | not supported | {where} |"


_DEPLOY = "the answer of their deploy"
_ANSWER = "NOT_SUPPORTED_BY_LOCAL_ORG"


def _missed(one: Result, pattern: str) -> list[str]:
    return [name for name in one["misses"] if re.search(pattern, name)]


def _misses(found: list[Result]) -> Iterator[str]:
    yield "Every reason for which checks do not pass, with how many there are and the first of them:"
    yield ""
    for one in found:
        by_reason: dict[str, list[str]] = {}
        for name, reason in one["misses"].items():
            by_reason.setdefault(reason, []).append(name)
        for reason, names in by_reason.items():
            yield f"- {one['referee']}, {len(names)}: {reason.rstrip('.')} (`{names[0]}`)"


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    wanted = before + rendered() + rest.partition(END)[2]
    if "--check" not in arguments:
        PAGE.write_text(wanted, "utf-8")
        return 0
    if text != wanted:
        sys.stderr.write(f"{PAGE.name} is stale: run 'make docs-localorg' and commit the result\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
