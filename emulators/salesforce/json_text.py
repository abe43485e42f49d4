"""JSON from clients, as far as the org can keep it."""

import json
from typing import Any


def parse_json(content: str | bytes) -> Any:
    """The value of a JSON text. Bytes are UTF-8.

    Raises ValueError for what is no JSON, what nests beyond reason, and for half of a surrogate pair, which
    is no character: neither the database nor an answer could hold it.
    """
    text = content.decode() if isinstance(content, bytes) else content
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("The JSON nests too deeply") from None
    # Only an escape can bring half a pair in; what is not escaped was decoded from UTF-8.
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value
