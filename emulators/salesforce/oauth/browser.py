"""Sessions in the browser: a cookie that holds an access token of the org's own."""

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from emulators.salesforce.host import host
from emulators.salesforce.security.users import OrgUser

COOKIE = "sid"
HOME = "/lightning/page/home"


def browser_session() -> str:
    """The token in the cookie; empty without one."""
    return request.cookies.get(COOKIE, "")


def browser_user() -> OrgUser | None:
    """Who is logged in in this browser."""
    session = host().sessions.find(browser_session())
    user = host().org.user(session.user_id) if session else None
    return user if user is not None and user.active else None


def keep_session(response: Response, token: str) -> Response:
    """Log the browser in. The cookie is sent to this host alone, and not by other sites' forms."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax", path="/")
    return private(response)


def private(response: Response) -> Response:
    """A page about a user: not kept, not framed, and nothing loaded into it."""
    response.headers["Cache-Control"] = "no-cache, no-store"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def login_address(start_url: str, username: str) -> str:
    """Where to log in, and go on from there."""
    told = {"startURL": start_url} | ({"un": username} if username else {})
    return f"{request.script_root}/login?{urlencode(told)}"


def local_path(text: str) -> str:
    """A path of this org to go on to; the home page for an address of anybody else."""
    # Browsers drop tabs and line ends, and take a backslash for a slash: either could make // of the start.
    is_local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if is_local else f"{request.script_root}{HOME}"
