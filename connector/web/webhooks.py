"""Where gifting platforms deliver their events."""

import structlog
from flask import Blueprint, Response, request

from connector.errors import ConfigurationError, SignatureInvalid
from connector.ports import DELIVERY_ADDRESS_HEADER
from connector.web.container import WebContainer
from connector.web.problems import problem

log = structlog.get_logger(__name__)


def blueprint(container: WebContainer) -> Blueprint:
    """POST /webhooks/<provider>/<account id>, and /<address> behind it where an order has its own."""
    views = Blueprint("webhooks", __name__)

    @views.post("/webhooks/<provider>/<account_id>")
    @views.post("/webhooks/<provider>/<account_id>/<path:address>")
    def deliver(provider: str, account_id: str, address: str = "") -> Response:
        """200 once the delivery is committed (or was before), 401 for a signature that is not the platform's.

        404 for an unknown account, 413 for a body that is too long. Nothing in the body is looked at here.
        """
        body = request.get_data(cache=False)
        try:
            is_new = container.receive_event(account_id, _headers(address), body, provider=provider)
        except SignatureInvalid as error:
            log.warning("webhook_refused", account_id=account_id, code=error.code)
            return problem(401, "Unauthorized", "The signature does not fit.", code=error.code)
        except ConfigurationError as error:
            log.warning("webhook_refused", account_id=account_id, code=error.code)
            return problem(404, "Not Found", "No such account.")
        if is_new:
            container.wake_inbox()
        return Response(status=200)

    return views


def _headers(address: str) -> dict[str, str]:
    """The sender's headers, with the address that was called among them, which no sender can feign."""
    given = {
        name: value for name, value in request.headers.items() if name.lower() != DELIVERY_ADDRESS_HEADER
    }
    return {**given, DELIVERY_ADDRESS_HEADER: address} if address else given
