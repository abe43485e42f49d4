"""Where webhooks may go: nothing leaves this machine."""

from urllib.parse import urlsplit

_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """Whether it is a web address on this machine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname in _HOSTS and port != 0
