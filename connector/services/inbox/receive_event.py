"""Take in a webhook: verify, keep, answer. What it says is read later."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.errors import ConfigurationError
from connector.ports import Clock
from connector.services.checkpoints import Checkpoint, Step
from connector.services.storage.hearing import InboxMessage
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider


@dataclass(frozen=True)
class ReceiveEvent:
    """Keeps an authentic delivery in the inbox, once for each event id of the account."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint

    def __call__(
        self, account_id: str, headers: Mapping[str, str], body: bytes, *, provider: str = ""
    ) -> bool:
        """False where the event was known already. When it returns, the delivery is committed.

        body: the raw bytes, before any decoding. provider: whose account it must be; "" for anybody's.
        Raises SignatureInvalid (answer 401) and ConfigurationError for an unknown account (answer 404).
        """
        now = self.clock()
        account = self.open_provider(account_id)
        if provider not in {"", account.name}:
            raise ConfigurationError(f"{account_id} is no account at {provider}", code="unknown_account")
        event_id = account.verify_webhook(headers, body, now=now)
        message = InboxMessage(
            account_id=account_id,
            event_id=event_id,
            headers={name: value for name, value in headers.items() if name.lower() not in _UNKEPT_HEADERS},
            body=body,
            received_at=now,
        )
        with self.store.write() as unit:
            is_new = unit.inbox.add(message)
        self.checkpoint(Step.INBOX_COMMITTED)
        return is_new


_UNKEPT_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
