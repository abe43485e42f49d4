"""Answers that stay good for a moment, for what is asked many times a second and changes seldom."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Question = TypeVar("Question", bound=Hashable)
Answer = TypeVar("Answer")


class Remembered(Generic[Question, Answer]):
    """A function whose answers are kept for so many seconds. Safe to use from many threads.

    What it raises is not kept.
    """

    def __init__(
        self,
        function: Callable[[Question], Answer],
        *,
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._function, self._seconds, self._monotonic = function, seconds, monotonic
        self._lock = threading.Lock()
        self._answers: dict[Question, tuple[float, Answer]] = {}

    def __call__(self, question: Question) -> Answer:
        now = self._monotonic()
        with self._lock:
            known = self._answers.get(question)
        if known is not None and now - known[0] < self._seconds:
            return known[1]
        answer = self._function(question)
        with self._lock:
            self._answers[question] = (now, answer)
        return answer
