import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping

import pytest

from tests.gifting.conftest import SECRET, Api
from tests.gifting.listener import Listener


def headers_of(delivery: tuple[Mapping[str, str], bytes], name: str) -> str:
    return delivery[0][f"AndOpen-Webhook-{name}"]


def statuses(listener: Listener, count: int) -> list[str]:
    return [json.loads(listener.next()[1])["status"] for _ in range(count)]


def quick_retries(api: Api) -> None:
    api.platform.control("settings", webhook_retry_base_seconds=0.05, webhook_retry_growth=1.5)


def test_a_delivery_is_signed_over_timestamp_and_raw_body(api: Api, listener: Listener) -> None:
    gift = api.gift(api.campaign())

    delivery = listener.next()

    timestamp = headers_of(delivery, "Dispatch-Timestamp")
    signed = timestamp.encode() + b"." + delivery[1]
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers_of(delivery, "Signature") == expected
    assert abs(int(timestamp) - time.time()) < 5
    assert headers_of(delivery, "API-Version") == "2026-05"
    assert delivery[0]["Content-Type"] == "application/json"
    assert json.loads(delivery[1]) == gift


def test_every_step_of_a_gift_is_told_in_order(api: Api, listener: Listener) -> None:
    campaign = api.campaign()
    api.gift(campaign)

    api.platform.control("gifts/complete", campaign_id=campaign)

    assert statuses(listener, 4) == ["submitted", "redeemed", "dispatched", "delivered"]


def test_a_failed_delivery_is_tried_again_with_a_fresh_stamp_and_the_same_event(
    api: Api, listener: Listener
) -> None:
    api.platform.control("settings", webhook_retry_base_seconds=1.1)
    listener.answers = [500]
    api.gift(api.campaign())

    first, second = listener.next(), listener.next()

    assert first[1] == second[1]
    assert int(headers_of(second, "Dispatch-Timestamp")) > int(headers_of(first, "Dispatch-Timestamp"))
    assert headers_of(first, "Event-Id") == headers_of(second, "Event-Id")


def test_retries_grow_apart_and_end(api: Api, listener: Listener) -> None:
    quick_retries(api)
    api.platform.control("settings", webhook_max_attempts=3)
    listener.answers = [500] * 10
    api.gift(api.campaign())

    api.platform.settle()

    (delivery,) = api.platform.control("webhooks/deliveries")["deliveries"]
    moments = [attempt["at"] for attempt in delivery["attempts"]]
    assert delivery["state"] == "given_up"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 500, 500]
    assert moments[2] - moments[1] > moments[1] - moments[0]


def test_retries_that_grow_beyond_all_numbers_do_not_end_the_sending(api: Api, listener: Listener) -> None:
    growth = {"webhook_retry_base_seconds": 0, "webhook_retry_growth": 1e300}
    api.platform.control("settings", **growth, webhook_max_attempts=9)
    listener.answers = [500] * 3
    api.gift(api.campaign())
    api.gift(api.campaign())

    assert statuses(listener, 4) == ["submitted"] * 4


def test_a_receiver_that_is_away_is_tried_again(api: Api) -> None:
    quick_retries(api)
    api.platform.control("settings", webhook_max_attempts=2)
    api.platform.control("webhooks/endpoints", url="http://127.0.0.1:1/", secret=SECRET)
    api.gift(api.campaign())

    api.platform.settle()

    (delivery,) = api.platform.control("webhooks/deliveries")["deliveries"]
    assert [attempt["error"] for attempt in delivery["attempts"]] == ["ConnectionError"] * 2


def test_several_senders_have_deliveries_under_way_together(api: Api, listener: Listener) -> None:
    campaign = api.campaign()
    api.gift(campaign)
    listener.next()
    listener.together = threading.Barrier(3)
    api.platform.control("settings", webhook_senders=3)
    api.platform.control("webhooks/pause")
    api.platform.control("gifts/complete", campaign_id=campaign)

    api.platform.control("webhooks/resume")

    assert sorted(statuses(listener, 3)) == ["delivered", "dispatched", "redeemed"]


def test_events_can_be_sent_twice(api: Api, listener: Listener) -> None:
    api.platform.control("webhooks/disturb", duplicate=1)
    api.gift(api.campaign())

    first, second = listener.next(), listener.next()

    assert headers_of(first, "Event-Id") == headers_of(second, "Event-Id")
    assert first[1] == second[1]


def test_events_can_be_lost_for_good(api: Api, listener: Listener) -> None:
    campaign = api.campaign()
    api.gift(campaign)
    listener.next()
    api.platform.control("webhooks/disturb", lose=2)

    api.platform.control("gifts/complete", campaign_id=campaign)

    assert statuses(listener, 1) == ["delivered"]
    api.platform.settle()
    assert listener.deliveries.empty()


