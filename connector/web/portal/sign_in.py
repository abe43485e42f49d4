"""Signing in with Salesforce, and out again."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from connector.domain.portal_session import PendingSignIn
from connector.errors import CallerError, ConnectorError
from connector.services.ailments.ailment import Where
from connector.services.ailments.table import ailment_of
from connector.services.sign_in.sign_in import SIGN_IN, SentOff
from connector.web.portal.container import PortalContainer
from connector.web.portal.pages import show_error
from connector.web.portal.viewer import (
    drop_cookie,
    forget,
    let_through,
    own_path,
    read_cookie,
    recognise,
    refusal,
    remember,
    set_cookie,
)

_COOKIE = "gifting_sign_in"
_COOKIE_SECONDS = 600
# A person signs in a few times a day; whoever guesses needs many more.
_ATTEMPTS = "30 per minute"


Arrival = Callable[[PendingSignIn, str], Response]
"""What happens to a person who is back from Salesforce with a code, by what they were sent off for."""


def blueprint(
    container: PortalContainer, limiter: Limiter, arrivals: Mapping[str, Arrival] = MappingProxyType({})
) -> Blueprint:
    """/sign-in, /oauth/callback and /sign-out: pages that need no session.

    arrivals: by purpose, for those besides signing in.
    """
    views = Blueprint("sign_in", __name__)
    views.register_error_handler(ConnectorError, show_error)
    limiter.limit(_ATTEMPTS)(views)

    @views.get("/sign-in")
    def page() -> Response | str:
        """Says where the person is taken, or takes them there at once where the org is named."""
        asked = {name: request.args.get(name, "") for name in ("org", "next")}
        if recognise(container) is not None:
            return redirect(own_path(asked["next"] or "/"))
        start = f"{url_for('sign_in.start')}?{urlencode(asked)}"
        return redirect(start) if asked["org"] else render_template("portal/sign_in.html", start=start)

    @views.get("/sign-in/start")
    def start() -> Response:
        """To Salesforce. A link, not a form: browsers do not let a form's answer lead to another site."""
        next_path = own_path(request.args.get("next") or "/")
        return send_off(container.sign_in.begin(request.args.get("org", ""), next_path))

    @views.get("/oauth/callback")
    def callback() -> Response:
        """Back from Salesforce."""
        return drop_cookie(_arrive(container, arrivals), _COOKIE)

    @views.post("/sign-out")
    def sign_out() -> Response:
        """Ends the session here and the tokens at Salesforce."""
        session = recognise(container)
        if session is not None:
            refused = let_through(container, next(iter(session.roles)))
            if refused is not None:
                return refused
            container.portal_sessions.end(session)
        return forget(redirect(url_for("sign_in.signed_out")))

    @views.get("/signed-out")
    def signed_out() -> str:
        is_disconnected = request.args.get("done") == "disconnected"
        return render_template("portal/signed_out.html", is_disconnected=is_disconnected)

    return views


def send_off(sent: SentOff) -> Response:
    """To Salesforce, with the cookie that shows later that it is the same browser."""
    return set_cookie(redirect(sent.url), _COOKIE, sent.browser_secret, max_age_seconds=_COOKIE_SECONDS)


def _arrive(container: PortalContainer, arrivals: Mapping[str, Arrival]) -> Response:
    pending = container.sign_in.welcome_back(request.args.get("state", ""), read_cookie(_COOKIE))
    if "code" not in request.args:
        return _refused_there(request.args.get("error", ""))
    if pending.purpose in arrivals:
        return arrivals[pending.purpose](pending, request.args["code"])
    if pending.purpose != SIGN_IN:
        raise CallerError("Nobody waits for this answer", code="purpose_unknown")
    done = container.sign_in.finish(pending, request.args["code"])
    return remember(redirect(own_path(done.next_path)), done.session_secret)


def _refused_there(error: str) -> Response:
    """Salesforce did not let the person through. Its words are looked up, never shown as they came."""
    if error == "access_denied":
        return refusal(403, "You did not allow access", "Sign in again and choose Allow, to go on.")
    ailment = ailment_of(Where.SIGN_IN, error, request.args.get("error_description", ""))
    if ailment is not None:
        return show_error(ailment.raised(ailment.cause, code=ailment.code, remedy=ailment.cure))
    advice = "Sign in again. If it happens every time, an administrator finds the reason in Login History."
    return refusal(502, "Salesforce did not let you in", advice, code="refused_by_salesforce")
