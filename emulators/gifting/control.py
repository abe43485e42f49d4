"""The control side: what a test or a demonstration asks of the platform. JSON in, JSON out; no token.

POST /_control/campaigns            {name, id?, description?, invitation_method?, product?, currency?,
                                     value_minor_units?} -> the campaign (201)
POST /_control/gifts/<step>         step: claim, ship, deliver, cancel, expire
                                    {id?, campaign_id?, email?, status?: value or list of values, limit?,
                                     carrier?, tracking_number?, tracking_url?: for ship}; no filter: all
                                    -> {moved: number, skipped: number that may not take this step now, ids}
POST /_control/gifts/complete       {the same filter} -> claim, ship and deliver, one event for each
POST /_control/brilliant/products   {name, inventory?: -1 for not tracked, size?} -> the product (201)
POST /_control/brilliant/orders/<status>  {id?: none for all} -> {moved: [ids]}; see brilliant.orders
POST /_control/brilliant/created    {} -> {total, by_status, duplicates: [{custom_data, ids}]}
POST /_control/faults               {count?: 1, status?, when?: before or after the call takes effect,
                                     hang_up?, delay_seconds?, method?, path?: prefix, retry_after_seconds?}
POST /_control/faults/clear         {}
POST /_control/rate-limit           {calls: 0 for none, window_seconds?: 1}
POST /_control/settings             any of emulators.gifting.settings.Settings -> all of them
POST /_control/clock                {advance_seconds} -> {now, ahead_seconds}
POST /_control/webhooks/endpoints   {url: loopback, secret} -> {id}; the same url again changes the secret of
                                    later events
POST /_control/webhooks/pause, /resume, /release   {}; release lets go of events held by an unfinished reorder
POST /_control/webhooks/disturb     {duplicate?: next n events twice, delay?: next n events late,
                                     delay_seconds?, reorder?: hold the next n events, then send them last one
                                     first, lose?: never send the next n events}
POST /_control/webhooks/again       {event_id?: "" for all} -> {queued}
POST /_control/webhooks/forge       {url, secret, body, event_id?, age_seconds?} -> {status: the receiver's}
POST /_control/webhooks/deliveries  {} -> {deliveries: [...with attempts], pending}
POST /_control/created              {} -> {total, by_status, by_campaign,
                                     duplicates: [{campaign_id, email, count, ids}]}
POST /_control/reset                {}
GET  /_control/health               -> {status: "ok", token, brilliant_credentials}
A wrong wish answers 400 {error} and changes nothing.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulators.gifting.api import the_platform
from emulators.gifting.body import json_value
from emulators.gifting.clock import as_timestamp
from emulators.gifting.errors import cross_site
from emulators.gifting.faults import Fault
from emulators.gifting.gifts import STEPS
from emulators.gifting.loopback import is_loopback
from emulators.gifting.outbox import Disturbance
from emulators.gifting.webhooks import forge
from emulators.gifting.wishes import checked

COMPLETE = ("claim", "ship", "deliver")

control = Blueprint("control", __name__, url_prefix="/_control")


@control.errorhandler(ValueError)
@control.errorhandler(TypeError)
@control.errorhandler(KeyError)
@control.errorhandler(OverflowError)
def refuse(problem: Exception) -> tuple[Response, int]:
    """A wrong wish."""
    return jsonify(error=f"{type(problem).__name__}: {problem}"), 400


@control.before_request
def require_no_other_site() -> None:
    """There is no token, so no page of another site may call: browsers say where a call comes from."""
    own = request.host_url.rstrip("/")
    if request.headers.get("Origin", own) != own:
        raise cross_site()


@control.get("/health")
def health() -> Response:
    """Ready, and with which token."""
    platform = the_platform()
    return jsonify(status="ok", token=platform.token, brilliant_credentials=platform.brilliant_credentials)


@control.post("/campaigns")
def create_campaign() -> tuple[Response, int]:
    """A campaign to send gifts from."""
    platform = the_platform()
    return jsonify(platform.campaigns.create(_wishes(), now=platform.clock.now())), 201


@control.post("/gifts/<step>")
def move_gifts(step: str) -> tuple[Response, int]:
    """Take one step, or all of them, with every gift that the filter names."""
    platform = the_platform()
    if step not in STEPS and step != "complete":
        return jsonify(error=f"no such step: {step}"), 404
    wishes = _wishes()
    chosen = platform.gifts.matching(wishes)
    moved = set[str]()
    for single in COMPLETE if step == "complete" else (step,):
        moved |= set(platform.gifts.move(single, chosen, wishes))
    platform.dispatcher.wake()
    return jsonify(moved=len(moved), skipped=len(chosen) - len(moved), ids=sorted(moved)), 200


@control.post("/brilliant/products")
def add_product() -> tuple[Response, int]:
    """A product to order, with one variant."""
    return jsonify(the_platform().storefront.add_product(_wishes())), 201


@control.post("/brilliant/orders/<status>")
def move_orders(status: str) -> Response:
    """Give orders a later status."""
    platform = the_platform()
    moved = platform.storefront.move(status, _wishes())
    platform.dispatcher.wake()
    return jsonify(moved=moved)


@control.post("/brilliant/created")
def list_orders_created() -> Response:
    """What was ordered, and what was ordered twice."""
    return jsonify(the_platform().storefront.summary())


@control.post("/faults")
def add_fault() -> Response:
    """Let the next calls fail."""
    fault = Fault.from_wishes(_wishes())
    the_platform().faults.add(fault)
    return jsonify(asdict(fault))


@control.post("/faults/clear")
def clear_faults() -> Response:
    """No more failures."""
    the_platform().faults.clear()
    return jsonify({})


@control.post("/rate-limit")
def limit_rate() -> Response:
    """Set or lift the rate limit."""
    wishes = _wishes()
    calls, window_seconds = int(wishes["calls"]), float(wishes.get("window_seconds", 1))
    the_platform().rate_limit.set(calls, window_seconds)
    return jsonify(calls=calls, window_seconds=window_seconds)


@control.post("/settings")
def change_settings() -> Response:
    """Turn switches."""
    return jsonify(asdict(the_platform().change_settings(_wishes())))


@control.post("/clock")
def advance_clock() -> Response:
    """Let the platform's time pass."""
    platform = the_platform()
    ahead = platform.advance(float(_wishes()["advance_seconds"]))
    return jsonify(now=as_timestamp(platform.clock.now()), ahead_seconds=ahead)


