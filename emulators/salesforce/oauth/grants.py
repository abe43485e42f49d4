"""The grant types of the token endpoint."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import Authorization

from emulators.salesforce.host import Host
from emulators.salesforce.oauth import assertion, errors
from emulators.salesforce.oauth.clients import REFRESHING, Client
from emulators.salesforce.oauth.id_tokens import id_token
from emulators.salesforce.oauth.identity import identity_url, signature
from emulators.salesforce.oauth.sessions import AuthorizationCode, digest_of
from emulators.salesforce.security.users import OrgUser

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REPLAY_MEMORY_SECONDS = assertion.SKEW_SECONDS + assertion.MAX_LIFETIME_SECONDS

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """One call of the token endpoint: what was sent, and the address it was sent to."""

    host: Host
    form: Form
    instance_url: str


def grant(request: TokenRequest) -> dict[str, Any]:
    """The token answer. Raises OAuthError, for unknown grant types by their name."""
    grant_type = request.form.get("grant_type", "")
    handler = _GRANTS.get(grant_type)
    if handler is None:
        raise errors.unsupported_grant_type(grant_type)
    return handler(request)


def client_credentials(form: Form, authorization: Authorization | None) -> Form:
    """What was sent, with the client's key and secret from the Authorization header when they came there."""
    if authorization is None or authorization.type != "basic":
        return form
    sent = authorization.parameters
    named = {"client_id": sent.get("username") or "", "client_secret": sent.get("password") or ""}
    return {**form, **named}


def authenticated_client(host: Host, form: Form) -> Client:
    """The app that names itself and proves it by its secret, unless its settings make the secret optional."""
    client = host.clients.find(form.get("client_id", ""))
    if client is None or not client.enabled:
        raise errors.invalid_client_id()
    secret = form.get("client_secret", "")
    if (secret or client.secret_required) and not hmac.compare_digest(
        secret.encode(), client.consumer_secret.encode()
    ):
        raise errors.invalid_client()
    return client


def _jwt_bearer(request: TokenRequest) -> dict[str, Any]:
    host = request.host
    verified = assertion.verify(
        request.form.get("assertion", ""),
        find=host.clients.find,
        audiences=(request.instance_url,),
        now=host.org.clock(),
    )
    user = host.org.user(verified.username)
    scope = _approved_scope(host, verified.client, user) if user is not None and user.active else ""
    if user is None or not scope:
        raise errors.not_approved()
    if verified.jti and not _first_seen(host, verified):
        raise errors.invalid_assertion()
    token = host.sessions.start(user.id, client_id=verified.client.consumer_key, scope=scope)
    return _answer(request, verified.client, user.id, token, scope)


def _approved_scope(host: Host, client: Client, user: OrgUser) -> str:
    """What the user's tokens may do: all of the app's for whom its policies name, else what the user allowed.

    Empty without an approval that lasts, which takes the scope refresh_token.
    Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm
    """
    if client.admin_approved:
        return client.scope if host.clients.approves(client, user) else ""
    allowed = host.clients.consent_of(client, user)
    return allowed if REFRESHING & set(allowed.split()) else ""


def _first_seen(host: Host, verified: assertion.Assertion) -> bool:
    """Remember a jti; False when the app used it before. Without a jti there is no look for replays."""
    key = digest_of(f"{verified.client.consumer_key} {verified.jti}")
    return host.sessions.remember_once(key, seconds=REPLAY_MEMORY_SECONDS)


def _refresh(request: TokenRequest) -> dict[str, Any]:
    client = authenticated_client(request.host, request.form)
    sessions = request.host.sessions
    presented = request.form.get("refresh_token", "")
    session = sessions.find(presented, "refresh")
    if session is None:
        _punish_reuse(request, presented)
    if session is None or session.client_id != client.consumer_key:
        raise errors.invalid_refresh_token()
    user = request.host.org.user(session.user_id)
    if user is None or not user.active:
        raise errors.OAuthError("inactive_user", "user is inactive")
    token = sessions.start(user.id, client_id=client.consumer_key, scope=session.scope, family=session.family)
    answer = _answer(request, client, user.id, token, session.scope)
    return answer | {"refresh_token": sessions.rotate(session)} if client.rotates else answer