def test_events_can_arrive_in_reverse(api: Api, listener: Listener) -> None:
    campaign = api.campaign()
    api.gift(campaign)
    listener.next()
    api.platform.control("webhooks/disturb", reorder=3)

    api.platform.control("gifts/complete", campaign_id=campaign)

    assert statuses(listener, 3) == ["delivered", "dispatched", "redeemed"]


def test_an_unfinished_reorder_can_be_released(api: Api, listener: Listener) -> None:
    api.platform.control("webhooks/disturb", reorder=100)
    api.gift(api.campaign())

    api.platform.control("webhooks/release")

    assert statuses(listener, 1) == ["submitted"]


def test_late_events_wait_for_their_time(api: Api, listener: Listener) -> None:
    api.platform.control("webhooks/disturb", delay=1, delay_seconds=3600)
    api.gift(api.campaign())
    waiting = api.platform.control("webhooks/deliveries")["pending"]

    api.platform.control("clock", advance_seconds=3601)

    assert waiting == 1
    assert statuses(listener, 1) == ["submitted"]


def test_webhooks_can_be_paused(api: Api, listener: Listener) -> None:
    api.platform.control("webhooks/pause")
    api.gift(api.campaign())
    time.sleep(0.3)
    nothing_yet = listener.deliveries.empty()

    api.platform.control("webhooks/resume")

    assert nothing_yet
    assert statuses(listener, 1) == ["submitted"]


def test_a_pause_holds_for_what_was_taken_up_before_it(api: Api, listener: Listener) -> None:
    listener.together = threading.Barrier(2)
    for _ in range(5):
        api.gift(api.campaign())
    while not listener.paths:
        time.sleep(0.01)

    api.platform.control("webhooks/pause")
    listener.together.wait(10)
    listener.next()
    listener.together = None
    time.sleep(0.3)

    assert listener.deliveries.empty()
    assert api.platform.control("webhooks/deliveries")["pending"] == 4


def test_a_webhook_shows_what_the_api_shows(api: Api, listener: Listener) -> None:
    api.platform.control("settings", redemption_url_after_seconds=60)
    api.gift(api.campaign())

    _, body = listener.next()

    assert json.loads(body)["redemption_url"] is None


def test_a_new_secret_signs_later_events(api: Api, listener: Listener) -> None:
    api.platform.control("webhooks/endpoints", url=listener.url, secret="next-secret")
    api.gift(api.campaign())

    delivery = listener.next()

    signed = headers_of(delivery, "Dispatch-Timestamp").encode() + b"." + delivery[1]
    assert headers_of(delivery, "Signature") == hmac.new(b"next-secret", signed, hashlib.sha256).hexdigest()


def test_deliveries_can_be_asked_for_again(api: Api, listener: Listener) -> None:
    api.gift(api.campaign())
    first = listener.next()
    api.platform.settle()

    again = api.platform.control("webhooks/again", event_id=headers_of(first, "Event-Id"))

    assert again == {"queued": 1}
    assert headers_of(listener.next(), "Event-Id") == headers_of(first, "Event-Id")


def test_what_is_asked_for_again_while_it_is_under_way_is_sent_twice(api: Api, listener: Listener) -> None:
    listener.together = under_way = threading.Barrier(2)
    api.gift(api.campaign())
    while not listener.paths:
        time.sleep(0.01)

    api.platform.control("webhooks/again")
    listener.together = None
    under_way.wait(10)

    first, second = listener.next(), listener.next()
    assert headers_of(first, "Event-Id") == headers_of(second, "Event-Id")


def test_a_forgery_is_sent_as_it_is_asked_for(api: Api, listener: Listener) -> None:
    listener.answers = [401]

    answer = api.platform.control(
        "webhooks/forge", url=listener.url, secret="wrong", body="{}", age_seconds=900
    )

    delivery = listener.next()
    assert answer == {"status": 401}
    assert delivery[1] == b"{}"
    assert time.time() - int(headers_of(delivery, "Dispatch-Timestamp")) > 890
    assert api.platform.control("webhooks/deliveries")["deliveries"] == []


@pytest.mark.parametrize(
    "url",
    ["https://example.com/hook", "http://10.0.0.1/", "nonsense", "ftp://localhost/", "http://localhost:x/"],
)
def test_nothing_is_sent_beyond_this_machine(api: Api, url: str) -> None:
    answer = api.call("POST", "/_control/webhooks/endpoints", json={"url": url, "secret": "x"})

    assert answer.status_code == 400
