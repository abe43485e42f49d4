"""JSON as platforms send it, with texts that can be kept."""

import json
import re
from typing import Any

# JSON can say a zero byte, which PostgreSQL refuses, and half of a character, which no encoding has: what is
# left of a name that somebody cut in the middle of an emoji. One such text would stop all that is stored or
# written together with it.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_UNREADABLE = "\ufffd"


def from_json(content: bytes) -> Any:
    """The document; what cannot be kept of its texts is the sign for an unreadable character.

    Raises ValueError for what is no JSON, or is nested deeper than can be read.
    """
    try:
        return _kept(json.loads(content))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return _UNKEPT.sub(_UNREADABLE, value)
    if isinstance(value, list):
        return [_kept(item) for item in value]
    if isinstance(value, dict):
        return {_kept(name): _kept(item) for name, item in value.items()}
    return value
