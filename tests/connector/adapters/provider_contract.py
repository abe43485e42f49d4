"""What every gifting provider must do. A stand arranges the other side of each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from connector.errors import (
    ConfigurationError,
    LookUpUnsupported,
    OutcomeUnknown,
    PermanentError,
    SignatureInvalid,
    TemporaryError,
)
from connector.ports import GiftOrder, GiftProvider, GiftRecipient, ProviderStatus

ANN = GiftRecipient("Ann", "O'Brien", "ann@example.com")


class Stand(Protocol):
    """A provider and the levers on the other side of it."""

    provider: GiftProvider
    gift_campaign_id: str
    other_gift_campaign_id: str

    def lose_next_answer(self) -> None: ...
    def throttle_next(self, retry_after_seconds: int) -> None: ...
    def stop_listing(self) -> None: ...
    def claim(self, provider_gift_id: str) -> tuple[Mapping[str, str], bytes]:
        """Let the recipient claim the gift; the signed delivery that tells of it."""
        ...


class ProviderContract:
    """Inherit, and give a fixture `stand`."""

    def order(self, stand: Stand, *, recipient: GiftRecipient = ANN, campaign: str = "") -> GiftOrder:
        return GiftOrder("key-1", campaign or stand.gift_campaign_id, recipient)

    def test_it_names_the_gift_campaigns(self, stand: Stand) -> None:
        campaigns = list(stand.provider.gift_campaigns())

        ids = {campaign.gift_campaign_id for campaign in campaigns}
        assert {stand.gift_campaign_id, stand.other_gift_campaign_id} <= ids
        assert all(campaign.name for campaign in campaigns)

    def test_a_requested_gift_is_submitted_and_can_be_read_again(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))

        assert gift.status is ProviderStatus.SUBMITTED
        assert gift.recipient == ANN
        assert gift.gift_campaign_id == stand.gift_campaign_id
        assert gift.redemption_url.startswith("https://")
        assert gift.created_at.tzinfo is not None
        assert stand.provider.gift(gift.provider_gift_id) == gift

    def test_an_unknown_gift_is_a_permanent_error(self, stand: Stand) -> None:
        with pytest.raises(PermanentError):
            stand.provider.gift("no-such-gift")

    def test_an_unknown_gift_campaign_is_for_the_administrator(self, stand: Stand) -> None:
        with pytest.raises(ConfigurationError):
            stand.provider.request_gift(self.order(stand, campaign="no-such-campaign"))

    def test_a_recipient_without_an_address_is_refused_for_good(self, stand: Stand) -> None:
        with pytest.raises(PermanentError) as refused:
            stand.provider.request_gift(self.order(stand, recipient=replace(ANN, email="nobody")))

        assert "nobody" not in str(refused.value)

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
        assert [gift.recipient for gift in found] == [ANN]

    def test_a_throttled_request_was_not_carried_out(self, stand: Stand) -> None:
        before = datetime.now(UTC)
        stand.throttle_next(retry_after_seconds=7)

        with pytest.raises(TemporaryError) as refused:
            stand.provider.request_gift(self.order(stand))

        assert not isinstance(refused.value, OutcomeUnknown)
        assert refused.value.retry_after_seconds == 7
        assert list(stand.provider.find_gifts(stand.gift_campaign_id, created_since=before)) == []

    def test_a_delivery_tells_of_the_gift_as_it_is_now(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        event_id = stand.provider.verify_webhook(headers, body, now=datetime.now(UTC))
        event = stand.provider.parse_webhook(headers, body)

        assert event.event_id == event_id
        assert event.gift.status is ProviderStatus.REDEEMED
        assert event.gift == stand.provider.gift(gift.provider_gift_id)

    def test_a_delivery_with_other_bytes_is_not_authentic(self, stand: Stand) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook(headers, body + b" ", now=datetime.now(UTC))

    def test_a_delivery_without_headers_is_not_authentic(self, stand: Stand) -> None:
        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook({}, b"{}", now=datetime.now(UTC))

    @pytest.mark.parametrize("minutes", [6, -6])
    def test_a_delivery_out_of_its_time_is_not_authentic(self, stand: Stand, minutes: int) -> None:
        gift = stand.provider.request_gift(self.order(stand))
        headers, body = stand.claim(gift.provider_gift_id)

        with pytest.raises(SignatureInvalid):
            stand.provider.verify_webhook(headers, body, now=datetime.now(UTC) + timedelta(minutes=minutes))

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1}', b"\xff"])
    def test_a_body_that_is_no_gift_is_a_permanent_error(self, stand: Stand, body: bytes) -> None:
        with pytest.raises(PermanentError):
            stand.provider.parse_webhook({}, body)
