"""What a token is good for, by its scopes."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.testing import LocalOrg

REP = "rep@local.example"
CALLBACK = "https://connector.example/callback"
LIMITS = "/services/data/v66.0/limits"
SOAP = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader>
<sessionId>{}</sessionId></SessionHeader></e:Header><e:Body><getUserInfo/></e:Body></e:Envelope>"""

Grant = Callable[..., dict[str, Any]]


@pytest.fixture
def granted(local: LocalOrg, http: requests.Session) -> Grant:
    """The rep allows an app so much in the browser; what the app hears."""
    oauth = f"{local.base_url}/services/oauth2"

    def grant(app: Client, scope: str = "") -> dict[str, Any]:
        frontdoor = f"{local.base_url}/secur/frontdoor.jsp"
        http.get(frontdoor, params={"sid": local.login(REP)}, allow_redirects=False, timeout=10)
        asked = {"response_type": "code", "client_id": app.consumer_key, "redirect_uri": CALLBACK}
        asked |= {"scope": scope} if scope else {}
        page = http.get(f"{oauth}/authorize", params=asked, allow_redirects=False, timeout=10)
        if 'name="token"' in page.text:
            token = page.text.partition('name="token" value="')[2].partition('"')[0]
            form = {"token": token, "decision": "allow"}
            page = http.post(f"{oauth}/authorize", params=asked, data=form, allow_redirects=False, timeout=10)
        told = page.headers["Location"].partition("?")[2]
        if not told.startswith("code="):
            return {"error": told}
        code = told.removeprefix("code=")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        form |= {"client_id": app.consumer_key, "client_secret": app.consumer_secret}
        answer: dict[str, Any] = http.post(f"{oauth}/token", data=form, timeout=10).json()
        return answer

    return grant


def app_with(local: LocalOrg, *scopes: str, **settings: Any) -> Client:
    settings = {"admin_approved": False, **settings}
    return local.register_client("App", callback_urls=[CALLBACK], scopes=frozenset(scopes), **settings)


def test_a_token_without_the_scope_api_opens_no_api(
    local: LocalOrg, http: requests.Session, granted: Grant
) -> None:
    token = granted(app_with(local, "OpenID"))["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    rest = http.get(local.base_url + LIMITS, headers=bearer, timeout=10)
    soap = http.post(f"{local.base_url}/services/Soap/u/60.0", data=SOAP.format(token), timeout=10)
    who = http.get(f"{local.base_url}/services/oauth2/userinfo", headers=bearer, timeout=10)

    text = "This session is not valid for use with the REST API"
    assert (rest.status_code, rest.json()) == (401, [{"errorCode": "INVALID_SESSION_ID", "message": text}])
    assert "INVALID_SESSION_ID" in soap.text
    assert who.json()["preferred_username"] == REP


def test_a_token_without_the_scope_web_opens_no_page(
    local: LocalOrg, http: requests.Session, granted: Grant
) -> None:
    frontdoor = f"{local.base_url}/secur/frontdoor.jsp"

    targets = []
    for scope in ("Api", "Web", "Full"):
        sid = granted(app_with(local, scope))["access_token"]
        http.cookies.clear()
        answer = http.get(frontdoor, params={"sid": sid}, allow_redirects=False, timeout=10)
        targets.append((answer.headers["Location"].partition("?")[0], "sid" in http.cookies))

    assert targets == [("/login", False), ("/lightning/page/home", True), ("/lightning/page/home", True)]


def test_full_brings_no_refresh_token_of_its_own(local: LocalOrg, granted: Grant) -> None:
    alone = granted(app_with(local, "Full"))
    refused = granted(app_with(local, "Full"), "full refresh_token")
    together = granted(app_with(local, "Full", "RefreshToken"), "full refresh_token")
    anything = granted(app_with(local, "Full"), "api openid")

    assert "refresh_token" not in alone
    assert "error=invalid_scope" in refused["error"]
    assert together["refresh_token"]
    assert anything["scope"] == "api openid"


def test_refresh_token_and_offline_access_are_one_scope(local: LocalOrg, granted: Grant) -> None:
    answer = granted(app_with(local, "Api", "RefreshToken"), "api offline_access")

    assert answer["refresh_token"]


def test_who_allowed_an_app_once_need_not_be_named_by_its_policies(
    local: LocalOrg,
    granted: Grant,
    claims: dict[str, Any],
    log_in: Callable[..., requests.Response],
    connector_key: tuple[str, str],
) -> None:
    key, certificate = connector_key
    app = app_with(local, "Api", "RefreshToken", "Web", certificate=certificate)
    assertion = claims | {"iss": app.consumer_key, "sub": REP}

    before = log_in(assertion, key=key).json()
    granted(app, "api")
    without_lasting = log_in(assertion, key=key).json()
    granted(app, "api refresh_token")
    after = log_in(assertion, key=key).json()

    assert before["error_description"] == "user hasn't approved this consumer"
    assert without_lasting["error_description"] == "user hasn't approved this consumer"
    assert after["scope"] == "api refresh_token"


def test_a_token_of_a_user_who_left_is_worth_nothing(
    local: LocalOrg, http: requests.Session, granted: Grant
) -> None:
    app = app_with(local, "Api")
    token = granted(app)["access_token"]
    form = {"token": token, "client_id": app.consumer_key, "client_secret": app.consumer_secret}
    oauth = f"{local.base_url}/services/oauth2"

    alive = http.post(f"{oauth}/introspect", data=form, timeout=10).json()
    with local.org.lock, local.org.transaction():
        local.org.db.execute('UPDATE "User" SET "IsActive" = 0 WHERE "Username" = ?', (REP,))
    gone = http.post(f"{oauth}/introspect", data=form, timeout=10).json()
    who = http.get(f"{oauth}/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=10)

    assert alive["active"]
    assert alive["exp"] - alive["iat"] == 2 * 60 * 60
    assert gone == {"active": False}
    assert (who.status_code, who.text) == (403, "Bad_OAuth_Token")
