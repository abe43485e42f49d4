"""A run that is stopped leaves no server and no command behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVING = """
import subprocess, sys
from pathlib import Path
from demo.servers import be_stopped_as_by_ctrl_c, run, serving

be_stopped_as_by_ctrl_c()
sleeper = ["sh", "-c", "echo $$; exec sleep 600"]
log = Path(sys.argv[1])
with serving("sleeper", sleeper, ready=lambda: log.read_text().endswith("\\n"), log=log, environment={}):
    print(log.read_text(), end="", flush=True)
    run("another", sleeper, log=None, environment={}, on_line=lambda line: print(line, flush=True))
"""


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_run_that_is_stopped_ends_what_it_started(tmp_path: Path, number: signal.Signals) -> None:
    # A shell that starts something in the background lets it ignore SIGINT.
    in_background = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    with subprocess.Popen(
        [*in_background, sys.executable, "-c", SERVING, str(tmp_path / "log")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        started = [int(process.stdout.readline()) for _ in range(2)]
        try:
            assert all(map(is_there, started))

            process.send_signal(number)

            process.wait(timeout=30)
            assert await_end(started) == []
        finally:
            for process_id in filter(is_there, started):
                os.kill(process_id, signal.SIGKILL)
            process.kill()


def await_end(process_ids: list[int]) -> list[int]:
    """Those that are still there after a while."""
    deadline = time.monotonic() + 30
    while (left := [*filter(is_there, process_ids)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
