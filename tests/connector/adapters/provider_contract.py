"""What every gifting provider must do. A stand arranges the other side of each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from connector.domain.delivery import Address
from connector.errors import (
    ConfigurationError,
    LookUpUnsupported,
    OutcomeUnknown,
    PermanentError,
    RequestTooLate,
    SignatureInvalid,
    TemporaryError,
)
from connector.ports import DELIVERY_ADDRESS_HEADER, GiftOrder, GiftProvider, GiftRecipient, ProviderStatus

ANN = GiftRecipient("Ann", "O'Brien", "ann@example.com")
HOME = Address("1 Main St", "Bothell", "WA", "98021", "US")


class Stand(Protocol):
    """A provider and the levers on the other side of it."""

    provider: GiftProvider
    gift_campaign_id: str
    other_gift_campaign_id: str

    def lose_next_answer(self) -> None: ...
    def throttle_next(self, retry_after_seconds: int) -> None: ...
    def stop_listing(self) -> None: ...
    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        """Let the recipient claim the gift; the authentic delivery that tells of it."""
        ...


class ProviderContract:
    """Inherit, and give a fixture `stand`."""

    def order(self, stand: Stand, *, recipient: GiftRecipient = ANN, campaign: str = "") -> GiftOrder:
        """A gift that the stand's provider takes."""
        return GiftOrder("key-1", campaign or stand.gift_campaign_id, recipient)

    def shown(self, recipient: GiftRecipient) -> GiftRecipient:
        """The recipient as the provider shows them."""
        return recipient

    def test_it_names_the_gift_campaigns(self, stand: Stand) -> None:
        campaigns = list(stand.provider.gift_campaigns())

        ids = {campaign.gift_campaign_id for campaign in campaigns}
        assert {stand.gift_campaign_id, stand.other_gift_campaign_id} <= ids
        assert all(campaign.name for campaign in campaigns)

    def test_it_says_how_people_cancel_a_gift(self, stand: Stand) -> None:
        how = stand.provider.how_to_cancel

        assert "the gift 17" in how.format(gift="the gift 17")
        assert how.endswith(".")

    def test_a_requested_gift_is_submitted_and_can_be_read_again(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))

        assert gift.status is ProviderStatus.SUBMITTED
        assert gift.recipient == self.shown(ANN)
        assert gift.gift_campaign_id == stand.gift_campaign_id
        assert gift.created_at.tzinfo is not None
        assert stand.provider.gift(gift.provider_gift_id) == gift

    def test_an_unknown_gift_is_a_permanent_error(self, stand: Stand) -> None:
        with pytest.raises(PermanentError):
            stand.provider.gift("no-such-gift")

    def test_an_unknown_gift_campaign_is_for_the_administrator(self, stand: Stand) -> None:
        with pytest.raises(ConfigurationError):
            stand.provider.request_gift(self.order(stand, campaign="no-such-campaign"))

    def test_gifts_are_found_by_campaign_and_moment(self, stand: Stand) -> None:
        before = datetime.now(UTC)
        wanted = stand.provider.request_gift(self.order(stand))
        stand.provider.request_gift(self.order(stand, campaign=stand.other_gift_campaign_id))

        found = list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=before))
        later = stand.provider.find_gifts(stand.gift_campaign_id, created_since=before + timedelta(hours=1))

        assert found == [wanted]
        assert list(later) == []

    def test_a_provider_without_a_list_says_so(self, stand: Stand) -> None:
        stand.stop_listing()

        with pytest.raises(LookUpUnsupported):
            list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=datetime.now(UTC)))

    def test_a_lost_answer_is_unknown_and_the_gift_is_found_again(self, stand: Stand) -> None:
        before = datetime.now(UTC)
        stand.lose_next_answer()

        with pytest.raises(OutcomeUnknown):
            stand.provider.request_gift(self.order(stand))

        found = list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=before))
        assert [gift.recipient for gift in found] == [self.shown(ANN)]

    def test_a_throttled_request_was_not_carried_out(self, stand: Stand) -> None:
        before = datetime.now(UTC)
        stand.throttle_next(retry_after_seconds=7)

        with pytest.raises(TemporaryError) as refused:
            stand.provider.request_gift(self.order(stand))

        assert not isinstance(refused.value, OutcomeUnknown)
        assert refused.value.retry_after_seconds == 7
        assert list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=before)) == []

    def test_a_request_whose_time_is_over_does_not_leave(self, stand: Stand) -> None:
        before = datetime.now(UTC)
        late = replace(self.order(stand), valid_until=before)
        in_time = replace(self.order(stand), valid_until=before + timedelta(hours=1))

        with pytest.raises(RequestTooLate):
            stand.provider.request_gift(late)
        made = stand.provider.request_gift(in_time)

        assert list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=before)) == [made]

    def test_a_delivery_tells_of_the_gift_as_it_is_now(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        event_id = stand.provider.verify_webhook(headers, body, now=datetime.now(UTC))
        event = stand.provider.parse_webhook(headers, body)

        assert event.event_id == event_id
        assert event.gift.status is ProviderStatus.REDEEMED
        assert event.gift == stand.provider.gift(gift.provider_gift_id)

    def test_a_delivery_without_headers_is_not_authentic(self, stand: Stand) -> None:
        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook({}, b"{}", now=datetime.now(UTC))

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": null}', b"\xff"])
    def test_a_body_that_is_no_gift_is_a_permanent_error(self, stand: Stand, body: bytes) -> None:
        with pytest.raises(PermanentError):
            stand.provider.parse_webhook({}, body)


class InvitingProviderContract(ProviderContract):
    """Of a provider that invites by e-mail, to a page where the recipient chooses."""

    def test_the_recipient_gets_a_page_of_their_own(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))

        assert gift.redemption_url.startswith("https://")

    def test_a_recipient_without_an_address_is_refused_for_good(self, stand: Stand) -> None:
        with pytest.raises(PermanentError) as refused:
            stand.provider.request_gift(self.order(stand, recipient=replace(ANN, email="nobody")))

        assert "nobody" not in str(refused.value)


