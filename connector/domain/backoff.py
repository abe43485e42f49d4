"""How long to wait before the next attempt."""

import random


def delay_seconds(
    attempt: int, *, jitter: float, base_seconds: float = 2.0, cap_seconds: float = 900.0
) -> float:
    """Exponential with jitter: between half of the full delay and the full delay.

    attempt: 1 after the first failure. jitter: a random number in [0, 1), passed in so that tests can choose
    it.
    """
    full = min(cap_seconds, base_seconds * 2.0 ** min(attempt - 1, 30))
    return full * (0.5 + jitter / 2)


def random_jitter() -> float:
    """A number in [0, 1) by which the attempts of many spread."""
    return random.random()  # noqa: S311 - jitter keeps no secret
