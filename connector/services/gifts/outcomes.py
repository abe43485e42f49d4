"""What a row becomes when its request was not accepted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connector.domain.backoff import delay_seconds, random_jitter
from connector.domain.gift import CREDENTIALS_REFUSED, Gift, RequestState
from connector.domain.vocabulary import ApprovalStatus
from connector.errors import AdminError, AuthenticationFailed, ConnectorError, TemporaryError
from connector.services.gifts.hearing import told
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Unit

# States in which nothing was asked of the provider, or surely in vain.
_NOT_LEFT = frozenset({RequestState.PLANNED, RequestState.PARKED, RequestState.AWAITING_APPROVAL})
# About two hours of exponential waiting; after that somebody should look.
_ATTEMPTS = 20


def as_unknown(look_up_at: datetime, *, reason: str = "worker was cut off") -> GiftChanges:
    """The request may have been carried out: it is looked up before anything else."""
    return GiftChanges(
        state=RequestState.UNKNOWN, owner="", lease_until=None, next_attempt_at=look_up_at, last_error=reason
    )


def withdraw(unit: Unit, keys: Sequence[str], reason: str, *, now: datetime) -> None:
    """Call off requests that wait, for the first time or to be made again: the reason for them is gone.

    Others are left alone.
    """
    rows = unit.gifts.named(keys).values()
    idle = [row for row in rows if row.state in _NOT_LEFT]
    unit.gifts.change({row.key: called_off(row, f"withdrawn: {reason}", now) for row in idle})


def called_off(row: Gift, reason: str, now: datetime) -> GiftChanges:
    """What becomes of a request that did not get through.

    Nobody is asked about it any more, and Salesforce hears of it where it heard of the gift.
    """
    over = GiftChanges(state=RequestState.FAILED, next_attempt_at=None, last_error=reason)
    if row.state is RequestState.AWAITING_APPROVAL:
        over["approval"] = row.approval.decided(ApprovalStatus.REJECTED, by="", note=reason, at=now)
    if row.version:
        over |= GiftChanges(**told(row, now=now), sync_error=reason)
    return over


def after_refusal(row: Gift, error: ConnectorError, *, now: datetime) -> GiftChanges:
    """A request that was certainly not carried out: tried again, parked for an administrator, or failed.

    row.attempts counts the attempt that this error answers. Both endings are told to Salesforce.
    """
    reason = f"{error.code}: {error}" if error.code else str(error)
    if isinstance(error, AuthenticationFailed):
        reason = f"{CREDENTIALS_REFUSED}: {reason}"
    over = GiftChanges(owner="", lease_until=None, last_error=reason)
    if isinstance(error, TemporaryError) and row.attempts < _ATTEMPTS:
        wait_seconds = error.retry_after_seconds or delay_seconds(row.attempts, jitter=random_jitter())
        return GiftChanges(
            state=RequestState.PLANNED, next_attempt_at=now + timedelta(seconds=wait_seconds), **over
        )
    waits_for_admin = isinstance(error, AdminError | TemporaryError)
    return GiftChanges(
        state=RequestState.PARKED if waits_for_admin else RequestState.FAILED,
        next_attempt_at=None,
        sync_error=reason,
        **told(row, now=now),
        **over,
    )


def planned_again(now: datetime) -> GiftChanges:
    """A row that waited for an administrator, who has acted: to be sent now."""
    return GiftChanges(
        state=RequestState.PLANNED, next_attempt_at=now, attempts=0, last_error="", sync_error=""
    )
