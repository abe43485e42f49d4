"""Writes docs/package-checks.md: `python -m tests.package.write_table`."""

import sys
import tempfile
from pathlib import Path

from packagecheck.table import DOCUMENT, document
from tests.package.matrix_run import ROOT, mistakes, package_files, run


def main() -> None:
    """Run everything and write the page; exits with 1 when a referee could not run."""
    planted = mistakes()
    with tempfile.TemporaryDirectory(prefix="packagecheck-") as work:
        matrix = run(package_files(), planted, Path(work))
    if matrix.absent:
        sys.exit("\n".join(f"{referee}: {reason}" for referee, reason in matrix.absent.items()))
    (ROOT / DOCUMENT).write_text(document(matrix, planted), encoding="utf-8")


if __name__ == "__main__":
    main()
