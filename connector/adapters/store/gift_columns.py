"""Between the ledger's dataclass and its columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from connector.adapters.store.models.ledger import GiftRow
from connector.domain.approval import Approval
from connector.domain.delivery import Address, LineItem
from connector.domain.gift import Gift, GiftRequest, RequestState
from connector.domain.money import Money
from connector.domain.recipient import Person, Recipient
from connector.domain.statuses import Details, Progress
from connector.domain.vocabulary import ApprovalStatus, GiftSource, GiftStage
from connector.services.storage.gifts import GiftChanges

_SAME = (
    "job_id",
    "owner",
    "lease_until",
    "next_attempt_at",
    "intent_at",
    "attempts",
    "last_error",
    "heard_at",
    "version",
    "written_version",
    "dirty_since",
    "write_attempts",
    "next_write_at",
    "salesforce_id",
    "sync_error",
)


def match_text(recipient: Recipient) -> str:
    """Recipient.match_key as one column; the separator occurs in no name."""
    return "\x1f".join(recipient.match_key)


def shown_items(items: Sequence[LineItem]) -> list[list[Any]] | None:
    """Line items as one column."""
    return [[item.variant_id, item.quantity] for item in items] or None


def items_of(shown: list[Any] | None) -> tuple[LineItem, ...]:
    """Line items out of their column."""
    return tuple(LineItem(variant_id, quantity) for variant_id, quantity in shown or ())


def columns_of_gift(gift: Gift) -> dict[str, Any]:
    """A whole row."""
    request = gift.request
    return {
        "key": request.key,
        "org_id": request.org_id,
        "source": request.source.value,
        "source_key": request.source_key,
        "account_id": request.account_id,
        "gift_campaign_id": request.gift_campaign_id,
        "campaign_id": request.campaign_id,
        "campaign_member_id": request.campaign_member_id,
        "sender_user_id": request.sender_user_id,
        **asdict(request.recipient),
        "match_key": match_text(request.recipient),
        "mailbox": request.recipient.mailbox,
        "message": request.message,
        "address": None if request.address is None else asdict(request.address),
        "line_items": shown_items(request.line_items),
        "value_minor_units": request.value.minor_units,
        "currency": request.value.currency,
        "planned_at": gift.planned_at,
        "state": gift.state.value,
        "provider_gift_id": gift.provider_gift_id or None,
        **asdict(request.person),
        **_of_progress(gift.progress),
        "counted_at": gift.counted_at or gift.planned_at,
        "resent_from": request.resent_from,
        **_of_approval(gift.approval),
        **{name: getattr(gift, name) for name in _SAME},
    }


def _of_approval(approval: Approval) -> dict[str, Any]:
    return {
        "approval": approval.status.value,
        "approval_reason": approval.reason,
        "approval_expires_at": approval.expires_at,
        "approval_decided_at": approval.decided_at,
        "approver_user_id": approval.approver_user_id,
        "approval_note": approval.note,
    }


def _of_progress(progress: Progress) -> dict[str, Any]:
    return {
        "stage": progress.stage.value,
        "stages": {stage.value: moment.isoformat() for stage, moment in progress.stages.items()},
        "details": asdict(progress.details),
        "details_at": progress.details_at,
    }


_SPECIAL: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "state": lambda state: {"state": state.value},
    "person": asdict,
    "provider_gift_id": lambda gift_id: {"provider_gift_id": gift_id or None},
    "progress": _of_progress,
    "approval": _of_approval,
}


def columns_of_changes(changes: GiftChanges) -> dict[str, Any]:
    """The columns of a partial change."""
    columns: dict[str, Any] = {}
    for name, value in changes.items():
        columns.update(_SPECIAL[name](value) if name in _SPECIAL else {name: value})
    return columns


def gift_of_row(row: GiftRow) -> Gift:
    """The ledger row as the domain knows it."""
    return Gift(
        request=_request_of(row),
        planned_at=row.planned_at,
        state=RequestState(row.state),
        provider_gift_id=row.provider_gift_id or "",
        progress=_progress_of(row),
        approval=_approval_of(row),
        counted_at=row.counted_at,
        **{name: getattr(row, name) for name in _SAME},
    )


def _request_of(row: GiftRow) -> GiftRequest:
    return GiftRequest(
        key=row.key,
        org_id=row.org_id,
        source=GiftSource(row.source),
        source_key=row.source_key,
        account_id=row.account_id,
        gift_campaign_id=row.gift_campaign_id,
        person=Person(row.contact_id, row.lead_id),
        recipient=Recipient(row.first_name, row.last_name, row.email),
        value=Money(row.value_minor_units, row.currency),
        campaign_id=row.campaign_id,
        campaign_member_id=row.campaign_member_id,
        sender_user_id=row.sender_user_id,
        message=row.message,
        address=None if row.address is None else Address(**row.address),
        line_items=items_of(row.line_items),
        resent_from=row.resent_from,
    )


def _approval_of(row: GiftRow) -> Approval:
    return Approval(
        status=ApprovalStatus(row.approval),
        reason=row.approval_reason,
        expires_at=row.approval_expires_at,
        decided_at=row.approval_decided_at,
        approver_user_id=row.approver_user_id,
        note=row.approval_note,
    )


def _progress_of(row: GiftRow) -> Progress:
    stages = {GiftStage(stage): datetime.fromisoformat(moment) for stage, moment in row.stages.items()}
    return Progress(stages, Details(**row.details), row.details_at)
