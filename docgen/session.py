"""A shell in which the examples of a page are run, one after the other, as somebody would who follows it."""

import os
import re
import secrets
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests

# A command that goes on until it is told to stop: it gets a terminal of its own, and the next waits for it.
SERVERS = ("localorg start", "localgifting start", "connector run", "connector serve", "connector worker")
_READY_SECONDS = 90
_LOOK_SECONDS = 0.02
_READY_LOOK_SECONDS = 0.2
_STOP_SECONDS = 20


class ExampleFailed(Exception):
    """A command ended badly or did not end; the text holds what it printed."""


@dataclass
class Session:
    """One bash, with the servers that were started in it.

    values: what stands in the examples, and what takes its place here: addresses, names of people.
    ready: for each server, the address that answers once it is up; beginning as in SERVERS.
    """

    directory: Path
    environment: Mapping[str, str]
    values: dict[str, str] = field(default_factory=dict)
    ready: Mapping[str, str] = field(default_factory=dict)
    _servers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryDirectory()
        self._shell = subprocess.Popen(
            ["/bin/bash", "--norc", "--noprofile"],
            cwd=self.directory,
            env=dict(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._shell.stdin:
            self._shell.stdin.close()
        self._end(self._shell)
        for server in reversed(self._servers):
            self._end(server)
        self._log.cleanup()

    def run(self, command: str, *, timeout_seconds: float = 300) -> str:
        """What the command printed. Raises ExampleFailed unless it ended with code 0."""
        actual = self.actual(command)
        if (name := next((one for one in SERVERS if command.startswith(one)), "")) != "":
            self._serve(name, actual)
            return ""
        printed, code = self._in_shell(actual, timeout_seconds)
        if code:
            raise ExampleFailed(f"$ {actual}\n{printed}\nended with code {code}")
        return printed

    def actual(self, command: str) -> str:
        """The command with the values of this session."""
        if not self.values:
            return command
        names = sorted(self.values, key=len, reverse=True)
        pattern = "|".join(re.escape(name) for name in names)
        return re.sub(pattern, lambda found: self.values[found[0]], command)

    def _in_shell(self, command: str, timeout_seconds: float) -> tuple[str, int]:
        mark = secrets.token_hex(8)
        out, ended = Path(self._log.name) / f"{mark}.out", Path(self._log.name) / f"{mark}.code"
        # In braces, so that what it exports and where it goes lasts.
        script = f"{{ {command}\n}} >{out} 2>&1 </dev/null\necho $? >{ended}.new; mv {ended}.new {ended}\n"
        assert self._shell.stdin is not None  # noqa: S101 - it was opened with a pipe
        self._shell.stdin.write(script.encode())
        self._shell.stdin.flush()
        give_up = time.monotonic() + timeout_seconds
        while not ended.exists():
            if time.monotonic() > give_up or self._shell.poll() is not None:
                printed = out.read_text(errors="replace") if out.exists() else ""
                raise ExampleFailed(f"$ {command}\n{printed}\ndid not end in {timeout_seconds:.0f} s")
            time.sleep(_LOOK_SECONDS)
        return out.read_text(errors="replace"), int(ended.read_text())

    def _serve(self, name: str, command: str) -> None:
        printed, code = self._in_shell("env -0", 10)
        if code:
            raise ExampleFailed(printed)
        environment = dict(one.split("=", 1) for one in printed.split("\0") if "=" in one)
        directory, _ = self._in_shell("pwd", 10)
        log = Path(self._log.name) / f"{name.replace(' ', '-')}-{len(self._servers)}.log"
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - what the manual says
                ["/bin/bash", "-c", f"exec {command}"],
                cwd=directory.strip(),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._servers.append(server)
        self._wait(lambda: self._answers(name), server, f"$ {command}", log)

    def _answers(self, name: str) -> bool:
        address = self.ready.get(name)
        if address is None:
            return True
        with warnings.catch_warnings():
            # The local org's certificate is its own, and nothing but "up" is asked.
            warnings.simplefilter("ignore")
            try:
                return requests.get(address, timeout=5, verify=False).status_code < 500  # noqa: S501 - loopback
            except requests.RequestException:
                return False

    def _wait(
        self, is_ready: Callable[[], bool], server: subprocess.Popen[bytes], what: str, log: Path
    ) -> None:
        give_up = time.monotonic() + _READY_SECONDS
        while not is_ready():
            if server.poll() is not None or time.monotonic() > give_up:
                raise ExampleFailed(f"{what}\n{log.read_text(errors='replace')}\nis not up")
            time.sleep(_READY_LOOK_SECONDS)
        # Somebody else may answer at the address, and ours have found it taken.
        time.sleep(_READY_LOOK_SECONDS)
        if server.poll() is not None:
            raise ExampleFailed(f"{what}\n{log.read_text(errors='replace')}\nended at once")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