def _punish_reuse(request: TokenRequest, presented: str) -> None:
    """A refresh token that was rotated away comes back: a copy of it is in other hands, so all must log in.

    Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_refresh_token_rotation.htm
    """
    spent = request.host.sessions.find(presented, "spent")
    if spent is not None:
        request.host.sessions.end_family(spent)


def _authorization_code(request: TokenRequest) -> dict[str, Any]:
    client = authenticated_client(request.host, request.form)
    code = request.host.sessions.redeem_code(request.form.get("code", ""))
    if code is None or code.client_id != client.consumer_key:
        raise errors.OAuthError("invalid_grant", "expired authorization code")
    if code.redirect_uri != request.form.get("redirect_uri", ""):
        raise errors.OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
    if code.challenge and not _proves(request.form.get("code_verifier", ""), code.challenge):
        raise errors.OAuthError("invalid_grant", "invalid code verifier")
    sessions = request.host.sessions
    if not REFRESHING & set(code.scope.split()):
        access = sessions.start(code.user_id, client_id=client.consumer_key, scope=code.scope)
        answer = _answer(request, client, code.user_id, access, code.scope)
        return answer | _id_token(request, client, code, answer)
    access, refresh = sessions.start_refreshable(
        code.user_id, client_id=client.consumer_key, scope=code.scope
    )
    answer = _answer(request, client, code.user_id, access, code.scope) | {"refresh_token": refresh}
    return answer | _id_token(request, client, code, answer)


def _id_token(
    request: TokenRequest, client: Client, code: AuthorizationCode, answer: Mapping[str, Any]
) -> dict[str, Any]:
    """For clients that asked for OpenID Connect."""
    user = request.host.org.user(code.user_id)
    if "openid" not in code.scope.split() or user is None:
        return {}
    token = id_token(
        request.host.org,
        user,
        subject=answer["id"],
        issuer=request.instance_url,
        audience=client.consumer_key,
        nonce=code.nonce,
        access_token=answer["access_token"],
    )
    return {"id_token": token}


def _client_credentials(request: TokenRequest) -> dict[str, Any]:
    """The app itself, as the user whom its policies name. There is no refresh token.

    Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm
    """
    client = authenticated_client(request.host, request.form)
    if not request.form.get("client_secret"):
        raise errors.invalid_client()
    user = request.host.org.user(client.run_as) if client.run_as else None
    if user is None or not user.active:
        raise errors.OAuthError("invalid_grant", "no client credentials user enabled")
    token = request.host.sessions.start(user.id, client_id=client.consumer_key, scope=client.scope)
    return _answer(request, client, user.id, token)


def _password(request: TokenRequest) -> dict[str, Any]:
    """User name and password. Salesforce retires it; only apps that were registered for it may use it.

    Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_username_password_flow.htm
    """
    client = authenticated_client(request.host, request.form)
    name, password = request.form.get("username", ""), request.form.get("password", "")
    user = request.host.passwords.user_of(name, password, token_may_follow=True)
    if user is None or not client.password_flow:
        raise errors.OAuthError("invalid_grant", "authentication failure")
    token = request.host.sessions.start(user.id, client_id=client.consumer_key, scope=client.scope)
    return _answer(request, client, user.id, token)


def _proves(verifier: str, challenge: str) -> bool:
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), challenge.encode())


def _answer(
    request: TokenRequest, client: Client, user_id: str, token: str, scope: str | None = None
) -> dict[str, Any]:
    org = request.host.org
    identity = identity_url(org, user_id, request.instance_url)
    issued_at = str(int(org.clock().timestamp() * 1000))
    return {
        "access_token": token,
        "signature": signature(identity, issued_at, client.consumer_secret),
        "scope": client.scope if scope is None else scope,
        "instance_url": request.instance_url,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


_GRANTS: dict[str, Callable[[TokenRequest], dict[str, Any]]] = {
    JWT_BEARER: _jwt_bearer,
    "refresh_token": _refresh,
    "authorization_code": _authorization_code,
    "client_credentials": _client_credentials,
    "password": _password,
}
