"""Logging in and out in the browser: the log-in page, frontdoor.jsp and logout.jsp."""

from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from emulators.salesforce.host import host
from emulators.salesforce.oauth.browser import (
    COOKIE,
    browser_session,
    keep_session,
    local_path,
    login_address,
    private,
)
from emulators.salesforce.tls import HOST_FORM, LIGHTNING_HOST_FORM

blueprint = Blueprint("login", __name__, template_folder="templates")

WRONG = (
    "Please check your username and password. "
    "If you still can't log in, contact your Salesforce administrator."
)
# A cookie reaches one host alone, so a session made at the instance's name is carried to Lightning's.
_LIGHTNING_HOSTS = {
    HOST_FORM: LIGHTNING_HOST_FORM,
    "emu.my.salesforce.com": "emu.lightning.force.com",
}


@blueprint.get("/")
@blueprint.get("/login")
def login_page() -> BaseResponse:
    """The form."""
    return _form(request.args.get("startURL", ""), request.args.get("un", ""))


@blueprint.post("/")
@blueprint.post("/login")
def log_in() -> BaseResponse:
    """Name and password; right ones lead to where the browser was going."""
    username = request.form.get("username", "").strip()
    start_url = request.form.get("startURL", "")
    user = host().passwords.user_of(username, request.form.get("pw", ""))
    if user is None:
        return _form(start_url, username, WRONG)
    return keep_session(redirect(local_path(start_url)), host().sessions.start(user.id))


@blueprint.route("/secur/frontdoor.jsp", methods=["GET", "POST"])
def frontdoor() -> BaseResponse:
    """Turn an access token with the scope web into the browser's session.

    Source: https://help.salesforce.com/s/articleView?id=xcloud.security_frontdoorjsp.htm
    """
    token = request.values.get("sid", "")
    target = local_path(request.values.get("retURL", "") or request.values.get("startURL", ""))
    session = host().sessions.find(token)
    if session is None or not session.allows("web"):
        return redirect(login_address(target, ""))
    name, _, port = request.host.partition(":")
    lightning = _LIGHTNING_HOSTS.get(name)
    if lightning is None or not target.startswith("/lightning/"):
        return keep_session(redirect(target), token)
    there = f"{request.scheme}://{lightning}" + (f":{port}" if port else "")
    return private(redirect(f"{there}/secur/frontdoor.jsp?{urlencode({'sid': token, 'retURL': target})}"))


@blueprint.get("/secur/logout.jsp")
def log_out() -> BaseResponse:
    """End the browser's session."""
    host().sessions.end(browser_session())
    response = redirect(login_address("", ""))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return private(response)


def _form(start_url: str, username: str, problem: str = "") -> BaseResponse:
    page = render_template("login.html", start_url=start_url, username=username, problem=problem)
    return private(Response(page))
