"""Hosts of addresses, and which of them never leave the machine."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """In small letters; empty where the address has none, or is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """True for 127.0.0.1, ::1, localhost and names under .localhost."""
    host = host_of(url)
    return host in {"127.0.0.1", "::1", "localhost"} or host.endswith(".localhost")
