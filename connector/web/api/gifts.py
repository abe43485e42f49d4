"""Request a gift, look one up, cancel one, list what can be sent."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from connector.domain.api_key import Scope
from connector.domain.eligibility import skip_reasons
from connector.domain.gift import Gift
from connector.domain.money import Money, MoneyInvalid
from connector.errors import CallerError, ConnectorError
from connector.services.gifts.plan_gift import GiftWish
from connector.services.sending.ask_for_gift import AskedGift
from connector.services.sending.preview_gift import Preview
from connector.web.api.problems import connector_problem
from connector.web.api.schemas import GiftCampaignsSchema, GiftRequestSchema, GiftSchema, PreviewSchema
from connector.web.container import WebContainer

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
_ERRORS = {
    400: "The body is not JSON.",
    401: "The API key is missing, revoked or none of ours.",
    403: "The API key belongs to another org, or may only look things up.",
    404: "The org has no such gift.",
    409: "The gift is being sent, or is on its way.",
    429: "The org calls too often; Retry-After says when to call again.",
    422: "The request cannot be fulfilled as it stands.",
    501: "The gifting platform offers no way to do this.",
    503: "Salesforce or the gifting platform cannot be reached, or an administrator must act.",
}

_READING = frozenset({"gifts.get_gift", "gifts.list_gift_campaigns", "gifts.preview_gift"})


def blueprint(container: WebContainer) -> Blueprint:
    """/api/v1, for callers with an org's API key."""
    views = Blueprint("gifts", __name__, url_prefix=PREFIX, description="Gifts for Contacts and Leads.")
    views.before_request(_recognise(container))
    views.register_error_handler(ConnectorError, connector_problem)

    @_operation(
        views, "POST", "/gifts", "requestGift", GiftSchema, takes=GiftRequestSchema, errors=(400, 422, 503)
    )
    def request_gift(given: Mapping[str, str | None]) -> dict[str, Any]:
        """Request a gift; the same key or campaign member asked for again is the same gift."""
        return _shown(container.ask_for_gift(_asked({name: text or "" for name, text in given.items()})))

    @_operation(
        views,
        "POST",
        "/gifts/preview",
        "previewGift",
        PreviewSchema,
        takes=GiftRequestSchema,
        errors=(400, 422, 503),
    )
    def preview_gift(given: Mapping[str, str | None]) -> dict[str, Any]:
        """Tell what would happen if the gift were requested now; nothing is."""
        asked = _asked({name: text or "" for name, text in given.items()})
        return _previewed(*container.ask_for_gift.preview(asked))

    @_operation(views, "GET", "/gifts/<string:gift_key>", "getGift", GiftSchema, errors=(404,))
    def get_gift(gift_key: str) -> dict[str, Any]:
        """Look up a gift."""
        return _shown(container.ask_for_gift.gift(g.org_id, gift_key))

    @_operation(
        views, "POST", "/gifts/<string:gift_key>/cancel", "cancelGift", GiftSchema, errors=(404, 409, 501)
    )
    def cancel_gift(gift_key: str) -> dict[str, Any]:
        """Cancel a gift that has not been sent yet."""
        return _shown(container.cancel_gift(g.org_id, gift_key))

    @_operation(views, "GET", "/gift-campaigns", "listGiftCampaigns", GiftCampaignsSchema, errors=(503,))
    def list_gift_campaigns() -> dict[str, Any]:
        """List the gift campaigns that gifts can be chosen from."""
        return {"gift_campaigns": container.ask_for_gift.gift_campaigns(g.org_id)}

    return views


def _operation(
    views: Blueprint,
    method: str,
    rule: str,
    operation_id: str,
    gives: type[Schema],
    *,
    takes: type[Schema] | None = None,
    errors: tuple[int, ...],
) -> Callable[[View], View]:
    """A view and its description: flask-smorest's decorators, which carry no types, in one that does."""

    def decorate(view: View) -> View:
        described = view
        for status in (401, 403, 429, *errors):
            described = views.alt_response(status, description=_ERRORS[status], success=False)(described)
        described = views.response(200, gives)(described)
        if takes is not None:
            described = views.arguments(takes)(described)
        described = views.doc(operationId=operation_id)(described)
        views.route(rule, methods=[method])(described)
        return view

    return decorate


def _recognise(container: WebContainer) -> Callable[[], None]:
    """Who calls, by the key in the Authorization header, and whether they may call this, now."""

    def recognise() -> None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        key = container.api_access.recognise(text.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise CallerError("The API key is missing or not valid", code="not_authenticated")
        g.org_id = key.org_id
        container.api_access.take_turn(key.org_id)
        if key.scope is not Scope.SEND and request.endpoint not in _READING:
            raise CallerError("The API key may look things up and send nothing", code="scope_missing")

    return recognise


def _asked(given: Mapping[str, str]) -> AskedGift:
    if given["org_id"][:15] != g.org_id[:15]:
        raise CallerError("The API key belongs to another org", code="other_org")
    value = None
    if given["gift_value"]:
        try:
            value = Money.parse(given["gift_value"], given["gift_currency"])
        except MoneyInvalid as error:
            raise CallerError(str(error), code="value_invalid") from None
    return AskedGift(
        org_id=g.org_id,
        request_key=given["request_key"],
        record_id=given["record_id"],
        campaign_id=given["campaign_id"],
        campaign_member_id=given["campaign_member_id"],
        gift_campaign_id=given["gift_campaign_id"],
        value=value,
        sender_user_id=given["sender_id"],
        message=given["gift_message"],
    )


def _shown(gift: Gift) -> dict[str, Any]:
    progress = gift.progress
    return {
        "gift_key": gift.key,
        "request_state": gift.state.value,
        "stage": progress.stage.value,
        "send_status": progress.send_status or "",
        "order_status": progress.order_status or "",
        "record_id": gift.request.person.record_id,
        "salesforce_id": gift.salesforce_id,
        "error": gift.sync_error,
    }


def _previewed(wish: GiftWish, preview: Preview) -> dict[str, Any]:
    """Amounts as text, such as 25.00 EUR: what a screen of a flow shows."""
    return {
        "gift_key": preview.key,
        "record_id": wish.candidate.person.record_id,
        "would_send": preview.reason is None,
        "reason": preview.reason.value if preview.reason else "",
        "missing": [item.value for item in skip_reasons(wish.judged, already_gifted=False)],
        "cost": str(preview.cost),
        "budgets_left": [f"{budget.holder.value}: {budget.left}" for budget in preview.budgets],
        "approval": preview.approval,
    }
