"""Which gift campaign serves which Salesforce Campaign."""

from dataclasses import dataclass

from connector.domain.delivery import LineItem
from connector.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLink:
    """A Salesforce Campaign whose members get gifts of one gift campaign.

    value: what one gift is worth, as the admin stated it; providers do not report it. direct_send: gifts go
    to the person's postal address without asking; line_items: what goes there. allow_duplicates: members who
    share an e-mail address get a gift each, instead of one among them.
    """

    link_id: str
    org_id: str
    campaign_id: str
    campaign_name: str
    account_id: str
    gift_campaign_id: str
    gift_campaign_name: str
    value: Money
    enabled: bool = True
    direct_send: bool = False
    line_items: tuple[LineItem, ...] = ()
    allow_duplicates: bool = False
