"""One request for a gift: whether it may leave, and what is known of it afterwards."""

import threading
from dataclasses import dataclass

import structlog

from connector.domain.gift import Gift
from connector.errors import (
    AdminError,
    ConfigurationError,
    ConnectorError,
    OutcomeUnknown,
    ProviderPaused,
    RequestTooLate,
)
from connector.ports import GiftOrder, GiftProvider, GiftRecipient, ProviderGift
from connector.services.checkpoints import Checkpoint, Step
from connector.services.requesting.ownership import Ownership

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The request never left: the lease was lost, or it was called off for this reason."""

    reason: ConnectorError | None


Outcome = ProviderGift | ConnectorError | NotAsked


class AskProvider:
    """Asks for the gifts of one chunk. Safe to use from many threads; failures are outcomes as well."""

    def __init__(self, provider: GiftProvider, ownership: Ownership, checkpoint: Checkpoint) -> None:
        self._provider = provider
        self._ownership = ownership
        self._checkpoint = checkpoint
        self._called_off = _CalledOff()

    def __call__(self, gift: Gift) -> Outcome:
        reason = self._called_off.reason_for(gift)
        if reason is not None:
            return NotAsked(reason)
        if not self._is_ours(gift):
            return NotAsked(None)
        self._checkpoint(Step.ABOUT_TO_ASK)
        outcome = self._ask(gift)
        if isinstance(outcome, ProviderGift):
            self._checkpoint(Step.PROVIDER_ANSWERED)
        return outcome

    def _is_ours(self, gift: Gift) -> bool:
        """A ledger that does not answer does not say so."""
        try:
            return self._ownership.holds(gift)
        except Exception as error:  # noqa: BLE001 - whatever the reason, nothing may leave then
            log.warning("ownership_not_known", gift=gift.key, error=type(error).__name__)
            return False

    def _ask(self, gift: Gift) -> Outcome:
        """Whatever is not certain to have failed counts as unknown."""
        try:
            return self._provider.request_gift(_order(gift))
        except RequestTooLate:
            return NotAsked(None)
        except (AdminError, ProviderPaused) as error:
            self._called_off.note(gift, error)
            return NotAsked(error) if isinstance(error, ProviderPaused) else error
        except ConnectorError as error:
            return error
        except Exception as error:
            log.exception("provider_adapter_failed", gift=gift.key, error=type(error).__name__)
            return OutcomeUnknown(type(error).__name__, code="adapter_defect")


class _CalledOff:
    """What only an administrator, or time, can help is found once; what it concerns is not asked any more.

    A setting that is wrong, such as a product that is out of stock, concerns the gifts of its gift campaign;
    everything else all gifts of the account.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_all: ConnectorError | None = None
        self._of_gift_campaign: dict[str, ConnectorError] = {}

    def reason_for(self, gift: Gift) -> ConnectorError | None:
        with self._lock:
            return self._of_all or self._of_gift_campaign.get(gift.request.gift_campaign_id)

    def note(self, gift: Gift, reason: ConnectorError) -> None:
        with self._lock:
            if isinstance(reason, ConfigurationError):
                self._of_gift_campaign.setdefault(gift.request.gift_campaign_id, reason)
            else:
                self._of_all = self._of_all or reason


def _order(gift: Gift) -> GiftOrder:
    """The provider's order, valid for as long as the row is leased to us."""
    request = gift.request
    recipient = request.recipient
    return GiftOrder(
        dedupe_key=request.key,
        gift_campaign_id=request.gift_campaign_id,
        recipient=GiftRecipient(recipient.first_name, recipient.last_name, recipient.email),
        message=request.message,
        address=request.address,
        line_items=request.line_items,
        valid_until=gift.lease_until,
    )
