"""`/services/oauth2/...` and the identity URL."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from emulators.salesforce.host import host
from emulators.salesforce.oauth import errors, identity
from emulators.salesforce.oauth.bearer import bearer_token
from emulators.salesforce.oauth.grants import (
    Form,
    TokenRequest,
    authenticated_client,
    client_credentials,
    grant,
)
from emulators.salesforce.oauth.sessions import LIFETIME, Session
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
    form = _with_client(request.values)
    answer = jsonify(grant(TokenRequest(host(), form, instance_url())))
    answer.headers["Cache-Control"] = "no-cache, no-store"
    return answer


def _with_client(form: Form) -> Form:
    """What was sent, with who the Authorization header says that it is."""
    try:
        authorization = request.authorization
    except ValueError:  # Werkzeug raises it for characters that are no Base64
        raise errors.invalid_client() from None
    return client_credentials(form, authorization)


@blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Who the token's holder is."""
    session, user = _holder()
    return jsonify(identity.userinfo(host().org, user, instance_url()) | _custom_permissions(session, user))


@blueprint.get("/id/<org_id>/<user_id>")
def identity_page(org_id: str, user_id: str) -> Response:
    """The identity URL of the token answer, for its own user; and for others whose token is good for APIs.

    Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_using_openid.htm, Client Access
    """
    session, user = _holder()
    if org_id[:15] != host().org.org_id[:15]:
        raise _BadToken("Wrong_Org")
    shown = host().org.user(user_id)
    if shown is None or (shown.id != user.id and not session.allows("api")):
        raise _BadToken("Bad_Id")
    return jsonify(identity.identity(host().org, shown, instance_url()) | _custom_permissions(session, shown))


def _custom_permissions(session: Session, user: OrgUser) -> dict[str, Any]:
    """The user's custom permissions, for tokens whose scope shows them."""
    if not session.allows("custom_permissions"):
        return {}
    return {"custom_permissions": dict.fromkeys(custom_permissions(host().org, user.id), True)}


@blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
def revoke() -> tuple[str, int]:
    """End a session, or with a refresh token all that came from it."""
    if not host().sessions.end(request.values.get("token", "")):
        raise errors.OAuthError("invalid_token", "invalid token")
    return "", 200


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    """Whether a token is good, told to the app that it was made for."""
    client = authenticated_client(host(), _with_client(request.form))
    presented = request.form.get("token", "")
    session = host().sessions.find(presented) or host().sessions.find(presented, "refresh")
    user = _active_user(session)
    if session is None or user is None or session.client_id != client.consumer_key:
        return jsonify(active=False)
    return jsonify(_introspection(session, user))


def _introspection(session: Session, user: OrgUser) -> dict[str, Any]:
    told: dict[str, Any] = {
        "active": True,
        "scope": session.scope,
        "client_id": session.client_id,
        "username": user.username,
        "sub": identity.identity_url(host().org, session.user_id, instance_url()),
        "token_type": f"{session.kind}_token",
    }
    if session.expires is not None:
        begun = int((session.expires - LIFETIME).timestamp())
        told |= {"exp": int(session.expires.timestamp()), "iat": begun, "nbf": begun}
    return told


class _BadToken(Exception):
    """Answered 403 in plain text, as the identity service does."""


@blueprint.errorhandler(_BadToken)
def bad_token(error: _BadToken) -> tuple[str, int]:
    """The identity service's own way to refuse."""
    return str(error), 403


def _holder() -> tuple[Session, OrgUser]:
    sent = request.values
    presented = bearer_token() or sent.get("access_token") or sent.get("oauth_token") or ""
    if not presented:
        raise _BadToken("Missing_OAuth_Token")
    session = host().sessions.find(presented)
    user = _active_user(session)
    if session is None or user is None:
        raise _BadToken("Bad_OAuth_Token")
    return session, user


def _active_user(session: Session | None) -> OrgUser | None:
    """Whose session it is. Tokens of users who were deactivated are worth nothing."""
    user = host().org.user(session.user_id) if session else None
    return user if user is not None and user.active else None
