from types import SimpleNamespace

import pytest

from connector.adapters.remembered import Remembered


def test_an_answer_is_kept_for_its_time_and_asked_for_anew_afterwards() -> None:
    clock = SimpleNamespace(seconds=0.0)
    asked: list[str] = []
    remembered = Remembered(
        lambda word: asked.append(word) or len(asked), seconds=1.0, monotonic=lambda: clock.seconds
    )

    answers = [remembered("a"), remembered("a"), remembered("b")]
    clock.seconds = 1.0
    answers.append(remembered("a"))

    assert answers == [1, 1, 2, 3]


def test_a_failure_is_not_kept() -> None:
    answers = iter([KeyError("a")])

    def ask(_: str) -> str:
        for failure in answers:
            raise failure
        return "there"

    remembered = Remembered(ask, seconds=60.0)
    with pytest.raises(KeyError):
        remembered("a")

    assert remembered("a") == "there"
