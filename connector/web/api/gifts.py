"""Request a gift, look one up, cancel one, list what can be sent."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import g, request
from flask_smorest import Blueprint
from marshmallow import Schema

from connector.domain.gift import Gift
from connector.domain.money import Money, MoneyInvalid
from connector.errors import CallerError, ConnectorError
from connector.services.ask_for_gift import AskedGift
from connector.web.api.problems import connector_problem
from connector.web.api.schemas import GiftCampaignsSchema, GiftRequestSchema, GiftSchema
from connector.web.container import WebContainer

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
_ERRORS = {
    401: "The API key is missing, revoked or none of ours.",
    403: "The API key belongs to another org.",
    404: "The org has no such gift.",
    422: "The request cannot be fulfilled as it stands.",
    501: "The gifting platform offers no way to do this.",
    503: "Salesforce or the gifting platform cannot be reached, or an administrator must act.",
}


def blueprint(container: WebContainer) -> Blueprint:
    """/api/v1, for callers with an org's API key."""
    views = Blueprint("gifts", __name__, url_prefix=PREFIX, description="Gifts for Contacts and Leads.")
    views.before_request(_recognise(container))
    views.register_error_handler(ConnectorError, connector_problem)

    @_operation(
        views, "POST", "/gifts", "requestGift", GiftSchema, takes=GiftRequestSchema, errors=(422, 503)
    )
    def request_gift(given: Mapping[str, str | None]) -> dict[str, Any]:
        """Request a gift; the same key or campaign member asked for again is the same gift."""
        return _shown(container.ask_for_gift(_asked({name: text or "" for name, text in given.items()})))

    @_operation(views, "GET", "/gifts/<string:gift_key>", "getGift", GiftSchema, errors=(404,))
    def get_gift(gift_key: str) -> dict[str, Any]:
        """Look up a gift."""
        return _shown(container.ask_for_gift.gift(g.org_id, gift_key))

    @_operation(views, "POST", "/gifts/<string:gift_key>/cancel", "cancelGift", GiftSchema, errors=(404, 501))
    def cancel_gift(gift_key: str) -> dict[str, Any]:
        """Cancel a gift that has not been sent yet."""
        return _shown(container.ask_for_gift.cancel(g.org_id, gift_key))

    @_operation(views, "GET", "/gift-campaigns", "listGiftCampaigns", GiftCampaignsSchema, errors=(503,))
    def list_gift_campaigns() -> dict[str, Any]:
        """List the gift campaigns that gifts can be chosen from."""
        return {"gift_campaigns": container.ask_for_gift.gift_campaigns()}

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
        for status in (401, 403, *errors):
            described = views.alt_response(status, description=_ERRORS[status], success=False)(described)
        described = views.response(200, gives)(described)
        if takes is not None:
            described = views.arguments(takes)(described)
        described = views.doc(operationId=operation_id)(described)
        views.route(rule, methods=[method])(described)
        return view

    return decorate


def _recognise(container: WebContainer) -> Callable[[], None]:
    """Who calls, by the key in the Authorization header."""

    def recognise() -> None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        g.org_id = container.api_access.org_of(text.strip()) if scheme.lower() == "bearer" else ""
        if not g.org_id:
            raise CallerError("The API key is missing or not valid", code="not_authenticated")

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
