"""Gifts for several people: the members of a Campaign, or those selected in a list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.domain.keys import link_key
from connector.domain.portal_session import PortalSession
from connector.errors import CallerError
from connector.services.gifts.plan_gift import GiftTerms
from connector.services.sending.find_recipient import NOTHING_SENT
from connector.services.sending.find_recipients import FoundRecipients, Member
from connector.services.sending.gift_catalogue import Offer
from connector.services.sending.send_gifts import DryRun, batch_id
from connector.web.portal.record_links import record_url
from connector.web.portal.send import words
from connector.web.portal.send.address import SendAddress
from connector.web.portal.send.container import SendContainer
from connector.web.portal.send.draft import MESSAGE_LENGTH, Draft, check

# So many are named on a page; the others are counted.
NAMED = 200


@dataclass(frozen=True)
class SeveralPeople:
    """One request of one rep about one form. statuses: chosen member statuses of a Campaign; none: all."""

    container: SendContainer
    viewer: PortalSession
    address: SendAddress
    form_key: str
    statuses: tuple[str, ...] = ()

    def fill_in(self, draft: Draft | None = None) -> Response:
        """The form, empty or with what was in it."""
        if (sent := self._already()) is not None:
            return sent
        given = draft or Draft(currency=self.container.send_gift.usual_currency(self.viewer.org_id))
        return self._form(self._find(), given)

    def look_over(self, draft: Draft) -> Response:
        """Who would get what; nothing is written."""
        return self._step(draft, send=False)

    def send(self, draft: Draft) -> Response:
        """To everyone who still gets one, once for one form."""
        return self._step(draft, send=True)

    def _step(self, draft: Draft, *, send: bool) -> Response:
        if (sent := self._already()) is not None:
            return sent
        found = self._find()
        offers = self.container.gift_catalogue.offers(self.viewer.org_id)
        checked = check(draft, offers, ())
        chosen = self._chosen(found)
        errors = dict(checked.errors)
        if not chosen.members:
            errors["people"] = f"Nobody is left to choose from. {NOTHING_SENT}"
        if errors or checked.offer is None or checked.value is None:
            return self._form(found, draft, errors, status=422)
        campaign = checked.offer.campaign
        terms = GiftTerms(
            account_id=checked.offer.account_id,
            gift_campaign_id=campaign.gift_campaign_id,
            value=checked.value,
            link_id=link_key(self.viewer.org_id, found.campaign_id) if found.campaign_id else "",
            one_for_each_mailbox=not draft.duplicates,
            direct_send=campaign.direct_send,
            line_items=campaign.line_items,
        )
        send_gifts = self.container.send_gifts
        wishes = send_gifts.wishes(chosen, terms, draft.message, self.viewer, self.form_key)
        dry_run = send_gifts.dry_run(wishes, chosen.unseen)
        if not send:
            return self._confirm(found, draft, checked.offer, dry_run)
        try:
            batch = send_gifts(wishes, chosen.unseen, self.viewer, self.form_key, despite_earlier=draft.again)
        except CallerError as error:
            if error.code not in {"asked_before", "nobody"}:
                raise
            return self._confirm(found, draft, checked.offer, dry_run, status=409)
        return redirect(url_for("send.batch", which=batch.batch_id, done="sent"), 303)

    def _already(self) -> Response | None:
        which = batch_id(self.viewer, self.form_key)
        if self.container.send_gifts.batch(self.viewer, which) is None:
            return None
        return redirect(url_for("send.batch", which=which, done="before"), 303)

    def _find(self) -> FoundRecipients:
        org, org_id = self.container.open_org_as(self.viewer), self.viewer.org_id
        if self.address.ids:
            return self.container.find_recipients.selected(
                org, org_id, self.address.sobject, self.address.ids
            )
        return self.container.find_recipients.of_campaign(org, org_id, self.address.record_id)

    def _chosen(self, found: FoundRecipients) -> FoundRecipients:
        if not self.statuses:
            return found
        members: Sequence[Member] = [item for item in found.members if item.status in self.statuses]
        return FoundRecipients(members, found.campaign_id, found.campaign_name, found.unseen)

    def _form(
        self,
        found: FoundRecipients,
        draft: Draft,
        errors: Mapping[str, str] | None = None,
        *,
        status: int = 200,
    ) -> Response:
        counts = Counter(item.status for item in found.members)
        page = render_template(
            "portal/send/several.html",
            **self._frame(found),
            counts=sorted(counts.items()) if found.campaign_id else [],
            offers=words.offer_choices(self.container.gift_catalogue.offers(self.viewer.org_id)),
            draft=draft,
            errors=errors or {},
            message_length=MESSAGE_LENGTH,
        )
        return make_response(page, status)

    def _confirm(
        self, found: FoundRecipients, draft: Draft, offer: Offer, dry_run: DryRun, *, status: int = 200
    ) -> Response:
        page = render_template(
            "portal/send/confirm_several.html",
            **self._frame(found),
            draft=draft,
            offer=offer,
            platform=words.platform_name(offer.provider),
            dry_run=dry_run,
            skipped=[(wish, words.why_none(reason.value)) for wish, reason in dry_run.skipped],
            named=NAMED,
            budgets=[(words.budget_words(item), item) for item in dry_run.budgets],
            is_warned=status == 409,
        )
        return make_response(page, status)

    def _frame(self, found: FoundRecipients) -> dict[str, object]:
        back = record_url(self.viewer, "Campaign", found.campaign_id) if found.campaign_id else ""
        return {
            "found": found,
            "sobject": self.address.sobject,
            "statuses": self.statuses,
            "parameters": {**self.address.parameters, "form": self.form_key},
            "record_url": back,
        }
