"""`/services/oauth2/...` and the identity URL."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from emulators.salesforce.host import host
from emulators.salesforce.oauth import errors, identity
from emulators.salesforce.oauth.bearer import bearer_token
from emulators.salesforce.oauth.grants import TokenRequest, authenticated_client, grant
from emulators.salesforce.oauth.sessions import AuthorizationCode, Session
from emulators.salesforce.security.users import OrgUser

blueprint = Blueprint("oauth", __name__)
LOGIN_URLS = frozenset({"https://login.salesforce.com", "https://test.salesforce.com"})
MY_DOMAIN_URL = "https://emu.my.salesforce.com"
DEFAULT_USERNAME = "admin@local.example"


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
    answer = jsonify(grant(TokenRequest(host(), request.values, instance_url())))
    answer.headers["Cache-Control"] = "no-cache, no-store"
    return answer


@blueprint.get("/services/oauth2/authorize")
def authorize() -> BaseResponse:
    """The web server flow, without a page: the administrator, or the user of login_hint, agrees at once."""
    client = host().clients.find(request.args.get("client_id", ""))
    if client is None or not client.enabled:
        raise errors.invalid_client_id()
    callback = request.args.get("redirect_uri", "")
    if callback not in client.callback_urls:
        raise errors.OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
    sent = {"state": request.args["state"]} if "state" in request.args else {}
    challenge = request.args.get("code_challenge", "")
    if client.pkce_required and not challenge:
        problem = {"error": "invalid_request", "error_description": "missing required code challenge"}
        return redirect(f"{callback}?{urlencode(problem | sent)}")
    user = host().org.user(request.args.get("login_hint", DEFAULT_USERNAME))
    if user is None or (client.admin_approved and not host().clients.approves(client, user)):
        problem = {"error": "OAUTH_APP_ACCESS_DENIED", "error_description": "user is not admin approved"}
        return redirect(f"{callback}?{urlencode(problem | sent)}")
    code = AuthorizationCode(client.consumer_key, user.id, callback, challenge)
    return redirect(f"{callback}?{urlencode({'code': host().sessions.issue_code(code)} | sent)}")


@blueprint.route("/services/oauth2/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Who the token's holder is."""
    _, user = _holder()
    return jsonify(identity.userinfo(host().org, user, instance_url()))


@blueprint.get("/id/<org_id>/<user_id>")
def identity_page(org_id: str, user_id: str) -> Response:
    """The identity URL of the token answer; only its own user may read it."""
    _, user = _holder()
    if org_id[:15] != host().org.org_id[:15] or user_id[:15] != user.id[:15]:
        raise _BadToken("Wrong_Org" if org_id[:15] != host().org.org_id[:15] else "Bad_Id")
    return jsonify(identity.identity(host().org, user, instance_url()))


@blueprint.route("/services/oauth2/revoke", methods=["GET", "POST"])
def revoke() -> tuple[str, int]:
    """End a session, or with a refresh token all that came from it."""
    if not host().sessions.end(request.values.get("token", "")):
        raise errors.OAuthError("invalid_token", "invalid token")
    return "", 200


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    """Whether a token is good, told to the app that it was made for."""
    client = authenticated_client(host(), request.form)
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
