"""The web server flow in the browser: who asks, who agrees, and where the code goes.

Source: https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm
and RFC 7636.
"""

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from emulators.salesforce.host import host
from emulators.salesforce.oauth import errors
from emulators.salesforce.oauth.browser import browser_session, browser_user, login_address, private
from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.oauth.sessions import AuthorizationCode
from emulators.salesforce.security.users import OrgUser

blueprint = Blueprint("authorize", __name__, template_folder="templates")

_SCOPE_TEXTS = {
    "api": "Manage user data via APIs",
    "web": "Manage user data via Web browsers",
    "refresh_token": "Perform requests at any time",
    "offline_access": "Perform requests at any time",
    "full": "Full access",
    "id": "Access the identity URL service",
    "openid": "Access unique user identifiers",
    "profile": "Access profile information",
    "custom_permissions": "Access custom permissions",
}


class _Refused(Exception):
    """Told to the app at its callback. Arguments: OAuth's error code and its description."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A sound request of a known app."""

    client: Client
    callback: str
    scope: str
    challenge: str


@blueprint.errorhandler(errors.OAuthError)
def refused(error: errors.OAuthError) -> tuple[str, int]:
    """A request that no app can be told of: it would go to a stranger's address."""
    return render_template("refused.html", error=error.error, description=error.description), error.status


@blueprint.errorhandler(_Refused)
def refused_to_app(refusal: _Refused) -> BaseResponse:
    """A refusal goes to the app's callback, which was checked before anything could be refused."""
    error, description = refusal.args
    _, callback = _app()
    return _send(callback, {"error": error, "error_description": description})


@blueprint.get("/services/oauth2/authorize")
def authorize() -> BaseResponse:
    """Ask the user in the browser, unless administrators or the user agreed before."""
    asked = _asked()
    prompts = set(request.args.get("prompt", "").split())
    user = browser_user()
    if user is None or "login" in prompts:
        if "none" in prompts:
            raise _Refused("login_required", "user is not logged in")
        return redirect(login_address(_here(without="login"), request.args.get("login_hint", "")))
    if _agreed(asked, user) and "consent" not in prompts:
        return _send_code(asked, user)
    if "none" in prompts:
        raise _Refused("consent_required", "user has not approved this app")
    scopes = [_SCOPE_TEXTS.get(scope, scope) for scope in asked.scope.split()]
    told = {"app": asked.client.name, "user": user, "scopes": scopes}
    return private(Response(render_template("consent.html", **told, action=_here(), token=_form_token())))


@blueprint.post("/services/oauth2/authorize")
def decide() -> BaseResponse:
    """The user's answer on the consent page."""
    asked = _asked()
    user = browser_user()
    if user is None or not hmac.compare_digest(
        request.form.get("token", "").encode(), _form_token().encode()
    ):
        return redirect(login_address(_here(), ""))
    if request.form.get("decision") != "allow":
        raise _Refused("access_denied", "end-user denied authorization")
    if not _agreed(asked, user):
        host().clients.consent(asked.client, user, asked.scope)
    return _send_code(asked, user)


def _app() -> tuple[Client, str]:
    """The app and its callback. Raises OAuthError: before both are known, nothing is sent anywhere."""
    client = host().clients.find(request.args.get("client_id", ""))
    if client is None or not client.enabled:
        raise errors.invalid_client_id()
    callback = request.args.get("redirect_uri", "")
    if callback not in client.callback_urls:
        raise errors.OAuthError("redirect_uri_mismatch", "redirect_uri must match configuration")
    return client, callback


def _asked() -> _Asked:
    client, callback = _app()
    if request.args.get("response_type", "code") != "code":
        raise _Refused("unsupported_response_type", "response type must be 'code'")
    challenge = request.args.get("code_challenge", "")
    if client.pkce_required and not challenge:
        raise _Refused("invalid_request", "missing required code challenge")
    if challenge and request.args.get("code_challenge_method", "S256") != "S256":
        raise _Refused("invalid_request", "invalid code challenge method")
    scope = client.granted(request.args.get("scope", ""))
    if scope is None:
        raise _Refused("invalid_scope", "the requested scope is not allowed")
    return _Asked(client, callback, scope, challenge)


def _agreed(asked: _Asked, user: OrgUser) -> bool:
    """Whether nobody needs to be asked. Raises _Refused where the app's policies leave the user out."""
    if asked.client.admin_approved:
        if not host().clients.approves(asked.client, user):
            raise _Refused("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app")
        return True
    return host().clients.consented(asked.client, user, asked.scope)


def _send_code(asked: _Asked, user: OrgUser) -> BaseResponse:
    code = AuthorizationCode(
        asked.client.consumer_key,
        user.id,
        asked.callback,
        asked.challenge,
        asked.scope,
        request.args.get("nonce", ""),
    )
    return _send(asked.callback, {"code": host().sessions.issue_code(code)})


def _send(callback: str, told: dict[str, str]) -> BaseResponse:
    """Back to the app, with the state that it sent."""
    state = {"state": request.args["state"]} if "state" in request.args else {}
    separator = "&" if "?" in callback else "?"
    return private(redirect(f"{callback}{separator}{urlencode(told | state)}"))


def _here(without: str = "") -> str:
    """This request's own path and query, for forms and the way back; without one word of its prompt."""
    told = dict(request.args)
    if without:
        told["prompt"] = " ".join(word for word in told.get("prompt", "").split() if word != without)
    return f"{request.script_root}{request.path}?{urlencode(told)}"


def _form_token() -> str:
    """Shows that a form came from our own page: another site cannot know the session that it is made of."""
    return hashlib.sha256(f"consent {browser_session()}".encode()).hexdigest()
