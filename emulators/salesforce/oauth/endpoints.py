"""`/services/oauth2/...` and the identity URL."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.host import host
from emulators.salesforce.oauth import errors, identity
from emulators.salesforce.oauth.bearer import bearer_token
from emulators.salesforce.oauth.grants import TokenRequest, authenticated_client, client_credentials, grant
from emulators.salesforce.oauth.sessions import Session
from emulators.salesforce.security.entities import custom_permissions
from emulators.salesforce.security.users import OrgUser

blueprint = Blueprint("oauth", __name__)
LOGIN_URLS = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})
MY_DOMAIN_URL = "https://emu.my.salesforce.com"


def instance_url() -> str:
    """The address of the org as this client reaches it, path form included.

    Who asks at Salesforce's common log-in addresses, which takes the proxy, is sent to the org's own.
    """
    root = request.url_root.rstrip("/")
    return MY_DOMAIN_URL if root in LOGIN_URLS else root


@blueprint.errorhandler(errors.OAuthError)
def oauth_error(error: errors.OAuthError) -> tuple[Response, int]:
    """The error in OAuth's shape."""
    return jsonify(error=error.error, error_description=error.description), error.status


@blueprint.post("/services/oauth2/token")
def token() -> Response:
    """Hand out an access token; what for, the grant type says."""
    form = client_credentials(request.values, request.authorization)
    answer = jsonify(grant(TokenRequest(host(), form, instance_url())))
    answer.headers["Cache-Control"] = "no-cache, no-store"
    return answer


@blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Who the token's holder is."""
    session, user = _holder()
    return jsonify(identity.userinfo(host().org, user, instance_url()) | _custom_permissions(session))


@blueprint.get("/id/<org_id>/<user_id>")
def identity_page(org_id: str, user_id: str) -> Response:
    """The identity URL of the token answer; only its own user may read it."""
    session, user = _holder()
    if org_id[:15] != host().org.org_id[:15] or user_id[:15] != user.id[:15]:
        raise _BadToken("Wrong_Org" if org_id[:15] != host().org.org_id[:15] else "Bad_Id")
    return jsonify(identity.identity(host().org, user, instance_url()) | _custom_permissions(session))


def _custom_permissions(session: Session) -> dict[str, Any]:
    """The user's custom permissions, for tokens whose scope shows them."""
    if not {"custom_permissions", "full"} & set(session.scope.split()):
        return {}
    return {"custom_permissions": dict.fromkeys(custom_permissions(host().org, session.user_id), True)}


@blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
def revoke() -> tuple[str, int]:
    """End a session, or with a refresh token all that came from it."""
    if not host().sessions.end(request.values.get("token", "")):
        raise errors.OAuthError("invalid_token", "invalid token")
    return "", 200


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    """Whether a token is good, told to the app that it was made for."""
    client = authenticated_client(host(), client_credentials(request.form, request.authorization))
    presented = request.form.get("token", "")
    session = host().sessions.find(presented) or host().sessions.find(presented, "refresh")
    if session is None or session.client_id != client.consumer_key:
        return jsonify(active=False)
    return jsonify(_introspection(session))


def _introspection(session: Session) -> dict[str, Any]:
    user = host().org.user(session.user_id)
    told: dict[str, Any] = {
        "active": True,
        "scope": session.scope,
        "client_id": session.client_id,
        "username": user.username if user else None,
        "sub": identity.identity_url(host().org, session.user_id, instance_url()),
        "token_type": f"{session.kind}_token",
    }
    if session.expires is not None:
        told["exp"] = int(session.expires.timestamp())
    return told


class _BadToken(Exception):
    """Answered 403 in plain text, as the identity service does."""


@blueprint.errorhandler(_BadToken)
def bad_token(error: _BadToken) -> tuple[str, int]:
    """The identity service's own way to refuse."""
    return str(error), 403


def _holder() -> tuple[Session, OrgUser]:
    presented = bearer_token() or request.values.get("access_token", "")
    if not presented:
        raise _BadToken("Missing_OAuth_Token")
    session = host().sessions.find(presented)
    user = host().org.user(session.user_id) if session else None
    if session is None or user is None:
        raise _BadToken("Bad_OAuth_Token")
    return session, user
