"""Periodic tasks begin at once, go on after a failure, and end when they are told to."""

import threading

from connector.adapters.jobs.scheduler import PeriodicTask, Scheduler


class StopsAtClear(threading.Event):
    """Whoever stops the worker comes in just before the task forgets that it was woken."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__()
        self._stopping = stopping

    def clear(self) -> None:
        self._stopping.set()
        self.set()
        super().clear()


def test_a_task_that_is_stopped_as_its_turn_begins_does_not_wait_for_another() -> None:
    stopping = threading.Event()
    task = PeriodicTask("sweep", 3_600.0, lambda: None, StopsAtClear(stopping))

    thread = threading.Thread(target=task.keep_running, args=(stopping,), daemon=True)
    thread.start()
    thread.join(5.0)

    assert not thread.is_alive()


def test_a_failure_ends_one_turn_and_waking_begins_another() -> None:
    turns, enough = [0], threading.Event()

    def fail_once() -> None:
        turns[0] += 1
        if turns[0] == 1:
            raise ZeroDivisionError
        enough.set()

    task = PeriodicTask("sweep", 3_600.0, fail_once)
    scheduler = Scheduler([task])
    scheduler.start()

    while not enough.wait(0.05):
        task.wake()
    scheduler.stop()

    assert turns[0] >= 2
