"""OAuth errors with Salesforce's codes and texts."""

from dataclasses import dataclass


@dataclass(eq=False)
class OAuthError(Exception):
    """Answered as `{"error": ..., "error_description": ...}` with status 400.

    Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flow_errors.htm
    """

    error: str
    description: str
    status: int = 400


def invalid_client_id() -> OAuthError:
    """No app has this consumer key."""
    return OAuthError("invalid_client_id", "client identifier invalid")


def invalid_client() -> OAuthError:
    """The app's secret is wrong or missing."""
    return OAuthError("invalid_client", "invalid client credentials")


def not_approved() -> OAuthError:
    """The app's policies do not pre-authorise this user (or there is no such user)."""
    return OAuthError("invalid_grant", "user hasn't approved this consumer")


def invalid_assertion() -> OAuthError:
    """The JWT cannot be read, was not signed by the app, or was seen before."""
    return OAuthError("invalid_grant", "invalid assertion")


def invalid_audience() -> OAuthError:
    """The JWT was meant for somebody else."""
    return OAuthError("invalid_grant", "audience is invalid")


def expired() -> OAuthError:
    """The JWT is too old, or is good for too long."""
    return OAuthError("invalid_grant", "expired")


def invalid_refresh_token() -> OAuthError:
    """The refresh token is unknown or was revoked."""
    return OAuthError("invalid_grant", "expired access/refresh token")


def unsupported_grant_type(grant_type: str) -> OAuthError:
    """Named, so that nobody looks for a mistake in the credentials."""
    return OAuthError("unsupported_grant_type", f"The local org does not support: grant type {grant_type}")
