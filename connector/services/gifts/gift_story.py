"""Everything that is kept of one gift, for people who look into it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connector.domain.audit import AuditEntry
from connector.domain.gift import Gift
from connector.errors import CallerError
from connector.services.storage.hearing import GiftEvent, InboxMessage, TimelineEntry
from connector.services.storage.store import Store

_DELIVERIES = 50
_ENTRIES = 100
NOT_SHOWN = "(not shown)"
# Parts of the names of headers that prove nothing and open nothing. All others may hold a secret.
_HARMLESS = ("content-type", "content-length", "user-agent", "event-id", "event-type", "timestamp", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftStory:
    """What is kept, as one person may see it.

    campaign_name: of Salesforce's Campaign, gift_campaign_name: of the platform's; an Id where none is known.
    resent_as: key of the gift that stands in for this one.
    deliveries and entries: empty for whoever may not see them.
    """

    gift: Gift
    campaign_name: str
    gift_campaign_name: str
    resent_as: str
    events: Sequence[GiftEvent]
    tasks: Sequence[TimelineEntry]
    deliveries: Sequence[InboxMessage] = ()
    entries: Sequence[AuditEntry] = ()


@dataclass(frozen=True)
class TellGiftStory:
    """Reads the ledger and calls nobody."""

    store: Store

    def __call__(self, org_id: str, key: str, *, whole: bool) -> GiftStory:
        """whole: with raw deliveries and the audit log, for managers. Raises CallerError for no such gift."""
        with self.store.read() as unit:
            gift = unit.gifts.named([key]).get(key)
            if gift is None or gift.request.org_id != org_id:
                raise CallerError(f"No gift {key}", code="unknown_gift")
            request = gift.request
            links = [link for link in unit.links.all() if link.org_id == org_id]
            names = {link.campaign_id: link.campaign_name for link in links}
            gift_campaigns = {
                link.gift_campaign_id: link.gift_campaign_name
                for link in links
                if link.account_id == request.account_id
            }
            return GiftStory(
                gift=gift,
                campaign_name=names.get(request.campaign_id, request.campaign_id),
                gift_campaign_name=gift_campaigns.get(request.gift_campaign_id, request.gift_campaign_id),
                resent_as=unit.gift_pages.resent(key),
                events=unit.events.of(key),
                tasks=unit.gift_pages.tasks(key),
                deliveries=unit.gift_pages.deliveries(
                    request.account_id, gift.provider_gift_id, limit=_DELIVERIES
                )
                if whole and gift.provider_gift_id
                else (),
                entries=unit.audit.listed(org_id, before=None, limit=_ENTRIES, subject=key) if whole else (),
            )


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers of a delivery without what might be a secret."""
    return {
        name: value if any(part in name.lower() for part in _HARMLESS) else NOT_SHOWN
        for name, value in sorted(headers.items())
    }
