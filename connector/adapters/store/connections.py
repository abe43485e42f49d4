"""Repositories of what an admin sets up: connections and campaign links."""

from dataclasses import asdict

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.adapters.store.gift_columns import items_of, shown_items
from connector.adapters.store.models.ledger import CampaignLinkRow, OrgConnectionRow, ProviderAccountRow
from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import ConnectionMode, OrgConnection, ProviderAccount
from connector.domain.money import Money


class SqlConnections:
    """See services.storage.AccountsAndOrgs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save_org(self, org: OrgConnection) -> None:
        self._session.merge(OrgConnectionRow(**{**asdict(org), "scopes": list(org.scopes)}))

    def remove_org(self, org_id: str) -> None:
        self._session.execute(delete(OrgConnectionRow).where(OrgConnectionRow.org_id == org_id))

    def org(self, org_id: str) -> OrgConnection | None:
        row = self._session.get(OrgConnectionRow, org_id)
        return None if row is None else _org_of(row)

    def orgs(self) -> list[OrgConnection]:
        return [_org_of(row) for row in self._session.scalars(select(OrgConnectionRow).order_by("org_id"))]

    def save_account(self, account: ProviderAccount) -> None:
        self._session.merge(ProviderAccountRow(**asdict(account)))

    def account(self, account_id: str) -> ProviderAccount | None:
        row = self._session.get(ProviderAccountRow, account_id)
        return None if row is None else _account_of(row)

    def accounts_of(self, org_id: str) -> list[ProviderAccount]:
        usable = (account for account in self.accounts() if not account.retired)
        return [account for account in usable if account.org_id in {"", org_id}]

    def accounts(self) -> list[ProviderAccount]:
        statement = select(ProviderAccountRow).order_by("account_id")
        return [_account_of(row) for row in self._session.scalars(statement)]


class SqlLinks:
    """See services.storage.LinkRepository."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, link: CampaignLink) -> None:
        columns = asdict(link)
        value = columns.pop("value")
        columns["line_items"] = shown_items(link.line_items)
        self._session.merge(
            CampaignLinkRow(**columns, value_minor_units=value["minor_units"], currency=value["currency"])
        )

    def get(self, link_id: str) -> CampaignLink | None:
        row = self._session.get(CampaignLinkRow, link_id)
        return None if row is None else _link_of(row)

    def all(self) -> list[CampaignLink]:
        return [_link_of(row) for row in self._session.scalars(select(CampaignLinkRow).order_by("link_id"))]

    def of_org(self, org_id: str) -> list[CampaignLink]:
        statement = select(CampaignLinkRow).where(CampaignLinkRow.org_id == org_id)
        return [
            _link_of(row) for row in self._session.scalars(statement.order_by("campaign_name", "link_id"))
        ]

    def remove(self, link_id: str) -> None:
        self._session.execute(delete(CampaignLinkRow).where(CampaignLinkRow.link_id == link_id))


def _org_of(row: OrgConnectionRow) -> OrgConnection:
    return OrgConnection(
        org_id=row.org_id,
        instance_url=row.instance_url,
        login_url=row.login_url,
        consumer_key=row.consumer_key,
        username=row.username,
        private_key_pem=row.private_key_pem,
        consumer_secret=row.consumer_secret or "",
        user_id=row.user_id,
        api_version=row.api_version,
        mode=ConnectionMode(row.mode),
        certificate_pem=row.certificate_pem,
        certificate_ends_at=row.certificate_ends_at,
        scopes=tuple(row.scopes),
    )


def _account_of(row: ProviderAccountRow) -> ProviderAccount:
    return ProviderAccount(
        account_id=row.account_id,
        provider=row.provider,
        base_url=row.base_url,
        token=row.token,
        webhook_secret=row.webhook_secret,
        org_id=row.org_id,
        retired=row.retired,
    )


def _link_of(row: CampaignLinkRow) -> CampaignLink:
    return CampaignLink(
        link_id=row.link_id,
        org_id=row.org_id,
        campaign_id=row.campaign_id,
        campaign_name=row.campaign_name,
        account_id=row.account_id,
        gift_campaign_id=row.gift_campaign_id,
        gift_campaign_name=row.gift_campaign_name,
        value=Money(row.value_minor_units, row.currency),
        enabled=row.enabled,
        direct_send=row.direct_send,
        line_items=items_of(row.line_items),
        allow_duplicates=row.allow_duplicates,
    )