class DirectProviderContract(ProviderContract):
    """Of a provider that sends to a postal address."""

    def order(self, stand: Stand, *, recipient: GiftRecipient = ANN, campaign: str = "") -> GiftOrder:
        return replace(super().order(stand, recipient=recipient, campaign=campaign), address=HOME)

    def test_gift_campaigns_say_that_they_are_sent_directly(self, stand: Stand) -> None:
        assert all(campaign.direct_send for campaign in stand.provider.gift_campaigns())

    def test_an_incomplete_address_is_refused_for_good_and_not_repeated(self, stand: Stand) -> None:
        order = replace(self.order(stand), address=replace(HOME, street="", country="Nowhere"))

        with pytest.raises(PermanentError) as refused:
            stand.provider.request_gift(order)

        assert "Nowhere" not in str(refused.value)


class SignedDeliveriesContract(ProviderContract):
    """Of a provider that signs what it delivers."""

    def test_a_delivery_with_other_bytes_is_not_authentic(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook(headers, body + b" ", now=datetime.now(UTC))

    @pytest.mark.parametrize("minutes", [6, -6])
    def test_a_delivery_out_of_its_time_is_not_authentic(self, stand: Stand, minutes: int) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook(headers, body, now=datetime.now(UTC) + timedelta(minutes=minutes))


class AddressedDeliveriesContract(ProviderContract):
    """Of a provider that signs nothing: each gift has an address that nobody can guess."""

    def test_a_delivery_to_another_address_is_not_authentic(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)
        guessed = {DELIVERY_ADDRESS_HEADER: headers[DELIVERY_ADDRESS_HEADER][:-1] + "x"}

        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook({**headers, **guessed}, body, now=datetime.now(UTC))

    def test_what_a_delivery_claims_is_not_believed(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)
        made_up = body.replace(b"awaiting_fulfillment", b"delivered")

        event = stand.provider.parse_webhook(headers, made_up)

        assert made_up != body
        assert event.gift.status is ProviderStatus.REDEEMED

    def test_the_address_of_one_gift_tells_nothing_of_another(self, stand: Stand) -> None:
        mine = stand.provider.request_gift(self.order(stand))
        headers, _ = stand.claim(mine.provider_gift_id)
        other = stand.provider.request_gift(replace(self.order(stand), dedupe_key="key-2"))
        _, body = stand.claim(other.provider_gift_id)

        with pytest.raises(PermanentError):
            stand.provider.parse_webhook(headers, body)
