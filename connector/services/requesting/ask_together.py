"""Ask for many things at the same time, and hand over what came back in batches worth a transaction."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Raised:
    """What ask raised; an error that it returned is an answer."""

    problem: BaseException


def ask_together(
    ask: Callable[[Item], Answer], items: Iterable[Item], *, threads: int, linger_seconds: float
) -> Iterator[list[tuple[Item, Answer]]]:
    """Batches of items with their answers, as they come; the others are being asked meanwhile.

    items: drawn from as they are needed, between two batches, so that each thread has one more waiting.
    linger_seconds: how long an answer waits for others to share its batch. What ask raises is raised here.
    Left early, items that nobody has begun to ask for are not asked for any more.
    """
    answers: SimpleQueue[tuple[Item, Answer | _Raised]] = SimpleQueue()

    def take(item: Item) -> None:
        try:
            answers.put((item, ask(item)))
        except BaseException as problem:  # noqa: BLE001 - raised again where the answers are waited for
            answers.put((item, _Raised(problem)))

    pool = ThreadPoolExecutor(threads, thread_name_prefix="ask")
    source, under_way = iter(items), 0
    try:
        while True:
            for item in islice(source, 2 * threads - under_way):
                pool.submit(take, item)
                under_way += 1
            if not under_way:
                return
            batch = _batch(answers, under_way, linger_seconds)
            under_way -= len(batch)
            yield [(item, _good(answer)) for item, answer in batch]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _batch(
    answers: "SimpleQueue[tuple[Item, Answer | _Raised]]", at_most: int, linger_seconds: float
) -> list[tuple[Item, Answer | _Raised]]:
    batch = [answers.get()]
    closes_at = time.monotonic() + linger_seconds
    with suppress(Empty):
        while len(batch) < at_most:
            batch.append(answers.get(timeout=max(0.0, closes_at - time.monotonic())))
    return batch


def _good(answer: Answer | _Raised) -> Answer:
    if isinstance(answer, _Raised):
        raise answer.problem
    return answer
