"""Getting an access token: who we are to the org.

Authorizer is the seam; JwtBearer is one implementation, SharedTokenAuthorizer another. A grant has no expiry
that could be read off it: it is renewed when Salesforce answers 401 INVALID_SESSION_ID. Source:
https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import jwt
import requests

from connector.adapters.salesforce.addresses import accepted_org_url, audiences_of
from connector.adapters.salesforce.oauth_faults import oauth_refusal
from connector.adapters.salesforce.unanswered import unanswered
from connector.errors import ConfigurationError, ConnectorError, TemporaryError
from connector.ports import Clock

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Salesforce refuses assertions that are good for more than three minutes.
ASSERTION_LIFETIME = timedelta(minutes=2)
# How Salesforce says that it looked for the app at another place than the org itself.
_NOT_KNOWN_THERE = "app_not_found"


@dataclass(frozen=True, slots=True)
class AccessGrant:
    """What an authorizer obtains. instance_url: where the org's API is, without a trailing slash.

    scopes: what was granted; empty where the answer does not say.
    """

    access_token: str = field(repr=False)
    instance_url: str
    scopes: tuple[str, ...] = ()


class Authorizer(Protocol):
    """Obtains a new access token each time it is asked."""

    def authorize(self) -> AccessGrant:
        """Raises AuthenticationFailed or ConfigurationError (with a remedy), or TemporaryError."""
        ...


@dataclass(frozen=True, slots=True)
class GivenGrant:
    """Hands out the one grant there is, once: for an org that is tried out before it is kept."""

    grant: AccessGrant

    def authorize(self) -> AccessGrant:
        return self.grant


@dataclass(frozen=True, slots=True)
class NotedAuthorizer:
    """Tells how it went. told: the error, or None for a token."""

    authorizer: Authorizer
    told: Callable[[ConnectorError | None], None]

    def authorize(self) -> AccessGrant:
        try:
            grant = self.authorizer.authorize()
        except ConnectorError as error:
            self.told(error)
            raise
        self.told(None)
        return grant


@dataclass(slots=True, kw_only=True)
class JwtBearer:
    """OAuth 2.0 JWT bearer flow, RS256.

    login_url: where the token endpoint is. Where the org takes another audience than the likeliest, the
    others are tried, and the one that was taken comes first from then on.
    """

    login_url: str
    consumer_key: str
    username: str
    private_key_pem: str = field(repr=False)
    session: requests.Session = field(repr=False)
    clock: Clock
    allow_loopback: bool = False
    _taken: str = ""

    def authorize(self) -> AccessGrant:
        login_url = accepted_org_url(self.login_url, allow_loopback=self.allow_loopback)
        refusals: list[tuple[int, dict[str, Any]]] = []
        for audience in sorted(audiences_of(login_url), key=lambda audience: audience != self._taken):
            status, body = self._ask(login_url, audience)
            if status == 200:
                self._taken = audience
                return self._grant(body)
            refusals.append((status, body))
            if not _is_of_the_audience(body):
                raise oauth_refusal(status, body)
        raise oauth_refusal(*refusals[0])

    def _ask(self, login_url: str, audience: str) -> tuple[int, dict[str, Any]]:
        form = {"grant_type": GRANT_TYPE, "assertion": self._assertion(audience)}
        try:
            answer = self.session.post(f"{login_url}/services/oauth2/token", data=form, allow_redirects=False)
        except requests.RequestException as failure:
            raise unanswered("token request", failure, changes_something=False) from failure
        return answer.status_code, _object(answer)

    def _assertion(self, audience: str) -> str:
        claims = {
            "iss": self.consumer_key,
            "sub": self.username,
            "aud": audience,
            "exp": int((self.clock() + ASSERTION_LIFETIME).timestamp()),
            "jti": str(uuid.uuid4()),
        }
        try:
            return jwt.encode(claims, self.private_key_pem, algorithm="RS256")
        except (ValueError, jwt.InvalidKeyError) as problem:
            raise ConfigurationError(
                "the connection's private key cannot be read",
                code="bad_private_key",
                remedy="Give an unencrypted RSA private key in PEM form.",
            ) from problem

    def _grant(self, body: dict[str, Any]) -> AccessGrant:
        token, instance_url = body.get("access_token"), body.get("instance_url")
        if not isinstance(token, str) or not isinstance(instance_url, str):
            raise TemporaryError("the token answer has no token or no instance", code="unreadable_answer")
        address = accepted_org_url(instance_url, allow_loopback=self.allow_loopback)
        return AccessGrant(token, address, tuple(str(body.get("scope", "")).split()))


def _is_of_the_audience(refusal: Mapping[str, Any]) -> bool:
    """Whether the same app and user may be let in for another audience."""
    description = str(refusal.get("error_description", "")).lower()
    return refusal.get("error") == _NOT_KNOWN_THERE or "audience" in description


def _object(answer: requests.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
