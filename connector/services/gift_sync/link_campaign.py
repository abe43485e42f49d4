"""Map a Salesforce Campaign to a gift campaign, and make the Campaign ready for it."""

from dataclasses import dataclass, replace

from connector.domain.audit import COMMAND_LINE
from connector.domain.campaign_link import CampaignLink
from connector.domain.delivery import LineItem
from connector.domain.keys import link_key
from connector.domain.money import Money
from connector.errors import CallerError, ConfigurationError
from connector.ports import Clock, GiftCampaign, Record, RecordWrite, SalesforceOrg, WriteKind, WriteState
from connector.services.audit import record
from connector.services.soql import quote
from connector.services.storage.store import Store, Unit
from connector.services.worker import OpenOrg, OpenProvider
from connector.services.writing.member_statuses import provision_statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedGift:
    """What the members of a Campaign are to be sent.

    value: what one gift is worth. line_items: what is sent directly; not needed where the gift campaign
    leaves no choice. allow_duplicates: see CampaignLink; None for as it was, or no.
    """

    account_id: str
    gift_campaign_id: str
    value: Money
    line_items: tuple[LineItem, ...] = ()
    allow_duplicates: bool | None = None


@dataclass(frozen=True)
class LinkCampaign:
    """Idempotent: mapping the same pair again mends what is missing."""

    store: Store
    open_org: OpenOrg
    open_provider: OpenProvider
    clock: Clock

    def __call__(
        self,
        gift: WantedGift,
        *,
        org_id: str,
        campaign: str,
        replaces: bool = True,
        actor: str = COMMAND_LINE,
    ) -> CampaignLink:
        """campaign: the Id or the exact name.

        replaces: whether a Campaign that is linked already gets this gift campaign instead. actor: for the
        audit log.

        Raises CallerError where it does not replace and the Campaign is linked; ConfigurationError where
        either campaign is not found, the name is not unique, or it is not said what to send.
        """
        org = self.open_org(org_id)
        found = _find_campaign(org, campaign)
        self._check_account(org_id, gift.account_id)
        gift_campaign = self._gift_campaign(gift.account_id, gift.gift_campaign_id)
        items = (gift.line_items or gift_campaign.line_items) if gift_campaign.direct_send else ()
        if gift_campaign.direct_send and not items:
            raise ConfigurationError(
                f"Gift campaign {gift.gift_campaign_id} sends to addresses and has several variants",
                code="no_line_items",
                remedy="say with --item what to send",
            )
        link_id = link_key(org_id, found["Id"])
        with self.store.read() as unit:
            known = self._known(unit, link_id, replaces=replaces)
        provision_statuses(org, found["Id"])
        enabled = known is None or known.enabled
        _tell_campaign(org, found["Id"], gift.gift_campaign_id, enabled=enabled)
        link = CampaignLink(
            link_id=link_id,
            org_id=org_id,
            campaign_id=found["Id"],
            campaign_name=found["Name"],
            account_id=gift.account_id,
            gift_campaign_id=gift.gift_campaign_id,
            gift_campaign_name=gift_campaign.name,
            value=gift.value,
            direct_send=gift_campaign.direct_send,
            line_items=items,
        )
        return self._keep(link, allow_duplicates=gift.allow_duplicates, replaces=replaces, actor=actor)

    def _keep(
        self, link: CampaignLink, *, allow_duplicates: bool | None, replaces: bool, actor: str
    ) -> CampaignLink:
        """Together with its entry in the audit log; as it is kept. allow_duplicates: None for as it was."""
        with self.store.write() as unit:
            known = self._known(unit, link.link_id, replaces=replaces)
            was_allowed = known is not None and known.allow_duplicates
            kept = replace(
                link,
                enabled=known is None or known.enabled,
                allow_duplicates=was_allowed if allow_duplicates is None else allow_duplicates,
            )
            unit.links.save(kept)
            details = {
                "campaign": kept.campaign_id,
                "gift_campaign": kept.gift_campaign_id,
                "account": kept.account_id,
                "value": str(kept.value),
                "allow_duplicates": kept.allow_duplicates,
            }
            record(
                unit,
                self.clock(),
                org_id=kept.org_id,
                actor=actor,
                action="link.save",
                subject=kept.link_id,
                details=details,
            )
        return kept

    def _known(self, unit: Unit, link_id: str, *, replaces: bool) -> CampaignLink | None:
        """The link as it was. A paused one stays paused when it is changed."""
        known = unit.links.get(link_id)
        if known is not None and not replaces:
            raise CallerError(
                f"The Campaign {known.campaign_id} is linked already, to the gift campaign"
                f" {known.gift_campaign_name}.",
                code="already_linked",
                remedy="Change that link, or remove it first.",
            )
        return known

    def _check_account(self, org_id: str, account_id: str) -> None:
        with self.store.read() as unit:
            usable = {account.account_id for account in unit.connections.accounts_of(org_id)}
        if account_id not in usable:
            raise ConfigurationError(
                f"The org has no account {account_id} at a gifting platform",
                code="no_account",
                remedy="Choose one that Integrations, Gifting platforms shows.",
            )

    def _gift_campaign(self, account_id: str, gift_campaign_id: str) -> GiftCampaign:
        for gift_campaign in self.open_provider(account_id).gift_campaigns():
            if gift_campaign.gift_campaign_id == gift_campaign_id:
                return gift_campaign
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


def _tell_campaign(org: SalesforceOrg, campaign_id: str, gift_campaign_id: str, *, enabled: bool) -> None:
    fields = {"Id": campaign_id, "Gift_Sync_Enabled__c": enabled, "Gift_Campaign__c": gift_campaign_id}
    outcome = org.write([RecordWrite(WriteKind.UPDATE, "Campaign", fields)])[0]
    if outcome.state is not WriteState.DONE:
        raise ConfigurationError(
            f"Campaign {campaign_id} could not be updated: {outcome.code} {outcome.message}",
            code="campaign_not_writable",
            remedy="assign the permission set Gift_Integration to the connected user",
        )
