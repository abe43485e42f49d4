"""The processes of one connector, and what may happen to them."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from random import Random
from typing import Any

from connector.config import Settings
from tests.connector.crash.driver import run_all_in_one, run_web, run_worker

_FORKS = multiprocessing.get_context("forkserver")


@dataclass
class Member:
    """One process; a killed one comes back under the same name when its time has come."""

    name: str
    run: Callable[[Settings, str], None]
    settings: Settings
    process: ForkServerProcess | None = None
    back_at: float = 0.0
    awake_at: float = 0.0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.is_alive()


@dataclass
class Gang:
    """workers: 1 is everything in one process; more are as many workers and a web process."""

    settings: Settings
    workers: int
    log_file: str
    random: Random
    kills: int = 0
    pauses: int = 0
    members: list[Member] = field(default_factory=list)

    def start(self) -> None:
        if self.workers == 1:
            self.members = [Member("local", run_all_in_one, self._named("local"))]
        else:
            names = [f"w{number}" for number in range(self.workers)]
            self.members = [Member(name, run_worker, self._named(name)) for name in names]
            self.members.append(Member("web", run_web, self._named("web")))
        for member in self.members:
            self._start(member)

    def look_after(self) -> None:
        """Start again what was killed or ended itself, wake what was paused, when its time has come."""
        now = time.monotonic()
        for member in self.members:
            if member.awake_at and now >= member.awake_at:
                self._signal(member, signal.SIGCONT)
                member.awake_at = 0.0
            if not member.alive and now >= member.back_at:
                self._start(member)

    def kill_one(self) -> None:
        """SIGKILL a process; it is away for a moment, or for longer than the others wait for it."""
        living = [member for member in self.members if member.alive]
        if not living:
            return
        victim = self.random.choice(living)
        assert victim.process is not None
        victim.process.kill()
        victim.process.join()
        victim.awake_at = 0.0
        away_seconds = self.random.choice([0.0, 0.5, 2.0, 6.0])
        victim.back_at = time.monotonic() + away_seconds
        self.kills += 1

    def pause_one(self) -> None:
        """SIGSTOP a worker, for a moment or until its work has been given to others."""
        candidates = [member for member in self.members if member.alive and not member.awake_at]
        if self.workers > 1 and candidates:
            victim = self.random.choice(candidates)
            self._signal(victim, signal.SIGSTOP)
            victim.awake_at = time.monotonic() + self.random.choice([0.5, 3.0, 8.0])
            self.pauses += 1

    def stop(self) -> list[int | None]:
        """Ask all to stop, as an operator does; the exit codes of those that were there to be asked."""
        asked = [member.process for member in self.members if member.alive and member.process is not None]
        for member in self.members:
            self._signal(member, signal.SIGCONT)
            self._signal(member, signal.SIGTERM)
        for process in asked:
            process.join(60)
        return [process.exitcode for process in asked]

    def kill_all(self) -> None:
        for member in self.members:
            if member.process is not None:
                member.process.kill()
                member.process.join()

    def _named(self, name: str) -> Settings:
        wishes: dict[str, Any] = {"worker_id": name}
        return self.settings.model_copy(update=wishes)

    def _start(self, member: Member) -> None:
        arguments = (member.settings, self.log_file)
        member.process = _FORKS.Process(target=member.run, args=arguments, daemon=True)
        member.process.start()

    def _signal(self, member: Member, number: int) -> None:
        if member.alive and member.process is not None and member.process.pid is not None:
            os.kill(member.process.pid, number)
