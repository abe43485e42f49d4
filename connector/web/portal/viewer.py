"""Who looks at a page: the cookie, the session behind it, and what must be so before a page is shown."""

import hmac
from urllib.parse import urlencode

from flask import Response, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from connector.domain.portal_session import PortalSession, Role
from connector.web.portal.container import PortalContainer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SESSION_COOKIE = "gifting_session"


def viewer() -> PortalSession:
    """Who is signed in. Only in views that a guard has let through."""
    session: PortalSession = g.viewer
    return session


def recognise(container: PortalContainer) -> PortalSession | None:
    """The live session of this request's cookie, looked up once."""
    if "viewer" not in g:
        g.viewer = container.portal_sessions.recognise(read_cookie(_SESSION_COOKIE))
    session: PortalSession | None = g.viewer
    return session


def let_through(container: PortalContainer, *roles: Role) -> BaseResponse | None:
    """None for a signed-in person with one of the roles, and for changes our form's token; else an answer."""
    session = recognise(container)
    if session is None:
        return _ask_to_sign_in()
    if not any(session.may(role) for role in roles):
        return refusal(
            403, "You may not do this", "Ask an administrator for the permission set Gift Admin or Gift User."
        )
    if request.method not in SAFE_METHODS and not _sent_by_our_form(session):
        return refusal(
            400, "This form has expired", "Nothing was changed. Go back, reload the page, and send it again."
        )
    return None


def refusal(status: int, heading: str, advice: str, *, code: str = "") -> BaseResponse:
    """A page that says what did not happen, and what to do."""
    page = render_template(
        "portal/refusal.html", heading=heading, advice=advice, code=code, request_id=g.get("request_id", "")
    )
    return Response(page, status)


def remember(response: BaseResponse, session_secret: str) -> BaseResponse:
    """Put the session's secret into the cookie."""
    return set_cookie(response, _SESSION_COOKIE, session_secret)


def forget(response: BaseResponse) -> BaseResponse:
    """Take the cookie away."""
    return drop_cookie(response, _SESSION_COOKIE)


def read_cookie(name: str) -> str:
    """What set_cookie put there; empty where there is none."""
    return request.cookies.get(_as_sent(name), "")


def set_cookie(
    response: BaseResponse, name: str, value: str, *, max_age_seconds: int | None = None
) -> BaseResponse:
    """A cookie that scripts cannot read and other sites cannot send along with a form, nor set."""
    response.set_cookie(
        _as_sent(name),
        value,
        max_age=max_age_seconds,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def drop_cookie(response: BaseResponse, name: str) -> BaseResponse:
    """As it was set."""
    response.delete_cookie(_as_sent(name), path="/", secure=_is_secure(), httponly=True, samesite="Lax")
    return response


def own_path(text: str) -> str:
    """The path, where it leads to a page of ours; else the front page's. Keeps redirects at home."""
    is_ours = text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_ours and text.isprintable() else "/"


def _ask_to_sign_in() -> BaseResponse:
    """A page that was asked for comes after signing in; what a form sent is gone, and that is said.

    An address from Salesforce names its org, so that its people sign in there without being asked which.
    """
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": url_for("sign_in.page")})
    if request.method in SAFE_METHODS:
        asked = {"next": request.full_path.rstrip("?")}
        if org := request.args.get("org"):
            asked = {"org": org, **asked}
        return redirect(f"{url_for('sign_in.page')}?{urlencode(asked)}")
    return refusal(401, "You are signed out", "Nothing was changed. Sign in, and send the form again.")


def _sent_by_our_form(session: PortalSession) -> bool:
    given = request.form.get("csrf_token", "") or request.headers.get("X-CSRF-Token", "")
    return hmac.compare_digest(given.encode(), session.csrf_token.encode())


def _is_secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _as_sent(name: str) -> str:
    """With a prefix that binds a cookie to this host, which browsers accept over https only."""
    return f"__Host-{name}" if _is_secure() else name
