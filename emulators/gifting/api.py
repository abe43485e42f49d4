"""The public API: gift requests and campaigns.

GET  /campaigns                  page campaigns: newest first; limit (default and maximum 25), after
GET  /campaigns/{id}             page campaigns/show
POST /gift_requests              page gift-requests/create
GET  /gift_requests/{id}         page gift-requests/show
GET  /gift_requests              limit (default 25, at most 100), after, campaign_id. NOT DOCUMENTED: page
                                 intro shows a list of gift requests only as an example of the envelope. The
                                 setting gift_request_list turns it off; then it answers 404 like any unknown
                                 route.

Every answer carries Request-Id (page errors). The version header is checked before the token (page
versioning). Of the two versions that &Open supports this platform speaks 2026-05 only. Idempotency-Key is not
documented and ignored, unless the setting honour_idempotency_key is on.
"""

import uuid

from flask import Blueprint, Response, current_app, g, jsonify, request

from emulators.gifting.body import json_value
from emulators.gifting.errors import (
    ApiError,
    faulty_request,
    invalid_token,
    not_found,
    unsupported_version,
)
from emulators.gifting.gifting_platform import Platform
from emulators.gifting.gifts import as_shown
from emulators.gifting.store import Document
from emulators.gifting.validation import checked_body
from emulators.gifting.webhooks import API_VERSION

CAMPAIGNS_PER_PAGE = 25
GIFTS_PER_PAGE, GIFTS_PER_PAGE_AT_MOST = 25, 100
_MOST_DIGITS = 9

api = Blueprint("api", __name__)


def the_platform() -> Platform:
    """The platform behind the running application."""
    platform: Platform = current_app.extensions["gifting"]
    return platform


def check_version_then_token() -> None:
    """Raises ApiError 400 or 401."""
    if request.headers.get("AndOpen-API-Version") != API_VERSION:
        raise unsupported_version(API_VERSION)
    if request.headers.get("Authorization") != f"Bearer {the_platform().token}":
        raise invalid_token()


def name_the_request(response: Response) -> Response:
    """Every answer has its Request-Id."""
    response.headers["Request-Id"] = str(uuid.uuid4())
    return response


@api.get("/campaigns")
def list_campaigns() -> Response:
    """One page, newest first."""
    campaigns = the_platform().campaigns.all()
    limit = _limit(CAMPAIGNS_PER_PAGE, CAMPAIGNS_PER_PAGE)
    start = 0
    if after := request.args.get("after"):
        ids = [campaign["id"] for campaign in campaigns]
        if after not in ids:
            raise _unknown_cursor()
        start = ids.index(after) + 1
    page = campaigns[start : start + limit]
    return jsonify(data=page, has_more=start + limit < len(campaigns))


@api.get("/campaigns/<campaign_id>")
def show_campaign(campaign_id: str) -> Response:
    """One campaign with its products."""
    campaign = the_platform().campaigns.get(campaign_id)
    if campaign is None:
        raise not_found("Campaign")
    return jsonify(campaign)


@api.post("/gift_requests")
def create_gift_request() -> tuple[Response, int]:
    """A gift for one recipient; 201, or 422 with every problem."""
    platform = the_platform()
    body = _json_body()
    campaign = platform.campaigns.get(str(body.get("campaign_id")))
    checked = checked_body(body, campaign, letters_only_names=platform.settings.letters_only_names)
    key = request.headers.get("Idempotency-Key", "") if platform.settings.honour_idempotency_key else ""
    gift = platform.gifts.create(checked, idempotency_key=key)
    platform.dispatcher.wake()
    g.gift_request_id = gift["id"]
    return jsonify(_shown(gift)), 201


@api.get("/gift_requests/<gift_id>")
def show_gift_request(gift_id: str) -> Response:
    """One gift request as it is now."""
    gift = the_platform().gifts.get(gift_id)
    if gift is None:
        raise not_found("Gift request")
    return jsonify(_shown(gift))


@api.get("/gift_requests")
def list_gift_requests() -> Response:
    """One page, newest first; 404 where the list is switched off."""
    platform = the_platform()
    if not platform.settings.gift_request_list:
        raise not_found("Route")
    page = platform.gifts.page(
        campaign_id=request.args.get("campaign_id", ""),
        after=request.args.get("after", ""),
        limit=_limit(GIFTS_PER_PAGE, GIFTS_PER_PAGE_AT_MOST),
    )
    if page is None:
        raise _unknown_cursor()
    gifts, has_more = page
    return jsonify(data=[_shown(gift) for gift in gifts], has_more=has_more)


def _shown(gift: Document) -> Document:
    platform = the_platform()
    return as_shown(gift, platform.clock.now(), platform.settings.redemption_url_after_seconds)


def _json_body() -> Document:
    body = json_value()
    if not isinstance(body, dict):
        raise faulty_request("invalid_json", "The request body is not a JSON object.")
    return body


def _limit(default: int, at_most: int) -> int:
    """A larger value is clamped; a non-numeric, zero or negative one is refused (page campaigns)."""
    given = request.args.get("limit", str(default))
    if not (given.isascii() and given.isdecimal()) or not given.strip("0"):
        raise faulty_request("invalid_parameter", "must be a positive integer", "limit")
    return at_most if len(given) > _MOST_DIGITS else min(int(given), at_most)


def _unknown_cursor() -> ApiError:
    return faulty_request("invalid_cursor", "references no existing record", "after")
