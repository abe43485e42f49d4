"""A gift for one Contact or Lead: fill in, look it over, send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.domain.eligibility import SkipReason, skip_reasons
from connector.domain.gift import Gift
from connector.domain.keys import link_key
from connector.domain.portal_session import PortalSession
from connector.domain.vocabulary import GiftSource
from connector.errors import CallerError
from connector.services.gifts.plan_gift import GiftTerms, GiftWish
from connector.services.sending.find_recipient import FoundRecipient
from connector.services.sending.gift_catalogue import Offer
from connector.services.sending.send_gift import form_source_key
from connector.web.portal.record_links import record_url
from connector.web.portal.send import words
from connector.web.portal.send.address import SendAddress
from connector.web.portal.send.container import SendContainer
from connector.web.portal.send.draft import MESSAGE_LENGTH, Checked, Draft, check


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that a gift needs is known."""

    found: FoundRecipient
    offer: Offer
    wish: GiftWish


@dataclass(frozen=True)
class OnePerson:
    """One request of one rep about one form. form_key: minted with the form."""

    container: SendContainer
    viewer: PortalSession
    address: SendAddress
    form_key: str

    def fill_in(self, draft: Draft | None = None) -> Response:
        """The form, empty or with what was in it."""
        if (sent := self._already()) is not None:
            return sent
        found = self._find()
        if found.contact_id:
            return self._converted(found)
        given = draft or Draft(currency=self.container.send_gift.usual_currency(self.viewer.org_id))
        return self._form(found, self._offers(), given)

    def look_over(self, draft: Draft) -> Response:
        """What exactly would happen; nothing does yet."""
        ready = self._prepare(draft)
        return self._confirm(ready, draft) if isinstance(ready, _Ready) else ready

    def send(self, draft: Draft) -> Response:
        """One gift for one form, whatever is pressed how often."""
        ready = self._prepare(draft)
        if not isinstance(ready, _Ready):
            return ready
        try:
            gift = self.container.send_gift(ready.wish, self.viewer, despite_earlier=draft.again)
        except CallerError as error:
            if error.code != "asked_before":
                raise
            return self._confirm(ready, draft, status=409)
        return redirect(url_for("send.gift", key=gift.key, done="sent"), 303)

    def _prepare(self, draft: Draft) -> _Ready | Response:
        """What is needed to go on, or the page that says why it does not."""
        if (sent := self._already()) is not None:
            return sent
        found = self._find()
        if found.contact_id:
            return self._converted(found)
        offers = self._offers()
        checked = check(draft, offers, found.campaigns)
        if checked.errors or checked.offer is None or checked.value is None:
            return self._form(found, offers, draft, checked.errors, status=422)
        wish = self._wish(found, draft, checked)
        preview = self.container.preview_gift(wish)
        if preview.reason is not None:
            return self._form(found, offers, draft, reason=preview.reason, status=422)
        return _Ready(found, checked.offer, wish)

    def _already(self) -> Response | None:
        gift = self.container.send_gift.already(self.viewer, self.form_key, self.address.record_id)
        return None if gift is None else redirect(url_for("send.gift", key=gift.key, done="before"), 303)

    def _find(self) -> FoundRecipient:
        org = self.container.open_org_as(self.viewer)
        return self.container.find_recipient(org, self.viewer.org_id, self.address.record_id)

    def _offers(self) -> list[Offer]:
        return self.container.gift_catalogue.offers(self.viewer.org_id)

    def _wish(self, found: FoundRecipient, draft: Draft, checked: Checked) -> GiftWish:
        if checked.offer is None or checked.value is None:
            raise ValueError(draft)
        campaign = checked.offer.campaign
        return GiftWish(
            org_id=self.viewer.org_id,
            source=GiftSource.BUTTON,
            source_key=form_source_key(self.viewer.user_id, self.form_key, self.address.record_id),
            candidate=found.candidate,
            terms=GiftTerms(
                account_id=checked.offer.account_id,
                gift_campaign_id=campaign.gift_campaign_id,
                value=checked.value,
                campaign_id=draft.campaign_id,
                link_id=link_key(self.viewer.org_id, draft.campaign_id) if draft.campaign_id else "",
                direct_send=campaign.direct_send,
                line_items=campaign.line_items,
            ),
            sender_user_id=self.viewer.user_id,
            message=draft.message,
        )

    def _form(
        self,
        found: FoundRecipient,
        offers: Sequence[Offer],
        draft: Draft,
        errors: Mapping[str, str] | None = None,
        *,
        reason: SkipReason | None = None,
        status: int = 200,
    ) -> Response:
        candidate = found.candidate
        # An incomplete address stands in the way of direct gifts only, and is told when one is chosen.
        lacking = skip_reasons(replace(candidate, address=None), already_gifted=False)
        reasons = dict.fromkeys([*lacking, *([reason] if reason else [])])
        page = render_template(
            "portal/send/form.html",
            **self._frame(found),
            obstacles=[words.obstacle(item, self.address.sobject) for item in reasons],
            may_go_on=not lacking,
            has_address=candidate.address is not None and candidate.address.is_complete,
            offers=words.offer_choices(offers),
            campaigns=[(item.campaign_id, item.name) for item in found.campaigns],
            draft=draft,
            errors=errors or {},
            message_length=MESSAGE_LENGTH,
        )
        return make_response(page, status)

    def _confirm(self, ready: _Ready, draft: Draft, *, status: int = 200) -> Response:
        preview = self.container.preview_gift(ready.wish)
        now_asked = {gift.key for gift, moments in self._recent() if moments}
        to_mailbox = self.container.send_gift.to_mailbox(ready.wish)
        earlier = [gift for gift in to_mailbox if gift.key not in now_asked]
        names = {item.campaign_id: item.name for item in ready.found.campaigns}
        page = render_template(
            "portal/send/confirm.html",
            **self._frame(ready.found),
            draft=draft,
            offer=ready.offer,
            platform=words.platform_name(ready.offer.provider),
            preview=preview,
            value=ready.wish.terms.value,
            budgets=[(words.budget_words(item), item) for item in preview.budgets],
            campaign_name=names.get(draft.campaign_id, ""),
            address=ready.wish.judged.address,
            earlier=[(gift, words.state_badge(gift)) for gift in earlier],
            record_id=self.address.record_id,
            needs_again=status == 409 or bool(earlier or now_asked),
            is_warned=status == 409,
        )
        return make_response(page, status)

    def _converted(self, found: FoundRecipient) -> Response:
        to_contact = {"org": self.viewer.org_id, "object": "Contact", "record": found.contact_id}
        page = render_template(
            "portal/send/converted.html",
            send_url=f"{url_for('send.index')}?{urlencode(to_contact)}",
            contact_url=record_url(self.viewer, "Contact", found.contact_id),
        )
        return make_response(page)

    def _frame(self, found: FoundRecipient) -> dict[str, object]:
        return {
            "recipient": found.candidate.recipient,
            "sobject": self.address.sobject,
            "parameters": {**self.address.parameters, "form": self.form_key},
            "record_url": record_url(self.viewer, self.address.sobject, self.address.record_id),
            "recent": [(gift, moments, words.state_badge(gift)) for gift, moments in self._recent()],
        }

    def _recent(self) -> list[tuple[Gift, bool]]:
        """The person's last gifts, each with whether it was asked for moments ago."""
        send_gift = self.container.send_gift
        gifts = send_gift.recent(self.viewer.org_id, self.address.record_id)
        return [(gift, send_gift.is_moments_ago(gift)) for gift in gifts]
