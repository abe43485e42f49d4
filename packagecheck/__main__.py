"""python -m packagecheck: every referee that needs no org, over force-app and what is deployed beside it."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from packagecheck import outside, references, schema
from packagecheck.files import package_of, read_files
from packagecheck.finding import Finding, Referee, RefereeFailed, RefereeMissing

PROJECT = Path(__file__).resolve().parent.parent
SOURCE = PROJECT / "force-app/main"
# What installers deploy beside the package; it refers to what is in it.
BESIDE = ("unpackaged/post/gift_callout", "unpackaged/config/languages")


def all_files(project: Path) -> dict[str, bytes]:
    """Everything that an org may be given: the package, and what is beside it below folders of its own."""
    files = read_files(project / SOURCE.relative_to(PROJECT))
    for folder in BESIDE:
        files |= {f"{folder}/{path}": body for path, body in read_files(project / folder).items()}
    return files


def main() -> int:
    """Print what each referee says; 1 when one complains, 2 when one is missing or broke down."""
    package = package_of(all_files(PROJECT))
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
            except (RefereeMissing, RefereeFailed) as silent:
                print(f"{referee}: {silent}", file=sys.stderr)  # noqa: T201  # a command's output
                code = max(code, 2)
                continue
            print(f"{referee}: {len(found) or 'nothing'}")  # noqa: T201
            for finding in found:
                print(f"  {finding}")  # noqa: T201
            code = max(code, 1 if found else 0)
    return code


if __name__ == "__main__":
    sys.exit(main())
