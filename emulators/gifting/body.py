"""The JSON in a request, whatever content type it says."""

import json
from typing import Any

from flask import request


def json_value() -> Any:
    """The body as JSON; None where it is none.

    Half of a surrogate pair is no text: no database holds it, and no platform could answer it.
    """
    try:
        value = json.loads(request.get_data().decode())
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value
