"""Starting, watching and ending the processes of the demo."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
# Tells a folder of a run from others, wherever it is.
MARK = ".of-a-run"
OF_RUNS = (".local", "robot/Gifting/results")


class DemoFailed(Exception):
    """A step did not do what it should; the text says which and where to look."""


def emptied(folder: Path, root: Path) -> None:
    """Make a folder for a run, without what a run before it left there.

    root: the checkout, some of whose ignored folders hold nothing but runs. Raises DemoFailed where there are
    files that are not known to be a run's, and then touches none of them.
    """
    mark = folder / MARK
    is_ours = any(folder.resolve().is_relative_to((root / each).resolve()) for each in OF_RUNS)
    if not is_ours and not mark.is_file() and folder.exists() and any(folder.iterdir()):
        raise DemoFailed(f"{folder} holds files that are not of a run before this one: name an empty folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    mark.touch()


def be_stopped_as_by_ctrl_c() -> None:
    """Let SIGTERM, and a terminal that goes away, end this process as Ctrl-C does: its servers end first.

    Whoever limits a run in time, as `timeout` and a CI server do, sends SIGTERM.
    """
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


def free_port(preferred: int) -> int:
    """The preferred loopback port, or any free one where that is taken."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoFailed("No free port on 127.0.0.1")


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


@dataclass(frozen=True)
class Server:
    """A child process that serves until it is told to stop."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """Ask it to end, and insist after a while."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def serving(
    name: str,
    command: Sequence[str],
    *,
    ready: Callable[[], bool],
    log: Path,
    environment: Mapping[str, str],
) -> Iterator[Server]:
    """Run a server while the block runs; entered once `ready` holds.

    Raises DemoFailed when it ends early or is not ready within READY_SECONDS.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
    server = Server(name, process, log)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            if process.poll() is not None:
                raise DemoFailed(f"{name} ended with code {process.returncode}:\n{tail(log)}")
            if time.monotonic() > deadline:
                raise DemoFailed(f"{name} was not ready after {READY_SECONDS:.0f} s:\n{tail(log)}")
            time.sleep(0.1)
        yield server
    finally:
        server.stop()


def unheard(_line: str) -> None:
    """Nobody looks at the output while it comes."""


def run(
    name: str,
    command: Sequence[str],
    *,
    log: Path | None,
    environment: Mapping[str, str],
    on_line: Callable[[str], None] = unheard,
) -> str:
    """Run a command to its end and give what it printed; each line goes to on_line as it comes.

    log: None for a command that prints secrets.
    Raises DemoFailed with the end of its output when it ends with another code than 0.
    """
    kept = log or Path(os.devnull)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with (
        kept.open("a") as output,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            env={**os.environ, **environment},
        ) as process,
    ):
        output.write(f"$ {' '.join(command)}\n")
        lines = []
        try:
            for line in process.stdout or ():
                output.write(line)
                lines.append(line)
                on_line(line.strip())
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise DemoFailed(
            f"{name} failed with code {process.returncode}; its output is in {kept}:\n{tail(kept)}"
        )
    return "".join(lines)
