"""Why Salesforce refused a token, by the one table of failures (services.ailments)."""

from collections.abc import Mapping
from typing import Any

from connector.errors import ConnectorError, TemporaryError
from connector.services.ailments.table import token_ailment


def oauth_refusal(status: int, body: Mapping[str, Any]) -> ConnectorError:
    """The error for a token answer that is not 200. The message holds Salesforce's code and description."""
    error = str(body.get("error", "")) or f"http_{status}"
    description = str(body.get("error_description", ""))
    if status >= 500 or status == 429:
        return TemporaryError(f"the token endpoint answered {status}", code=error)
    ailment = token_ailment(error, description)
    return ailment.raised(
        f"Salesforce refused the connection: {error}: {description}", code=error, remedy=ailment.cure
    )
