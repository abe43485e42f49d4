"""A person's word on a request of unknown outcome."""

from dataclasses import dataclass

import structlog

from connector.domain.audit import COMMAND_LINE
from connector.domain.gift import Gift, RequestState
from connector.errors import CallerError
from connector.ports import Clock
from connector.services.audit import record
from connector.services.gifts.hearing import bind_all
from connector.services.jobs import plan_chunks
from connector.services.storage.gifts import GiftChanges
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenProvider

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SettleByHand:
    """Rows in state UNKNOWN only; nothing else is a person's to decide."""

    store: Store
    open_provider: OpenProvider
    clock: Clock

    def was_sent(self, key: str, provider_gift_id: str, actor: str = COMMAND_LINE) -> None:
        """The platform has it under this id. Raises CallerError where that gift is another row's."""
        with self.store.read() as unit:
            row = _unknown(unit, key)
        heard = self.open_provider(row.request.account_id).gift(provider_gift_id)
        if heard.gift_campaign_id != row.request.gift_campaign_id:
            raise CallerError(
                f"Gift {provider_gift_id} is of another gift campaign", code="other_gift_campaign"
            )
        with self.store.write() as unit:
            conflicts = bind_all(unit, {key: heard}, now=self.clock())
            if not conflicts:
                self._tell(unit, row, actor, provider_gift_id)
        if conflicts:
            raise CallerError(conflicts[key], code="gift_taken")
        log.info("settled_by_hand", gift=key, provider_gift_id=provider_gift_id)

    def was_not_sent(self, key: str, actor: str = COMMAND_LINE) -> None:
        """The platform never got it: it is sent now."""
        with self.store.write() as unit:
            row = _unknown(unit, key)
            unit.gifts.change(
                {key: GiftChanges(state=RequestState.PLANNED, next_attempt_at=self.clock(), last_error="")}
            )
            plan_chunks(unit, [row])
            self._tell(unit, row, actor, "")
        log.info("settled_by_hand", gift=key, provider_gift_id="")

    def _tell(self, unit: Unit, row: Gift, actor: str, provider_gift_id: str) -> None:
        record(
            unit,
            self.clock(),
            org_id=row.request.org_id,
            actor=actor,
            action="gift.settled_by_hand",
            subject=row.key,
            details={"provider_gift_id": provider_gift_id or "not sent"},
        )


def _unknown(unit: Unit, key: str) -> Gift:
    row = unit.gifts.named([key]).get(key)
    if row is None or row.state is not RequestState.UNKNOWN:
        raise CallerError(f"No request of unknown outcome has the key {key}", code="not_unknown")
    return row
