"""Map a Salesforce Campaign to a gift campaign, and make the Campaign ready for it."""

from dataclasses import dataclass

from connector.domain.campaign_link import CampaignLink
from connector.domain.keys import link_key
from connector.domain.money import Money
from connector.errors import ConfigurationError
from connector.ports import Record, RecordWrite, SalesforceOrg, WriteKind, WriteState
from connector.services.member_statuses import provision_statuses
from connector.services.soql import quote
from connector.services.storage import Store
from connector.services.worker import OpenOrg, OpenProvider


@dataclass(frozen=True)
class LinkCampaign:
    """Idempotent: mapping the same pair again mends what is missing."""

    store: Store
    open_org: OpenOrg
    open_provider: OpenProvider

    def __call__(
        self, *, org_id: str, campaign: str, account_id: str, gift_campaign_id: str, value: Money
    ) -> CampaignLink:
        """campaign: the Id or the exact name. value: what one gift is worth.

        Raises ConfigurationError where either campaign is not found or the name is not unique.
        """
        org = self.open_org(org_id)
        found = _find_campaign(org, campaign)
        name = self._gift_campaign_name(account_id, gift_campaign_id)
        provision_statuses(org, found["Id"])
        _tell_campaign(org, found["Id"], gift_campaign_id)
        link = CampaignLink(
            link_id=link_key(org_id, found["Id"]),
            org_id=org_id,
            campaign_id=found["Id"],
            campaign_name=found["Name"],
            account_id=account_id,
            gift_campaign_id=gift_campaign_id,
            gift_campaign_name=name,
            value=value,
        )
        with self.store.write() as unit:
            unit.links.save(link)
        return link

    def _gift_campaign_name(self, account_id: str, gift_campaign_id: str) -> str:
        for gift_campaign in self.open_provider(account_id).gift_campaigns():
            if gift_campaign.gift_campaign_id == gift_campaign_id:
                return gift_campaign.name
        raise ConfigurationError(
            f"The platform knows no gift campaign {gift_campaign_id}",
            code="no_gift_campaign",
            remedy="check the id in the platform's portal",
        )


def _find_campaign(org: SalesforceOrg, campaign: str) -> Record:
    looks_like_id = campaign.startswith("701") and len(campaign) in {15, 18}
    field = "Id" if looks_like_id else "Name"
    rows = list(org.query(f"SELECT Id, Name FROM Campaign WHERE {field} = {quote(campaign)}"))  # noqa: S608 - quoted
    if len(rows) != 1:
        raise ConfigurationError(
            f"{len(rows)} Campaigns have the {field} {campaign!r}",
            code="no_campaign",
            remedy="give the Campaign's Id"
            if rows
            else "check the name and that the connected user may read it",
        )
    return rows[0]


def _tell_campaign(org: SalesforceOrg, campaign_id: str, gift_campaign_id: str) -> None:
    fields = {"Id": campaign_id, "Gift_Sync_Enabled__c": True, "Gift_Campaign__c": gift_campaign_id}
    outcome = org.write([RecordWrite(WriteKind.UPDATE, "Campaign", fields)])[0]
    if outcome.state is not WriteState.DONE:
        raise ConfigurationError(
            f"Campaign {campaign_id} could not be updated: {outcome.code} {outcome.message}",
            code="campaign_not_writable",
            remedy="assign the permission set Gift_Integration to the connected user",
        )