@control.post("/webhooks/endpoints")
def register_endpoint() -> tuple[Response, int]:
    """Where events go."""
    wishes = _wishes()
    url, secret = str(wishes["url"]), str(wishes["secret"])
    if not is_loopback(url):
        raise ValueError("webhooks are sent to loopback addresses only")
    return jsonify(id=the_platform().outbox.register(url, secret)), 201


@control.post("/webhooks/pause")
def pause_webhooks() -> Response:
    """Hold every delivery back."""
    return jsonify(asdict(the_platform().change_settings({"webhooks_paused": True})))


@control.post("/webhooks/resume")
def resume_webhooks() -> Response:
    """Deliver again."""
    return jsonify(asdict(the_platform().change_settings({"webhooks_paused": False})))


@control.post("/webhooks/release")
def release_webhooks() -> Response:
    """End a reorder before it is complete."""
    platform = the_platform()
    platform.outbox.disturbance.reorder = 0
    platform.outbox.release_held()
    platform.dispatcher.wake()
    return jsonify({})


@control.post("/webhooks/disturb")
def disturb_webhooks() -> Response:
    """Duplicate, delay, reorder or lose the next events."""
    plan = Disturbance(**checked(Disturbance, _wishes()))
    the_platform().outbox.disturbance = plan
    return jsonify(asdict(plan))


@control.post("/webhooks/again")
def send_again() -> Response:
    """Repeat deliveries under their own event ids."""
    platform = the_platform()
    queued = platform.outbox.again(str(_wishes().get("event_id", "")))
    platform.dispatcher.wake()
    return jsonify(queued=queued)


@control.post("/webhooks/forge")
def forge_webhook() -> Response:
    """Send what the platform would not."""
    wishes = _wishes()
    status = forge(
        the_platform().outbox,
        url=str(wishes["url"]),
        secret=str(wishes["secret"]),
        body=str(wishes["body"]).encode(),
        event_id=str(wishes.get("event_id") or uuid.uuid4()),
        age_seconds=int(wishes.get("age_seconds", 0)),
    )
    return jsonify(status=status)


@control.post("/webhooks/deliveries")
def list_deliveries() -> Response:
    """The delivery log."""
    outbox = the_platform().outbox
    return jsonify(deliveries=outbox.log(), pending=outbox.pending())


@control.post("/created")
def list_created() -> Response:
    """What was created, and what was created twice."""
    return jsonify(the_platform().gifts.summary())


@control.post("/reset")
def reset() -> Response:
    """Back to the first day."""
    the_platform().reset()
    return jsonify({})


def _wishes() -> dict[str, Any]:
    wishes = json_value()
    if wishes is None and not request.get_data():
        return {}
    if not isinstance(wishes, Mapping):
        raise ValueError("the body is a JSON object")  # noqa: TRY004 - one kind of answer for every wrong wish
    return dict(wishes)
