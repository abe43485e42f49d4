"""From an account's settings to the provider that speaks for it."""

import re
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from connector.adapters.loopback import is_loopback
from connector.adapters.providers.addresses import accepted_base_url
from connector.adapters.providers.andopen import AndOpen
from connector.adapters.providers.transport import utc_now
from connector.domain.connections import ProviderAccount
from connector.errors import ConfigurationError
from connector.ports import Clock, GiftProvider

# Source: page environments, version 2026-05. The region is fixed when the account is made.
ANDOPEN_REGIONS = {
    "us": "https://api.andopen.co",
    "eu": "https://api.eu.andopen.co",
    "staging": "https://api.staging.andopen.co",
}
ANDOPEN_TOKEN = re.compile(r"ao-v1-(staging|production)-\S+")


class ClosableProvider(GiftProvider, Protocol):
    """A provider that holds connections."""

    def close(self) -> None: ...


Constructor = Callable[[ProviderAccount, bool, Clock], ClosableProvider]


def _andopen(account: ProviderAccount, allow_loopback: bool, clock: Clock) -> ClosableProvider:
    address = ANDOPEN_REGIONS.get(account.base_url, account.base_url)
    base_url = accepted_base_url(address, ANDOPEN_REGIONS.values(), allow_loopback=allow_loopback)
    token = ANDOPEN_TOKEN.fullmatch(account.token)
    if token is None:
        raise ConfigurationError(
            "the &Open token has not the form ao-v1-<stage>-<secret>",
            code="malformed_token",
            remedy="Copy the API key again from &Open (admin area, API keys).",
        )
    staging = base_url == ANDOPEN_REGIONS["staging"]
    if not is_loopback(base_url) and staging != (token[1] == "staging"):
        raise ConfigurationError(
            f"a {token[1]} token does not work at {base_url}",
            code="wrong_stage",
            remedy="Use a staging token with the staging address only.",
        )
    return AndOpen(base_url, account.token, account.webhook_secret.split(), clock=clock)


CONSTRUCTORS: Mapping[str, Constructor] = {"andopen": _andopen}


class Providers:
    """One provider for each account, made when first asked for and kept, because it holds a connection pool.

    An account's base_url is a region name or an address. Its webhook_secret may hold two secrets with a space
    between them while one replaces the other.
    """

    def __init__(self, *, allow_loopback: bool = False, clock: Clock = utc_now) -> None:
        """allow_loopback: for development, where the platform runs on this machine."""
        self._allow_loopback = allow_loopback
        self._clock = clock
        self._made: dict[ProviderAccount, ClosableProvider] = {}
        self._lock = threading.Lock()

    def provider(self, account: ProviderAccount) -> GiftProvider:
        """Raises ConfigurationError for an unknown provider, a foreign address or a malformed token."""
        with self._lock:
            if account not in self._made:
                self._made[account] = self._make(account)
            return self._made[account]

    def close(self) -> None:
        with self._lock:
            for provider in self._made.values():
                provider.close()
            self._made.clear()

    def _make(self, account: ProviderAccount) -> ClosableProvider:
        constructor = CONSTRUCTORS.get(account.provider)
        if constructor is None:
            raise ConfigurationError(
                f"unknown gifting provider: {account.provider}",
                code="unknown_provider",
                remedy=f"Known providers: {', '.join(CONSTRUCTORS)}.",
            )
        return constructor(account, self._allow_loopback, self._clock)
