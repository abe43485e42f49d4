"""How a gift that a rep sent stands, for the page that opens after sending."""

from dataclasses import dataclass

from connector.domain.gift import Gift, RequestState
from connector.domain.portal_session import PortalSession, Role
from connector.services.storage.store import Store


@dataclass(frozen=True)
class SentGift:
    """Only for the sender, and for those who manage gifting in the same org."""

    store: Store

    def __call__(self, viewer: PortalSession, key: str) -> Gift | None:
        """None where there is none for this viewer."""
        with self.store.read() as unit:
            gift = unit.gifts.named([key]).get(key)
        if gift is None or gift.request.org_id != viewer.org_id:
            return None
        is_own = gift.request.sender_user_id == viewer.user_id
        return gift if is_own or viewer.may(Role.MANAGER) else None


def is_settled(gift: Gift) -> bool:
    """Whether nothing more happens to it within moments: Salesforce knows what the platform said."""
    is_answered = gift.state in {RequestState.SENT, RequestState.FAILED, RequestState.REFUSED}
    return is_answered and gift.dirty_since is None
