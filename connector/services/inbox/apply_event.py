"""Take the deliveries out of the inbox and into the ledger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial

import structlog

from connector.domain.gift import CREDENTIALS_REFUSED, Gift, RequestState
from connector.domain.inbox import InboxOutcome
from connector.domain.recipient import Recipient
from connector.errors import AdminError, AuthenticationFailed, ConnectorError, TemporaryError
from connector.ports import Clock, GiftProvider, ProviderGift, WebhookEvent
from connector.services.checkpoints import Checkpoint, Step
from connector.services.gifts.hearing import changes_after_hearing, earliest_creation, hear
from connector.services.storage.hearing import GiftEvent, InboxMessage
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_BATCH = 500
_ASK_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why a delivery is no event now, and what becomes of it; RECEIVED is tried again by itself."""

    outcome: InboxOutcome
    reason: str


_Parsed = WebhookEvent | _Unread

# What reading a body that nobody foresaw raises. Anything else, such as a database that does not answer, says
# nothing about the delivery.
_DEFECTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True)
class ApplyEvents:
    """Applies received deliveries, a batch in a transaction. Repeating it changes nothing."""

    store: Store
    open_provider: OpenProvider
    clock: Clock
    checkpoint: Checkpoint

    def __call__(self) -> int:
        """How many deliveries were taken out or put off; none means that nothing is left to do now."""
        with self.store.read() as unit:
            messages = unit.inbox.received(now=self.clock(), limit=_BATCH)
        if not messages:
            return 0
        events = self._parse_all(messages)
        messages = self._postponed(messages, events)
        with self.store.write() as unit:
            for account_id in sorted({message.account_id for message in messages}):
                mine = [message for message in messages if message.account_id == account_id]
                self._apply_all(unit, account_id, mine, events)
        self.checkpoint(Step.EVENTS_COMMITTED)
        return len(events)

    def _postponed(
        self, messages: Sequence[InboxMessage], events: Mapping[int, "_Parsed"]
    ) -> list[InboxMessage]:
        """Put off what could not be read anew at the provider; the other messages."""
        later = [m.message_id for m in messages if _is_put_off(events[m.message_id])]
        if later:
            with self.store.write() as unit:
                unit.inbox.postpone(later, until=self.clock() + _ASK_AGAIN_AFTER)
        return [message for message in messages if message.message_id not in later]

    def _parse_all(self, messages: Sequence[InboxMessage]) -> dict[int, "_Parsed"]:
        """By message. An account is opened once for all of its messages."""
        events: dict[int, _Parsed] = {}
        for account_id in sorted({message.account_id for message in messages}):
            open_account = cache(partial(self.open_provider, account_id))
            for message in messages:
                if message.account_id == account_id:
                    events[message.message_id] = _parse(open_account, message)
        return events

    def _apply_all(
        self,
        unit: Unit,
        account_id: str,
        messages: Sequence[InboxMessage],
        events: Mapping[int, "_Parsed"],
    ) -> None:
        parsed = [event for m in messages if isinstance(event := events[m.message_id], WebhookEvent)]
        owners = unit.gifts.bound_to(account_id, [event.gift.provider_gift_id for event in parsed])
        gifts = unit.gifts.named(list(owners.values()))
        changed: dict[str, Gift] = {}
        histories: list[GiftEvent] = []
        settled: list[InboxMessage] = []
        for message in messages:
            event = events[message.message_id]
            if isinstance(event, _Unread):
                settled.append(_set_aside(message, event))
                continue
            gift_id = event.gift.provider_gift_id
            key = owners.get(gift_id)
            gift = gifts[key] if key else _waiting_row(unit, account_id, event.gift, taken=changed)
            if gift is None:
                settled.append(
                    replace(message, outcome=InboxOutcome.UNMATCHED, provider_gift_id=gift_id, reason="")
                )
                continue
            owners[gift_id] = gift.key
            gifts[gift.key], history = hear(gift, event.gift, event.event_id, now=self.clock())
            changed[gift.key] = gifts[gift.key]
            histories += history
            reason = history[-1].verdict
            log.debug("gift_told", gift=gift.key, event_id=event.event_id, verdict=reason)
            settled.append(
                replace(message, outcome=InboxOutcome.APPLIED, provider_gift_id=gift_id, reason=reason)
            )
        unit.inbox.settle(settled)
        unit.events.add(histories)
        unit.gifts.change({key: changes_after_hearing(gift) for key, gift in changed.items()})


def _parse(open_account: Callable[[], GiftProvider], message: InboxMessage) -> _Parsed:
    """The event, or why there is none."""
    try:
        return open_account().parse_webhook(message.headers, message.body)
    except TemporaryError as error:
        return _Unread(InboxOutcome.RECEIVED, error.code)
    except AdminError as error:
        refused = f"{CREDENTIALS_REFUSED}: " if isinstance(error, AuthenticationFailed) else ""
        return _Unread(InboxOutcome.PARKED, f"{refused}{error.code or type(error).__name__}")
    except ConnectorError as error:
        return _Unread(InboxOutcome.UNREADABLE, error.code or type(error).__name__)
    except _DEFECTS:
        # It must not keep all others from being read, and can be replayed once the adapter is mended.
        log.exception("provider_adapter_failed", message_id=message.message_id)
        return _Unread(InboxOutcome.UNREADABLE, "adapter_defect")


def _is_put_off(event: _Parsed) -> bool:
    return isinstance(event, _Unread) and event.outcome is InboxOutcome.RECEIVED


def _set_aside(message: InboxMessage, why: _Unread) -> InboxMessage:
    if why.outcome is InboxOutcome.PARKED:
        log.warning("delivery_parked", account_id=message.account_id, reason=why.reason)
    return replace(message, outcome=why.outcome, reason=why.reason)


def _waiting_row(
    unit: Unit, account_id: str, heard: ProviderGift, *, taken: Mapping[str, Gift]
) -> Gift | None:
    """The row of unknown outcome that this gift answers.

    None where no such row waited when the gift was made, or where a twin of it is being sent right now: the
    answer may be on its way, and the delivery waits until the gift has found its row.
    """
    if heard.dedupe_key:
        row = unit.gifts.named([heard.dedupe_key]).get(heard.dedupe_key)
        waits = row is not None and row.request.account_id == account_id and row.key not in taken
        return row if waits and row is not None and row.state is RequestState.UNKNOWN else None
    recipient = Recipient(heard.recipient.first_name, heard.recipient.last_name, heard.recipient.email)
    rows = unit.gifts.awaiting_answer(account_id, heard.gift_campaign_id, [recipient])
    rows = [row for row in rows if row.key not in taken and earliest_creation(row) <= heard.created_at]
    if any(row.state is RequestState.SENDING for row in rows):
        return None
    return rows[0] if rows else None
