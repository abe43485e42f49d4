"""Switches of the platform, for what the documentation leaves open or a test wants different."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from emulators.gifting.store import Store
from emulators.gifting.wishes import checked


@dataclass(frozen=True, slots=True)
class Settings:
    """The switches; `POST /_control/settings` changes them."""

    # Page intro shows a list of gift requests only as an example of the list envelope; no page documents the
    # endpoint.
    gift_request_list: bool = True
    # No page documents an idempotency key: by default the header is ignored and every POST makes a gift.
    honour_idempotency_key: bool = False
    # Page gift-requests/create of 2025-10 says "2-255 characters, letters only". Taken at its word that
    # refuses O'Brien and Anne-Marie, so by default space, hyphen, apostrophe and full stop pass as well.
    letters_only_names: bool = False
    # Page gift-requests/create: redemption_url may be null until it has been generated.
    redemption_url_after_seconds: float = 0.0
    webhooks_paused: bool = False
    # No page documents the retry schedule: the n-th retry waits base * growth ** (n - 1).
    webhook_retry_base_seconds: float = 1.0
    webhook_retry_growth: float = 3.0
    webhook_max_attempts: int = 8
    # How many deliveries are under way at the same time, 16 at most; with one, they arrive in order.
    webhook_senders: int = 1
    # Brilliant documents the list of orders; off, it answers 404.
    brilliant_order_list: bool = True
    # The documented answer to a new order of Brilliant's shows no id.
    brilliant_order_id_in_answer: bool = False
    # No page documents the HTTP status that comes with code 2501.
    brilliant_refusal_status: int = 200

    @classmethod
    def load(cls, store: Store) -> "Settings":
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in store.settings().items() if name in known})

    def changed(self, wishes: dict[str, Any]) -> "Settings":
        """With some switches set differently; raises ValueError for what makes no sense."""
        changed = Settings(**asdict(self) | checked(Settings, wishes))
        if changed.brilliant_refusal_status not in range(100, 600):
            raise ValueError("brilliant_refusal_status is a status of HTTP, 100 to 599")
        return changed
