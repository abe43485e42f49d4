"""Call a gift off: here before its request leaves; afterwards the platform alone can take it back."""

from dataclasses import dataclass

import structlog

from connector.domain.gift import Gift, RequestState
from connector.domain.statuses import GiftNews, apply
from connector.domain.vocabulary import FINAL_STAGES, GiftStage
from connector.errors import CallerError, ConnectorError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.outcomes import called_off
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)

_OVER = frozenset({RequestState.FAILED, RequestState.REFUSED})
_ON_ITS_WAY = frozenset(
    {
        GiftStage.PARTIALLY_SHIPPED,
        GiftStage.SHIPPED,
        GiftStage.PARTIALLY_DELIVERED,
        GiftStage.DELIVERED,
    }
)
_BEFORE_A_CLAIM = frozenset({GiftStage.REQUESTED, GiftStage.SENT, GiftStage.CLICKED})


def can_cancel(gift: Gift) -> bool:
    """Whether the platform surely does not have it, and will not get it by itself.

    A gift that waits for an administrator was refused, whenever its request left. One that is to be tried
    again may be asked for at any moment.
    """
    if gift.state is RequestState.PARKED:
        return True
    waits = gift.state in {RequestState.PLANNED, RequestState.AWAITING_APPROVAL}
    return waits and gift.intent_at is None


@dataclass(frozen=True)
class CancelGift:
    """For whoever may see the gift, which is the caller's to check."""

    store: Store
    open_provider: OpenProvider
    clock: Clock

    def __call__(self, org_id: str, key: str, actor: str = "") -> Gift:
        """The gift, canceled; also where it was canceled, had failed or was refused before.

        actor: the username of whoever does it on a page, for the audit log; empty for a flow. Whoever is
        first has it: what a worker has taken up is sent. Raises CallerError, with what can be done instead,
        for an unknown gift and for one that cannot be called off (see `obstacle`).
        """
        now = self.clock()
        with self.store.write() as unit:
            before = unit.gifts.named([key]).get(key)
            if before is None or before.request.org_id != org_id:
                raise CallerError(f"No gift {key}", code="unknown_gift")
            if can_cancel(before):
                over = called_off(before, f"canceled by {actor or 'a flow'}", now)
                progress, _ = apply(before.progress, GiftNews(GiftStage.CANCELED, now))
                unit.gifts.change({key: GiftChanges(**{**over, "progress": progress, "sync_error": ""})})
                record(unit, now, org_id=org_id, actor=actor or "flow", action="gift.canceled", subject=key)
            after = unit.gifts.named([key])[key]
        if (problem := self.obstacle(after)) is not None:
            raise problem
        log.info("gift_canceled", key=key)
        return after

    def obstacle(self, gift: Gift) -> CallerError | None:
        """Why this gift is not called off, and what to do; None where it can be, or needs no more.

        cancel_under_way: the platform may have it or not, soon it is known. cancel_too_late: it is shipped.
        cancel_unsupported: the platform has it, and its API has no way to take one back.
        """
        if can_cancel(gift) or gift.state in _OVER:
            return None
        if gift.state is not RequestState.SENT:
            return CallerError(
                "The gifting platform is being asked for this gift just now.",
                code="cancel_under_way",
                remedy="Look again in some minutes: it either was not sent and can be canceled, or it was.",
            )
        stage = gift.progress.stage
        if stage in _ON_ITS_WAY:
            return CallerError(
                "This gift is on its way, or there already: it cannot be canceled any more.",
                code="cancel_too_late",
                remedy="Tell the recipient what to do with it.",
            )
        if stage in FINAL_STAGES:
            return None
        claimed = "" if stage in _BEFORE_A_CLAIM else " The recipient has claimed it."
        return CallerError(
            f"The gifting platform has this gift, and its interface has no way to take one back.{claimed}",
            code="cancel_unsupported",
            remedy=f"{self._how(gift)} Once it is canceled there, the news comes here and to Salesforce.",
        )

    def _how(self, gift: Gift) -> str:
        name = f"the gift {gift.provider_gift_id}"
        try:
            how = self.open_provider(gift.request.account_id).how_to_cancel
        except ConnectorError:
            # The account was taken away; its platform still has the gift.
            return f"Ask the gifting platform to cancel {name}."
        return how.format(gift=name)
