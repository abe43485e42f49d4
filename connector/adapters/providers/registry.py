"""From an account's settings to the provider that speaks for it."""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.adapters.loopback import is_loopback
from connector.adapters.providers.addresses import accepted_base_url
from connector.adapters.providers.andopen import AndOpen
from connector.adapters.providers.brilliant import Brilliant
from connector.adapters.providers.guarded import Circuits, ClosableProvider, Guard, GuardedProvider
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


# Source: api.brilliantmade.com, introduction.
BRILLIANT_ADDRESSES = ("https://api.brilliantmade.com",)
BRILLIANT_CREDENTIALS = re.compile(r"[^:\s]+:[^:\s]+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every provider is made with. public_url: where platforms reach us."""

    allow_loopback: bool
    public_url: str
    clock: Clock


Constructor = Callable[[ProviderAccount, Surroundings], ClosableProvider]


def _andopen(account: ProviderAccount, around: Surroundings) -> ClosableProvider:
    address = ANDOPEN_REGIONS.get(account.base_url, account.base_url)
    base_url = accepted_base_url(address, ANDOPEN_REGIONS.values(), allow_loopback=around.allow_loopback)
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
    return AndOpen(base_url, account.token, account.webhook_secret.split(), clock=around.clock)


def _brilliant(account: ProviderAccount, around: Surroundings) -> ClosableProvider:
    base_url = accepted_base_url(account.base_url, BRILLIANT_ADDRESSES, allow_loopback=around.allow_loopback)
    if not BRILLIANT_CREDENTIALS.fullmatch(account.token):
        raise ConfigurationError(
            "Brilliant's credentials have not the form <API key>:<API secret key>",
            code="malformed_token",
            remedy="Copy both keys again from Brilliant's dashboard, with a colon between them.",
        )
    webhook_url = f"{around.public_url}/webhooks/{Brilliant.name}/{account.account_id}"
    return Brilliant(base_url, account.token, webhook_url, account.webhook_secret.split(), clock=around.clock)


CONSTRUCTORS: Mapping[str, Constructor] = {"andopen": _andopen, "brilliant": _brilliant}


class Providers:
    """One provider for each account, made when first asked for and kept, because it holds a connection pool.

    An account's base_url is a region name or an address. Its webhook_secret may hold two secrets with a space
    between them while one replaces the other, the new one first.
    """

    def __init__(
        self,
        circuits: Circuits,
        *,
        allow_loopback: bool = False,
        public_url: str = "",
        clock: Clock = utc_now,
        constructors: Mapping[str, Constructor] = CONSTRUCTORS,
    ) -> None:
        """allow_loopback: for development, where the platform runs on this machine."""
        self._circuits = circuits
        self._around = Surroundings(allow_loopback, public_url, clock)
        self._constructors = constructors
        self._made: dict[ProviderAccount, GuardedProvider] = {}
        self._guards: dict[str, Guard] = {}
        self._lock = threading.Lock()

    def provider(self, account: ProviderAccount) -> GiftProvider:
        """Raises ConfigurationError for an unknown provider, a foreign address or a malformed token."""
        with self._lock:
            if account not in self._made:
                guard = self._guards.setdefault(
                    account.account_id, Guard(account.account_id, self._circuits, self._around.clock)
                )
                self._made[account] = GuardedProvider(self._make(account), guard)
            return self._made[account]

    def close(self) -> None:
        with self._lock:
            for provider in self._made.values():
                provider.close()
            self._made.clear()

    def _make(self, account: ProviderAccount) -> ClosableProvider:
        constructor = self._constructors.get(account.provider)
        if constructor is None:
            raise ConfigurationError(
                f"unknown gifting provider: {account.provider}",
                code="unknown_provider",
                remedy=f"Known providers: {', '.join(self._constructors)}.",
            )
        return constructor(account, self._around)
