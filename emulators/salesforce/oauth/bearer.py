"""The access token of a request."""

import re

from flask import request

_AUTHORIZATION = re.compile(r"(?:Bearer|OAuth)\s+(\S+)\s*", re.IGNORECASE)


def bearer_token() -> str:
    """The token in the Authorization header, scheme Bearer or OAuth; empty when there is none."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    return found.group(1) if found else ""
