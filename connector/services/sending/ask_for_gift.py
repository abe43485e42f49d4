"""One gift, asked for by an org's flow: written into the ledger like every other, and sent by the same job.

A campaign member's gift has the key that GiftSync would give it, so whoever is first, there is one gift.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog

from connector.domain.campaign_link import CampaignLink
from connector.domain.eligibility import Candidate
from connector.domain.gift import Gift
from connector.domain.keys import campaign_source_key, gift_key, link_key
from connector.domain.money import Money
from connector.domain.record_id import case_safe_id
from connector.domain.vocabulary import GiftSource
from connector.errors import CallerError, ConnectorError
from connector.ports import Clock, GiftCampaign
from connector.services.gifts.candidates import PeopleReader, people_reader, person_sobject
from connector.services.gifts.plan_gift import GiftTerms, GiftWish, PlanGift, terms_of
from connector.services.sending.preview_gift import Preview, PreviewGift
from connector.services.storage.store import Store
from connector.services.worker import OpenOrg, OpenProvider

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGift:
    """What a flow asks for. Either campaign_member_id, or request_key with record_id.

    campaign_id: a mapped Campaign; or gift_campaign_id with value. Ids have 15 or 18 characters.
    """

    org_id: str
    request_key: str = ""
    record_id: str = ""
    campaign_id: str = ""
    campaign_member_id: str = ""
    gift_campaign_id: str = ""
    value: Money | None = None
    sender_user_id: str = ""
    message: str = ""


@dataclass(frozen=True)
class AskForGift:
    """The use case behind the API that flows call."""

    store: Store
    open_org: OpenOrg
    open_provider: OpenProvider
    clock: Clock

    def __call__(self, asked: AskedGift) -> Gift:
        """The gift, new or as it stands when the same was asked for before.

        Raises CallerError for what cannot be a gift, with a code that says why, and the org's errors.
        """
        if not asked.campaign_member_id:
            _check_recipient(asked)
            known = self._known(gift_key(asked.org_id, GiftSource.FLOW, asked.request_key))
            if known is not None:
                return known
        wish = self._wish(asked)
        return self._known(wish.key) or PlanGift(self.store, self.clock)(wish)

    def preview(self, asked: AskedGift) -> tuple[GiftWish, Preview]:
        """What would happen if it were asked for now. Nothing is written. Raises as asking does.

        Who may get none is no error here: the preview says so.
        """
        if not asked.campaign_member_id:
            _check_recipient(asked)
        wish = self._wish(asked)
        return wish, PreviewGift(self.store, self.clock)(wish)

    def gift(self, org_id: str, key: str) -> Gift:
        """A gift of the org. Raises CallerError where it has none of that key."""
        gift = self._known(key)
        if gift is None or gift.request.org_id != org_id:
            raise CallerError(f"No gift {key}", code="unknown_gift")
        return gift

    def gift_campaigns(self, org_id: str) -> list[GiftCampaign]:
        """What the org can send, over all accounts that answer. Raises a platform's error where none does."""
        failures: list[ConnectorError] = []
        found = [campaign for _, campaign in self._offered(org_id, failures)]
        if failures and not found:
            raise failures[0]
        return found

    def _wish(self, asked: AskedGift) -> GiftWish:
        if asked.campaign_member_id:
            return self._of_member(asked)
        sobject = person_sobject(asked.record_id)
        reader = self._reader(asked.org_id)
        rows = list(self.open_org(asked.org_id).query(reader.person_query(sobject, asked.record_id)))
        if not rows:
            raise CallerError(f"The org has no {sobject} {asked.record_id}", code="recipient_unknown")
        candidate = reader.person(sobject, rows[0])
        return self._made(asked, asked.request_key, GiftSource.FLOW, candidate, self._terms(asked))

    def _of_member(self, asked: AskedGift) -> GiftWish:
        reader = self._reader(asked.org_id)
        soql = reader.member_query("Id", asked.campaign_member_id)
        rows = list(self.open_org(asked.org_id).query(soql))
        if not rows:
            raise CallerError(
                f"The org has no campaign member {asked.campaign_member_id}", code="recipient_unknown"
            )
        link = self._link(asked.org_id, rows[0]["CampaignId"])
        candidate = reader.member(rows[0])
        source_key = campaign_source_key(candidate.member_id, link.gift_campaign_id)
        return self._made(asked, source_key, GiftSource.CAMPAIGN, candidate, terms_of(link))

    def _terms(self, asked: AskedGift) -> GiftTerms:
        if asked.campaign_id:
            return terms_of(self._link(asked.org_id, asked.campaign_id))
        if not asked.gift_campaign_id or asked.value is None:
            raise CallerError(
                "A gift needs a mapped Campaign, or a gift campaign and its value",
                code="gift_campaign_missing",
            )
        failures: list[ConnectorError] = []
        for account_id, campaign in self._offered(asked.org_id, failures):
            if campaign.gift_campaign_id == asked.gift_campaign_id:
                return GiftTerms(
                    account_id=account_id,
                    gift_campaign_id=asked.gift_campaign_id,
                    value=asked.value,
                    direct_send=campaign.direct_send,
                    line_items=campaign.line_items,
                )
        if failures:  # it may be one of a platform that did not answer
            raise failures[0]
        raise CallerError(f"No gift campaign {asked.gift_campaign_id}", code="gift_campaign_unknown")

    def _offered(self, org_id: str, failures: list[ConnectorError]) -> Iterator[tuple[str, GiftCampaign]]:
        """By account, each asked when it is reached. failures: gets why an account is left out."""
        with self.store.read() as unit:
            accounts = [account.account_id for account in unit.connections.accounts_of(org_id)]
        for account_id in accounts:
            try:
                for campaign in self.open_provider(account_id).gift_campaigns():
                    yield account_id, campaign
            except ConnectorError as error:
                log.warning("gift_campaigns_not_read", account_id=account_id, code=error.code)
                failures.append(error)

    def _link(self, org_id: str, campaign_id: str) -> CampaignLink:
        with self.store.read() as unit:
            link = unit.links.get(link_key(org_id, campaign_id))
        if link is None or not link.enabled:
            raise CallerError(f"Campaign {campaign_id} is not mapped", code="campaign_not_mapped")
        return link

    def _reader(self, org_id: str) -> PeopleReader:
        with self.store.read() as unit:
            return people_reader(unit, org_id, with_address=True)

    def _known(self, key: str) -> Gift | None:
        with self.store.read() as unit:
            return unit.gifts.named([key]).get(key)

    def _made(
        self,
        asked: AskedGift,
        source_key: str,
        source: GiftSource,
        candidate: Candidate,
        terms: GiftTerms,
    ) -> GiftWish:
        return GiftWish(
            org_id=asked.org_id,
            source=source,
            source_key=source_key,
            candidate=candidate,
            terms=terms,
            sender_user_id=case_safe_id(asked.sender_user_id) or asked.sender_user_id,
            message=asked.message,
        )


def _check_recipient(asked: AskedGift) -> None:
    if not asked.request_key or not person_sobject(asked.record_id):
        raise CallerError(
            "A gift needs a request key and the Id of a Contact or Lead", code="recipient_missing"
        )
