"""Rendering the whole package, beside Salesforce's own conversion of the result in the same run.

Both go from files on disk to files on disk and do about the same amount of XML; the ratio says more than the
seconds, which belong to the machine.
"""

import os
import resource
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
    rendering, rendering_cpu = _median(_render, time.process_time)
    converting, converting_cpu = _median(_convert, _children_seconds)
    table = Table("", "files", "seconds", "CPU seconds")
    table.add_row("render spec/ into source", str(count), f"{rendering:.2f}", f"{rendering_cpu:.2f}")
    table.add_row(
        "sf project convert source", str(_rendered_files()), f"{converting:.2f}", f"{converting_cpu:.2f}"
    )
    console.print(table)
    verdict = "under" if rendering_cpu < LIMIT_SECONDS else "NOT under"
    console.print(
        f"{converting / rendering:.1f} renderings in the time of one conversion; "
        f"a rendering takes {verdict} {LIMIT_SECONDS:.0f} s of a processor (medians of {RUNS} runs)"
    )


def _median(work: Callable[[], object], cpu: Callable[[], float]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    seconds, cpu_seconds = [], []
    for _ in range(RUNS):
        started, cpu_started = time.perf_counter(), cpu()
        work()
        seconds.append(time.perf_counter() - started)
        cpu_seconds.append(cpu() - cpu_started)
    return median(seconds), median(cpu_seconds)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
