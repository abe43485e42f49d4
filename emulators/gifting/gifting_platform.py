"""The platform's parts, put together once."""

import secrets
from dataclasses import asdict

from emulators.gifting.brilliant.orders import Storefront
from emulators.gifting.campaigns import Campaigns
from emulators.gifting.clock import PlatformClock
from emulators.gifting.faults import Faults, RateLimit
from emulators.gifting.gifts import Gifts
from emulators.gifting.outbox import Disturbance, Outbox
from emulators.gifting.settings import Settings
from emulators.gifting.store import Store
from emulators.gifting.webhooks import Dispatcher

CLOCK_SETTING = "clock_ahead_seconds"


class Platform:
    """State and behaviour without HTTP."""

    def __init__(self, *, state: str = ":memory:", token: str, brilliant_credentials: str = "") -> None:
        """state: SQLite file, or ":memory:".

        token: the bearer token of the one tenant, ao-v1-staging-<secret>. brilliant_credentials: of the one
        Brilliant store, <API key>:<API secret key>; made here where empty.
        """
        if not token.startswith("ao-v1-staging-"):
            raise ValueError("the token of a staging tenant starts with ao-v1-staging-")
        self.token = token
        self.brilliant_credentials = (
            brilliant_credentials or f"{secrets.token_hex(32)}:{secrets.token_hex(32)}"
        )
        self.store = Store(state)
        self.clock = PlatformClock(float(self.store.settings().get(CLOCK_SETTING, 0.0)))
        self.outbox = Outbox(self.store, self.clock)
        self.campaigns = Campaigns(self.store)
        self.gifts = Gifts(self.store, self.campaigns, self.outbox, self.clock)
        self.storefront = Storefront(self.store, self.outbox, self.clock)
        self.faults = Faults()
        self.rate_limit = RateLimit()
        self.dispatcher = Dispatcher(self.store, self.outbox)
        self._settings = Settings.load(self.store)

    @property
    def settings(self) -> Settings:
        return self._settings

    def change_settings(self, wishes: dict[str, object]) -> Settings:
        """Raises ValueError for an unknown name."""
        self._settings = self._settings.changed(wishes)
        with self.store.transaction():
            for name, value in asdict(self._settings).items():
                self.store.set(name, value)
        self.dispatcher.wake()
        return self._settings

    def advance(self, seconds: float) -> float:
        ahead = self.clock.advance(seconds)
        self.store.set(CLOCK_SETTING, ahead)
        self.dispatcher.wake()
        return ahead

    def reset(self) -> None:
        """As on the first day: no campaigns, gifts, endpoints, faults; switches and clock as they come."""
        self.store.clear()
        self.clock.reset()
        self.faults.clear()
        self.rate_limit.set(0, 1.0)
        self.outbox.disturbance = Disturbance()
        self._settings = Settings()

    def start(self) -> None:
        self.dispatcher.start()

    def stop(self) -> None:
        self.dispatcher.stop()
        self.store.close()
