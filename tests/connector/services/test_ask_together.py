import threading
import time
from collections.abc import Iterator
from itertools import chain

import pytest

from connector.services.requesting.ask_together import ask_together


def test_each_item_comes_back_once_with_its_answer() -> None:
    batches = list(ask_together(lambda n: n * n, range(200), threads=8, linger_seconds=0.001))

    assert sorted(chain.from_iterable(batches)) == [(n, n * n) for n in range(200)]


def test_an_error_that_is_returned_is_an_answer() -> None:
    refusal = ValueError("no")

    [batch] = ask_together(lambda _: refusal, [1], threads=1, linger_seconds=0.0)

    assert batch == [(1, refusal)]


def test_an_error_that_is_raised_is_raised_to_whoever_waits() -> None:
    def ask(_: int) -> int:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(ask_together(ask, [1, 2], threads=1, linger_seconds=0.0))


def test_no_more_than_so_many_are_asked_for_at_the_same_time() -> None:
    at_work, most, lock = 0, 0, threading.Lock()

    def ask(_: int) -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.005)
        with lock:
            at_work -= 1

    list(ask_together(ask, range(40), threads=4, linger_seconds=0.0))

    assert most == 4


def test_what_comes_back_together_shares_a_batch() -> None:
    barrier = threading.Barrier(8)

    batches = list(ask_together(lambda _: barrier.wait(20), range(8), threads=8, linger_seconds=5.0))

    assert [len(batch) for batch in batches] == [8]


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            drawn.append(number)
            yield number

    answers = ask_together(lambda number: number, items(), threads=2, linger_seconds=0.0)
    next(answers)

    assert len(drawn) == 4
    assert sum(len(batch) for batch in answers) >= 96
    assert len(drawn) == 100


def test_who_stops_listening_stops_the_asking() -> None:
    asked: list[int] = []

    def ask(number: int) -> None:
        asked.append(number)
        time.sleep(0.01)

    answers = ask_together(ask, range(1_000), threads=2, linger_seconds=0.0)
    next(answers)
    answers.close()  # type: ignore[attr-defined]  # a generator is an iterator that can be closed

    assert len(asked) < 100
