"""The connector's programs as processes of their own, as a service manager starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

BIN = Path(sys.executable).parent
PATIENCE_SECONDS = 60.0


@contextmanager
def running(
    *command: str, environment: Mapping[str, str], log: Path, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A program while the block runs; killed at its end where it has not left by itself."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", **environment},
            cwd=folder,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(done: Callable[[], object], what: str, log: Path) -> None:
    """Wait, and show the end of the log where it takes too long."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < give_up, f"{what}\n{log.read_text()[-3000:]}"
        time.sleep(0.05)


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
