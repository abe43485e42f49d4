"""Why Salesforce refused a token, and what the administrator can do about it.

Source: the texts are Salesforce's own, as documented in https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm
and seen by those who met them; the same `error` stands for several causes, so the description decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.errors import AuthenticationFailed, ConfigurationError, ConnectorError, TemporaryError


@dataclass(frozen=True, slots=True)
class Cause:
    """error: OAuth's code. phrase: part of the description, in lower case; "" for any."""

    error: str
    phrase: str
    raised: type[ConnectorError]
    remedy: str


CAUSES = (
    Cause(
        "invalid_grant",
        "hasn't approved this consumer",
        AuthenticationFailed,
        "Check the username, and pre-authorise it: assign the permission set named in the client app's"
        " policies.",
    ),
    Cause(
        "invalid_app_access",
        "",
        AuthenticationFailed,
        "Assign the user a permission set or profile that the client app's policies list as pre-authorised.",
    ),
    Cause(
        "invalid_grant",
        "audience",
        ConfigurationError,
        "Use the login address of the right kind of org: test.salesforce.com for sandboxes, else"
        " login.salesforce.com or the org's My Domain.",
    ),
    Cause(
        "invalid_grant",
        "expired",
        ConfigurationError,
        "Set this machine's clock: it differs from Salesforce's by more than three minutes.",
    ),
    Cause(
        "invalid_grant",
        "assertion",
        ConfigurationError,
        "Upload the certificate of the connection's private key to the client app (JWT bearer flow).",
    ),
    Cause(
        "invalid_grant",
        "",
        AuthenticationFailed,
        "Check username, certificate and the client app's policies.",
    ),
    Cause(
        "invalid_client",
        "must be installed",
        ConfigurationError,
        "Install the client app into the org, or create an External Client App there.",
    ),
    Cause(
        "invalid_client_id",
        "",
        ConfigurationError,
        "Check the consumer key. A new client app takes up to ten minutes to be known everywhere.",
    ),
    Cause(
        "invalid_client",
        "",
        ConfigurationError,
        "Check consumer key and secret of the client app.",
    ),
    Cause("inactive_user", "", AuthenticationFailed, "Activate the user, or connect as another one."),
    Cause(
        "inactive_org", "", AuthenticationFailed, "The org is locked, closed or suspended: ask Salesforce."
    ),
    Cause("unsupported_grant_type", "", ConfigurationError, "Turn on the JWT bearer flow in the client app."),
    Cause("rate_limit_exceeded", "", TemporaryError, ""),
)
UNKNOWN = Cause("", "", AuthenticationFailed, "Look at the user's login history in Setup for the reason.")


def oauth_refusal(status: int, body: Mapping[str, Any]) -> ConnectorError:
    """The error for a token answer that is not 200. The message holds Salesforce's code and description."""
    error = str(body.get("error", "")) or f"http_{status}"
    description = str(body.get("error_description", ""))
    if status >= 500 or status == 429:
        return TemporaryError(f"the token endpoint answered {status}", code=error)
    cause = next((row for row in CAUSES if _matches(row, error, description.lower())), UNKNOWN)
    return cause.raised(
        f"Salesforce refused the connection: {error}: {description}", code=error, remedy=cause.remedy
    )


def _matches(cause: Cause, error: str, description: str) -> bool:
    return cause.error == error and cause.phrase in description
