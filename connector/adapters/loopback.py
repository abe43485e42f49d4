"""Addresses that never leave the machine."""

from urllib.parse import urlsplit


def is_loopback(url: str) -> bool:
    """True for 127.0.0.1, ::1, localhost and names under .localhost."""
    host = urlsplit(url).hostname or ""
    return host in {"127.0.0.1", "::1", "localhost"} or host.endswith(".localhost")
