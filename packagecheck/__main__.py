"""python -m packagecheck: every referee that needs no org, over force-app."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from packagecheck import outside, references, schema
from packagecheck.files import package_of, read_files
from packagecheck.finding import Finding, Referee, RefereeMissing

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = PROJECT / "force-app/main"


def main() -> int:
    """Print what each referee says; 1 when one complains, 2 when one is missing."""
    package = package_of(read_files(SOURCE))
    code = 0
    with tempfile.TemporaryDirectory(prefix="packagecheck-") as work:
        judges: dict[Referee, Callable[[], list[Finding]]] = {
            Referee.SCHEMA: lambda: list(schema.judge(package, PROJECT)),
            Referee.REFERENCES: lambda: list(references.judge(package, PROJECT)),
            Referee.FLOW_SCANNER: lambda: outside.flow_scanner([SOURCE], PROJECT)[SOURCE],
            Referee.PMD: lambda: outside.pmd([SOURCE], PROJECT)[SOURCE],
            Referee.CONVERSION: lambda: outside.conversion([SOURCE], Path(work), PROJECT)[SOURCE],
        }
        for referee, judge in judges.items():
            try:
                found = judge()
            except RefereeMissing as missing:
                print(f"{referee}: {missing}", file=sys.stderr)  # noqa: T201  # a command's output
                code = max(code, 2)
                continue
            print(f"{referee}: {len(found) or 'nothing'}")  # noqa: T201
            for finding in found:
                print(f"  {finding}")  # noqa: T201
            code = max(code, 1 if found else 0)
    return code


if __name__ == "__main__":
    sys.exit(main())
