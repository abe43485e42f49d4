"""What a campaign costs at 1,000, 10,000 and, with --full, 100,000 members: time, calls and memory.

Time and calls should grow with the members, the memory not at all. Measured without a network and in
processor time, so that it is the connector's own: see bench/_growth.py.
"""

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench._growth import Taken

ROOT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 10_000)
FULL_SIZES = (*SIZES, 100_000)


def run(console: Console, *, full: bool = False) -> None:
    """Each size in a process of its own, so that none inherits another's memory."""
    table = Table(
        "members", "planning s", "requests s", "write-back s", "ms each", "calls per 1,000", "grew by MB"
    )
    for members in FULL_SIZES if full else SIZES:
        taken = _measure(members)
        seconds = (taken.planning, taken.requesting, taken.writing)
        table.add_row(
            f"{members:,}",
            *(f"{each:.1f}" for each in seconds),
            f"{sum(seconds) / members * 1e3:.2f}",
            f"{taken.calls / members * 1e3:.1f}",
            f"{taken.megabytes:.1f}",
        )
    console.print(table)


def _measure(members: int) -> Taken:
    command = [sys.executable, "-m", "bench._growth", str(members)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(told.stderr[-2_000:])
    return Taken(**json.loads(told.stdout))
