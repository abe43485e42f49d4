"""A world whose process dies at a step of its work and comes back, for random histories."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis.stateful import RuleBasedStateMachine

from connector.services.checkpoints import Step
from tests.connector.world import World, new_store


class Crash(BaseException):
    """The process died here: nobody handles it."""


class WorldThatCrashes(RuleBasedStateMachine):
    """crash_at: the step at which the process dies the next time it is reported."""

    world: World
    crash_at: Step | None = None

    def new_world(self) -> None:
        self._directory = Path(tempfile.mkdtemp())
        self.world = World(new_store(self._directory))
        self.world.checkpoint = self._checkpoint  # type: ignore[method-assign]  # crashes where it was told to

    def alive(self, action: Callable[[], object]) -> None:
        """Do it; where the process dies at it, it comes back."""
        try:
            action()
        except Crash:
            self.world.restart()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.store.close()
            shutil.rmtree(self._directory)

    def _checkpoint(self, step: Step) -> None:
        if step is self.crash_at:
            self.crash_at = None
            raise Crash(step)
