"""Rendering the whole package, beside Salesforce's own conversion of the result in the same run.

Both go from files on disk to files on disk and do about the same amount of XML; the ratio says more than the
seconds, which belong to the machine.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from metagen.load import load_spec
from metagen.render import render_project

QUIET = {"SF_DISABLE_TELEMETRY": "true", "SF_DISABLE_LOG_FILE": "true", "SF_SKIP_NEW_VERSION_CHECK": "true"}
ROOT = Path(__file__).resolve().parent.parent
SF = ROOT / "node/sf/node_modules/.bin/sf"
RUNS = 5
LIMIT_SECONDS = 1.0
TIMEOUT_SECONDS = 120


def run(console: Console) -> None:
    """Print median seconds of both, and how many renderings one conversion takes."""
    count = len(_render())
    rendering = _median(_render)
    converting = _median(_convert)
    table = Table("", "files", "median seconds")
    table.add_row("render spec/ into source", str(count), f"{rendering:.2f}")
    table.add_row("sf project convert source", str(_rendered_files()), f"{converting:.2f}")
    console.print(table)
    verdict = "under" if rendering < LIMIT_SECONDS else "NOT under"
    console.print(
        f"{converting / rendering:.1f} renderings in the time of one conversion; "
        f"{verdict} {LIMIT_SECONDS:.0f} s on this machine"
    )


def _median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return median(seconds)


def _render() -> dict[str, bytes]:
    """What `metagen render` does: read the description, judge it, print and write every file."""
    files = render_project(load_spec(ROOT / "spec"), ROOT / "templates")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for path, content in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return files


def _convert() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        subprocess.run(
            [str(SF), "project", "convert", "source", "--root-dir", "force-app", "--output-dir", folder],
            cwd=ROOT,
            env={**os.environ, **QUIET},
            stdout=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
            check=True,
        )


def _rendered_files() -> int:
    return sum(1 for path in (ROOT / "force-app").rglob("*") if path.is_file())
