"""Taking in what a provider says of a gift: shared by its answer, its webhooks and our questions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.statuses import Details, GiftNews, apply
from connector.domain.vocabulary import PROVIDER_STATUS_STAGE, GiftStage
from connector.ports import ProviderGift
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.hearing import GiftEvent
from connector.services.storage.store import Unit

log = structlog.get_logger(__name__)

# The provider's clock and ours may differ by this much.
_CLOCK_SKEW = timedelta(minutes=5)
# A write that is to be repeated so soon is not hurried: one without an answer may still be under way.
_SOON = timedelta(minutes=1)


def earliest_creation(row: Gift) -> datetime:
    """When the provider can have made the gift of this row at the earliest.

    A gift of the same gift campaign for the same person that is older was asked for by somebody else.
    """
    return (row.intent_at or row.planned_at) - _CLOCK_SKEW


def news_of(heard: ProviderGift) -> list[GiftNews]:
    """A report says two things: when the gift was created, and where it stands now."""
    details = Details(
        heard.redemption_url, heard.gift_name, heard.carrier, heard.tracking_number, heard.tracking_url
    )
    news = [GiftNews(GiftStage.SENT, heard.created_at, details)]
    stage = PROVIDER_STATUS_STAGE[heard.status.value]
    if stage is not GiftStage.SENT:
        news.append(GiftNews(stage, heard.updated_at, details))
    return news


def hear(gift: Gift, heard: ProviderGift, event_id: str, *, now: datetime) -> tuple[Gift, list[GiftEvent]]:
    """The gift after a report, bound to the provider's gift, and the history entries of it.

    event_id: names the report; its part about the creation gets an entry of its own.
    """
    progress, events = gift.progress, []
    for news in news_of(heard):
        progress, verdict = apply(progress, news)
        name = event_id if news.stage is not GiftStage.SENT else f"created:{heard.provider_gift_id}"
        events.append(
            GiftEvent(
                gift_key=gift.key,
                event_id=name,
                stage=news.stage.value,
                occurred_at=news.occurred_at,
                verdict=verdict.value,
                applied=verdict.applied,
            )
        )
    bound = replace(
        gift,
        state=RequestState.SENT,
        provider_gift_id=heard.provider_gift_id,
        progress=progress,
        heard_at=now,
        owner="",
        lease_until=None,
        next_attempt_at=None,
        last_error="",
    )
    changed = progress != gift.progress or gift.provider_gift_id != heard.provider_gift_id
    return (dirtied(bound, now=now) if changed else bound), events


def dirtied(gift: Gift, *, now: datetime) -> Gift:
    """The gift with news for Salesforce, which need not wait as long as an earlier failure would have it."""
    is_soon = gift.next_write_at is not None and gift.next_write_at <= now + _SOON
    return replace(
        gift,
        version=gift.version + 1,
        dirty_since=gift.dirty_since or now,
        write_attempts=0,
        next_write_at=gift.next_write_at if is_soon else None,
    )


def told(gift: Gift, *, now: datetime) -> GiftChanges:
    """What makes Salesforce hear of a row that changes; the change itself is the caller's."""
    after = dirtied(gift, now=now)
    return GiftChanges(
        version=after.version,
        dirty_since=after.dirty_since,
        write_attempts=after.write_attempts,
        next_write_at=after.next_write_at,
    )


def changes_after_hearing(gift: Gift) -> GiftChanges:
    """The parts of the row that hear() and dirtied() may have changed."""
    return GiftChanges(
        state=gift.state,
        provider_gift_id=gift.provider_gift_id,
        progress=gift.progress,
        owner=gift.owner,
        lease_until=gift.lease_until,
        next_attempt_at=gift.next_attempt_at,
        last_error=gift.last_error,
        version=gift.version,
        dirty_since=gift.dirty_since,
        write_attempts=gift.write_attempts,
        next_write_at=gift.next_write_at,
        **({"heard_at": gift.heard_at} if gift.heard_at else {}),
    )


def bind_all(unit: Unit, pairs: Mapping[str, ProviderGift], *, now: datetime) -> dict[str, str]:
    """Bind rows, by key, to the gifts that the provider made for them.

    A gift that another row owns, or a row that owns another gift, is left alone and returned: key to reason.
    Deliveries that came before the binding are queued again.
    """
    rows = unit.gifts.named(list(pairs))
    conflicts: dict[str, str] = {}
    for account_id in sorted({row.request.account_id for row in rows.values()}):
        mine = {key: row for key, row in rows.items() if row.request.account_id == account_id}
        conflicts |= _bind_of_account(unit, account_id, mine, pairs, now=now)
    return conflicts


def _bind_of_account(
    unit: Unit, account_id: str, rows: Mapping[str, Gift], pairs: Mapping[str, ProviderGift], *, now: datetime
) -> dict[str, str]:
    """Ids of gifts mean something within their account alone."""
    owners = unit.gifts.bound_to(account_id, [pairs[key].provider_gift_id for key in rows])
    changes: dict[str, GiftChanges] = {}
    conflicts: dict[str, str] = {}
    history: list[GiftEvent] = []
    for key, row in rows.items():
        heard, gift_id = pairs[key], pairs[key].provider_gift_id
        if owners.setdefault(gift_id, key) != key:
            conflicts[key] = f"gift {gift_id} belongs to another request"
        elif row.provider_gift_id not in {"", gift_id}:
            conflicts[key] = f"bound to gift {row.provider_gift_id} already, and gift {gift_id} exists"
        else:
            gift, events = hear(row, heard, f"answer:{gift_id}", now=now)
            history += events
            changes[key] = changes_after_hearing(gift)
            log.debug("gift_bound", gift=key, provider_gift_id=gift_id)
    unit.events.add(history)
    unit.gifts.change(changes)
    unit.inbox.receive_again(account_id, [pairs[key].provider_gift_id for key in changes])
    return conflicts
