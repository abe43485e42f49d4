"""Take the deliveries out of the inbox and into the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.recipient import Recipient
from connector.errors import ConnectorError
from connector.ports import Clock, ProviderGift, WebhookEvent
from connector.services.checkpoints import Checkpoint, Step
from connector.services.hearing import changes_after_hearing, hear
from connector.services.storage import InboxMessage, InboxOutcome, Store, Unit
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 500


@dataclass(frozen=True)
class ApplyEvents:
    """Applies received deliveries, a batch in a transaction. Repeating it changes nothing."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint

    def __call__(self) -> int:
        """How many deliveries were taken out; fewer than a full batch means that the inbox is empty."""
        with self.store.read() as unit:
            messages = unit.inbox.received(limit=_BATCH)
        if not messages:
            return 0
        events = {message.message_id: self._parse(message) for message in messages}
        with self.store.write() as unit:
            for account_id in sorted({message.account_id for message in messages}):
                mine = [message for message in messages if message.account_id == account_id]
                self._apply_all(unit, account_id, mine, events)
        self.checkpoint(Step.EVENTS_COMMITTED)
        return len(messages)

    def _parse(self, message: InboxMessage) -> WebhookEvent | str:
        """The event, or why there is none."""
        try:
            return self.open_provider(message.account_id).parse_webhook(message.headers, message.body)
        except ConnectorError as error:
            return error.code or type(error).__name__

    def _apply_all(
        self,
        unit: Unit,
        account_id: str,
        messages: Sequence[InboxMessage],
        events: Mapping[int, WebhookEvent | str],
    ) -> None:
        parsed = [event for m in messages if isinstance(event := events[m.message_id], WebhookEvent)]
        owners = unit.gifts.bound_to(account_id, [event.gift.provider_gift_id for event in parsed])
        gifts = unit.gifts.named(list(owners.values()))
        changed: dict[str, Gift] = {}
        for message in messages:
            event = events[message.message_id]
            if isinstance(event, str):
                unit.inbox.settle(message.message_id, InboxOutcome.UNREADABLE, reason=event)
                continue
            gift_id = event.gift.provider_gift_id
            key = owners.get(gift_id)
            gift = gifts[key] if key else _waiting_row(unit, account_id, event.gift, taken=changed)
            if gift is None:
                unit.inbox.settle(message.message_id, InboxOutcome.UNMATCHED, provider_gift_id=gift_id)
                continue
            owners[gift_id] = gift.key
            gifts[gift.key], history = hear(gift, event.gift, event.event_id, now=self.clock())
            changed[gift.key] = gifts[gift.key]
            unit.events.add(history)
            reason = history[-1].verdict
            unit.inbox.settle(
                message.message_id, InboxOutcome.APPLIED, provider_gift_id=gift_id, reason=reason
            )
        unit.gifts.change({key: changes_after_hearing(gift) for key, gift in changed.items()})


def _waiting_row(
    unit: Unit, account_id: str, heard: ProviderGift, *, taken: Mapping[str, Gift]
) -> Gift | None:
    """The row of unknown outcome that this gift answers.

    None where no such row waits, or where a twin of it is being sent right now: the answer may be on its way,
    and the delivery waits until the gift has found its row.
    """
    recipient = Recipient(heard.recipient.first_name, heard.recipient.last_name, heard.recipient.email)
    rows = unit.gifts.awaiting_answer(account_id, heard.gift_campaign_id, [recipient])
    rows = [row for row in rows if row.key not in taken]
    if any(row.state is RequestState.SENDING for row in rows):
        return None
    if heard.dedupe_key:
        rows = [row for row in rows if row.key == heard.dedupe_key]
    return rows[0] if rows else None
