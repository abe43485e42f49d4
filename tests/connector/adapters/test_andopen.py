"""What is particular to &Open: its refusals, its payloads, its signatures, its addresses."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.adapters.providers import andopen_faults, andopen_webhooks
from connector.adapters.providers.andopen import AndOpen
from connector.adapters.providers.andopen_payload import gift_from
from connector.adapters.providers.registry import Providers
from connector.adapters.providers.transport import retry_after_seconds
from connector.domain.connections import ProviderAccount
from connector.errors import (
    AuthenticationFailed,
    ConfigurationError,
    OutcomeUnknown,
    PermanentError,
    SignatureInvalid,
    TemporaryError,
)
from connector.ports import GiftOrder, GiftRecipient, ProviderStatus
from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.fakes import FakeCircuits

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
EVENT_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
GIFT: dict[str, Any] = {
    "id": "4fb4cb3f-9666-43b5-8884-7f5194483d1a",
    "status": "dispatched",
    "campaign_id": "c1",
    "redemption_url": None,
    "recipient": {"id": "r1", "first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"},
    "shipping_address": None,
    "line_items": None,
    "created_at": "2026-04-16T10:30:00.000Z",
    "updated_at": "2026-04-16T10:30:00.000Z",
}


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


@pytest.fixture
def provider(platform: RunningPlatform) -> Iterator[AndOpen]:
    platform.control("reset")
    provider = AndOpen(platform.base_url, platform.token)
    yield provider
    provider.close()


@pytest.fixture
def order(platform: RunningPlatform, provider: AndOpen) -> GiftOrder:
    del provider  # the platform is reset first
    campaign = platform.control("campaigns", name="Welcome")
    return GiftOrder("key-1", campaign["id"], GiftRecipient("Ann", "Lee", "ann@example.com"))


# --- refusals


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 507])
def test_a_server_error_on_a_request_may_have_made_the_gift(
    platform: RunningPlatform, provider: AndOpen, order: GiftOrder, status: int
) -> None:
    platform.control("faults", status=status, when="after", method="POST")

    with pytest.raises(OutcomeUnknown):
        provider.request_gift(order)

    assert platform.control("created")["total"] == 1


def test_a_server_error_on_a_read_is_temporary(platform: RunningPlatform, provider: AndOpen) -> None:
    platform.control("faults", status=500)

    with pytest.raises(TemporaryError) as failed:
        provider.gift("x")

    assert not isinstance(failed.value, OutcomeUnknown)


@given(st.integers(300, 499), st.text(max_size=20))
def test_a_status_that_is_not_in_the_table_fails_for_good(status: int, code: str) -> None:
    verdict = andopen_faults.verdict(status, [code])

    known = {(status, code), (status, "")} & andopen_faults.VERDICTS.keys()
    assert known or verdict == andopen_faults.FAIL


def test_a_more_specific_code_keeps_the_verdict_of_its_status() -> None:
    assert andopen_faults.verdict(401, ["token_revoked"]).error is AuthenticationFailed
    assert andopen_faults.verdict(422, ["too_fancy"]).error is PermanentError


def test_a_refusal_names_fields_and_codes_and_no_values(provider: AndOpen, order: GiftOrder) -> None:
    bad = GiftOrder("k", order.gift_campaign_id, GiftRecipient("X", "Secretname", "not-an-address"))

    with pytest.raises(PermanentError) as refused:
        provider.request_gift(bad)

    assert "recipient.first_name invalid_length" in str(refused.value)
    assert "recipient.email invalid_format" in str(refused.value)
    assert "Secretname" not in str(refused.value)
    assert "not-an-address" not in str(refused.value)


def test_a_wrong_token_is_for_the_administrator(platform: RunningPlatform) -> None:
    stranger = AndOpen(platform.base_url, "ao-v1-staging-wrong")

    with pytest.raises(AuthenticationFailed) as refused:
        list(stranger.gift_campaigns())

    stranger.close()
    assert refused.value.code == "invalid_token"
    assert "API key" in refused.value.remedy


def test_a_platform_that_is_not_there_was_sent_nothing(order: GiftOrder) -> None:
    nowhere = AndOpen("http://127.0.0.1:1", "ao-v1-staging-x")

    with pytest.raises(TemporaryError) as failed:
        nowhere.request_gift(order)

    nowhere.close()
    assert failed.value.code == "not_sent"
    assert not isinstance(failed.value, OutcomeUnknown)


def test_long_lists_are_read_to_their_end(
    platform: RunningPlatform, provider: AndOpen, order: GiftOrder
) -> None:
    for number in range(30):
        platform.control("campaigns", name=f"Campaign {number}")
    for _ in range(105):
        provider.request_gift(order)

    campaigns = list(provider.gift_campaigns())
    gifts = list(provider.find_gifts(order.gift_campaign_id, created_since=NOW - timedelta(days=9999)))

    assert len({campaign.gift_campaign_id for campaign in campaigns}) == 31
    assert len({gift.provider_gift_id for gift in gifts}) == 105


@pytest.mark.parametrize(
    ("given_header", "seconds"),
    [("7", 7.0), ("Fri, 01 May 2026 12:01:00 GMT", 60.0), ("Fri, 01 May 2026 11:00:00 GMT", 0.0)],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(given_header: str, seconds: float) -> None:
    answer = httpx2.Response(429, headers={"Retry-After": given_header})

    assert retry_after_seconds(answer, lambda: NOW) == seconds


@pytest.mark.parametrize("given_header", ["", "soon", "-5", "1.5"])
def test_an_unreadable_retry_after_says_nothing(given_header: str) -> None:
    answer = httpx2.Response(429, headers={"Retry-After": given_header})

    assert retry_after_seconds(answer, lambda: NOW) is None


# --- payloads


def test_unknown_fields_pass_and_a_missing_redemption_url_is_empty() -> None:
    gift = gift_from({**GIFT, "brand_new": {"x": 1}})

    assert gift.status is ProviderStatus.DISPATCHED
    assert gift.redemption_url == ""
    assert gift.carrier == ""


def test_shipment_and_gift_name_are_read_where_they_are_shown() -> None:
    shipment = {"carrier": "Post", "tracking_number": "T1", "tracking_url": "https://t.example/T1"}

    gift = gift_from({**GIFT, "shipments": [shipment], "line_items": [{"name": "Tea"}]})

    assert (gift.carrier, gift.tracking_number, gift.gift_name) == ("Post", "T1", "Tea")


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 5},
        {"status": "teleported"},
        {"status": None},
        {"campaign_id": ""},
        {"recipient": None},
        {"recipient": {"first_name": "Ann"}},
        {"created_at": "yesterday"},
        {"created_at": "2026-04-16T10:30:00"},
        {"redemption_url": 7},
    ],
)
def test_a_known_field_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(PermanentError) as refused:
        gift_from({**GIFT, **change})

    assert next(iter(change)) in str(refused.value) or "last_name" in str(refused.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(sorted(GIFT)), inner),
        max_leaves=6,
    )
)
def test_no_document_does_more_than_be_refused(document: Any) -> None:
    with pytest.raises(PermanentError):
        gift_from(document)


# --- signatures


def signed(body: bytes, *, secret: str = "new", at: datetime = NOW) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "AndOpen-Webhook-Signature": signature,
        "AndOpen-Webhook-Dispatch-Timestamp": timestamp,
        "AndOpen-Webhook-Event-Id": EVENT_ID,
    }


@given(st.binary(max_size=200), st.sampled_from(["old", "new"]))
def test_both_secrets_pass_while_one_replaces_the_other(body: bytes, secret: str) -> None:
    headers = signed(body, secret=secret)

    assert andopen_webhooks.verify(headers, body, ["old", "new"], now=NOW) == EVENT_ID


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_other_bytes_never_pass(body: bytes, other: bytes) -> None:
    headers = signed(body)

    if body != other:
        with pytest.raises(SignatureInvalid):
            andopen_webhooks.verify(headers, other, ["new"], now=NOW)


@pytest.mark.parametrize("secrets", [[], [""], ["else"]])
def test_without_the_right_secret_nothing_passes(secrets: list[str]) -> None:
    body = b"{}"

    for secret in ("", "new"):
        with pytest.raises(SignatureInvalid):
            andopen_webhooks.verify(signed(body, secret=secret), body, secrets, now=NOW)


@pytest.mark.parametrize(("seconds", "passes"), [(300, True), (-300, True), (301, False), (-301, False)])
def test_the_window_is_five_minutes_either_way(seconds: int, passes: bool) -> None:
    headers = signed(b"{}", at=NOW - timedelta(seconds=seconds))

    if passes:
        assert andopen_webhooks.verify(headers, b"{}", ["new"], now=NOW) == EVENT_ID
    else:
        with pytest.raises(SignatureInvalid):
            andopen_webhooks.verify(headers, b"{}", ["new"], now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"AndOpen-Webhook-Signature": "é"},
        {"AndOpen-Webhook-Signature": ""},
        {"AndOpen-Webhook-Dispatch-Timestamp": "now"},
        {"AndOpen-Webhook-Dispatch-Timestamp": "٣"},
        {"AndOpen-Webhook-Dispatch-Timestamp": "9" * 5000},
        {"AndOpen-Webhook-Event-Id": "not-a-uuid"},
        {"AndOpen-Webhook-Event-Id": ""},
    ],
)
def test_malformed_headers_are_a_bad_signature_and_no_crash(change: dict[str, str]) -> None:
    with pytest.raises(SignatureInvalid):
        andopen_webhooks.verify({**signed(b"{}"), **change}, b"{}", ["new"], now=NOW)


# --- accounts


def account(base_url: str, token: str = "ao-v1-production-x", provider: str = "andopen") -> ProviderAccount:
    return ProviderAccount(
        account_id="a1", provider=provider, base_url=base_url, token=token, webhook_secret="old new"
    )


@pytest.mark.parametrize("base_url", ["us", "eu", "https://api.andopen.co", "https://api.eu.andopen.co/"])
def test_an_account_is_reached_by_region_or_address(base_url: str) -> None:
    providers = Providers(FakeCircuits())

    provider = providers.provider(account(base_url))

    assert provider.name == "andopen"
    assert providers.provider(account(base_url)) is provider
    assert provider.verify_webhook(signed(b"{}", secret="old"), b"{}", now=NOW) == EVENT_ID
    providers.close()


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (account("https://api.andopen.co.evil.example"), "unknown_base_url"),
        (account("http://api.andopen.co"), "unknown_base_url"),
        (account("http://127.0.0.1:8920"), "unknown_base_url"),
        (account("us", token="made-up"), "malformed_token"),
        (account("us", token="ao-v1-staging-x"), "wrong_stage"),
        (account("staging", token="ao-v1-production-x"), "wrong_stage"),
        (account("us", provider="nobody"), "unknown_provider"),
        (account("https://api.brilliantmade.com", provider="brilliant", token="x"), "malformed_token"),
    ],
)
def test_an_account_that_cannot_work_is_for_the_administrator(broken: ProviderAccount, code: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Providers(FakeCircuits()).provider(broken)

    assert refused.value.code == code
    assert refused.value.remedy
    assert broken.token not in str(refused.value)


def test_loopback_is_accepted_while_developing() -> None:
    providers = Providers(FakeCircuits(), allow_loopback=True)

    assert providers.provider(account("http://127.0.0.1:8920", token="ao-v1-staging-x"))
    providers.close()
