"""What a caller of the control side wishes for, checked before anything is changed."""

import math
from collections.abc import Mapping
from typing import Any, get_type_hints


def checked(kind: type, wishes: Mapping[str, Any]) -> dict[str, Any]:
    """Wishes as arguments of a dataclass of switches, texts and amounts, none of which is negative.

    Raises ValueError for an unknown name, a wrong type, or an amount that is none.
    """
    wanted = get_type_hints(kind)
    unknown = sorted(wishes.keys() - wanted.keys())
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}")
    return {name: _checked(name, value, wanted[name]) for name, value in wishes.items()}


def _checked(name: str, value: Any, wanted: type) -> Any:
    if wanted is float and type(value) is int:
        value = float(value)
    if type(value) is not wanted:
        raise ValueError(f"{name} is a {wanted.__name__}")
    if isinstance(value, int | float) and not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} is finite and not negative")
    return value


def texts(name: str, value: Any) -> list[str]:
    """A text, or a list of them. Raises ValueError."""
    given = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in given):
        raise ValueError(f"{name} is a text or a list of texts")
    return given
