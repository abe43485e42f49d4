"""Which addresses may be called: the platform's own over https, or loopback while developing."""

from collections.abc import Collection

from connector.adapters.loopback import host_of, is_loopback
from connector.errors import ConfigurationError


def accepted_base_url(url: str, known: Collection[str], *, allow_loopback: bool) -> str:
    """The address without a trailing slash; raises ConfigurationError for any that is not the platform's."""
    plain = url.rstrip("/")
    if plain in known or (allow_loopback and is_loopback(plain)):
        return plain
    raise ConfigurationError(
        f"{host_of(url) or 'the address'} is not an address of this gifting platform",
        code="unknown_base_url",
        remedy=f"Use one of {', '.join(sorted(known))}.",
    )
