"""The web server flow as a browser and an app go through it, without JavaScript."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from emulators.salesforce.oauth.clients import Client
from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
from emulators.salesforce.testing import LocalOrg

REP, ADMIN = "rep@local.example", "admin@local.example"
CALLBACK = "https://connector.example/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def app(local: LocalOrg) -> Client:
    return local.register_client(
        "Sender", callback_urls=[CALLBACK], admin_approved=False, pkce_required=True, rotates=True
    )


class Browser:
    """Follows links and fills in forms, as far as this org's address goes."""

    def __init__(self, local: LocalOrg, http: requests.Session) -> None:
        self.base, self.http = local.base_url, http

    def open(self, path: str, **params: str) -> requests.Response:
        return self._follow(self.http.get(self.base + path, params=params, allow_redirects=False, timeout=10))

    def submit(self, page: requests.Response, **entered: str) -> requests.Response:
        action = re.search(r'<form[^>]* action="([^"]*)"', page.text)
        assert action is not None, page.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        form = {name: value.replace("&amp;", "&") for name, value in hidden.items()} | entered
        url = self.base + action.group(1).replace("&amp;", "&")
        return self._follow(self.http.post(url, data=form, allow_redirects=False, timeout=10))

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect and answer.headers["Location"].startswith(("/", self.base)):
            target = answer.headers["Location"].removeprefix(self.base)
            answer = self.http.get(self.base + target, allow_redirects=False, timeout=10)
        return answer


@pytest.fixture
def browser(local: LocalOrg, http: requests.Session) -> Browser:
    return Browser(local, http)


def ask(client: Client, **changes: str) -> dict[str, str]:
    asked = {"response_type": "code", "client_id": client.consumer_key, "redirect_uri": CALLBACK}
    return asked | {"state": "s1", "code_challenge": CHALLENGE, "code_challenge_method": "S256"} | changes


def told(answer: requests.Response) -> dict[str, str]:
    """What the app gets at its callback."""
    address = answer.headers["Location"]
    assert address.startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def exchange(local: LocalOrg, http: requests.Session, client: Client, **form: str) -> Any:
    data = {"client_id": client.consumer_key, "client_secret": client.consumer_secret, **form}
    return http.post(f"{local.base_url}/services/oauth2/token", data=data, timeout=10).json()


def log_in_and_allow(browser: Browser, client: Client, username: str = REP, **changes: str) -> dict[str, str]:
    page = browser.open("/services/oauth2/authorize", **ask(client, **changes))
    consent = browser.submit(page, username=username, pw=SEEDED_PASSWORD)
    return told(browser.submit(consent, decision="allow"))


def test_a_user_logs_in_and_allows_and_the_app_gets_tokens(
    browser: Browser, local: LocalOrg, http: requests.Session, app: Client
) -> None:
    login = browser.open("/services/oauth2/authorize", **ask(app))
    wrong = browser.submit(login, username=REP, pw="guess")
    consent = browser.submit(wrong, username=REP, pw=SEEDED_PASSWORD)
    answer = told(browser.submit(consent, decision="allow"))
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": CALLBACK}
    token = exchange(local, http, app, **form, code_verifier=VERIFIER)

    assert 'role="alert"' in wrong.text
    assert "Manage user data via APIs" in consent.text
    assert answer["state"] == "s1"
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    userinfo = f"{local.base_url}/services/oauth2/userinfo"
    assert http.get(userinfo, headers=bearer, timeout=10).json()["preferred_username"] == REP


def test_who_allowed_once_is_not_asked_again_unless_the_app_wants_so(browser: Browser, app: Client) -> None:
    log_in_and_allow(browser, app)

    again = browser.open("/services/oauth2/authorize", **ask(app))
    asked = browser.open("/services/oauth2/authorize", **ask(app, prompt="consent"))

    assert told(again)["code"]
    assert "Allow Access?" in asked.text


def test_who_denies_sends_the_app_away(browser: Browser, app: Client) -> None:
    page = browser.open("/services/oauth2/authorize", **ask(app))

    consent = browser.submit(page, username=REP, pw=SEEDED_PASSWORD)

    assert told(browser.submit(consent, decision="deny"))["error"] == "access_denied"


def test_prompt_login_asks_whoever_is_logged_in(browser: Browser, app: Client) -> None:
    log_in_and_allow(browser, app)

    login = browser.open("/services/oauth2/authorize", **ask(app, prompt="login"))

    assert 'id="login_form"' in login.text
    assert told(browser.submit(login, username=REP, pw=SEEDED_PASSWORD))["code"]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "api full"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_what_is_wrong_is_told_to_the_app(
    browser: Browser, app: Client, changes: dict[str, str], error: str
) -> None:
    answer = told(browser.open("/services/oauth2/authorize", **ask(app, **changes)))

    assert (answer["error"], answer["state"]) == (error, "s1")


@pytest.mark.parametrize("changes", [{"redirect_uri": "https://thief.example/"}, {"client_id": "nobody"}])
def test_what_could_go_to_a_stranger_goes_nowhere(
    browser: Browser, app: Client, changes: dict[str, str]
) -> None:
    answer = browser.open("/services/oauth2/authorize", **ask(app, **changes))

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_a_user_whom_the_administrator_left_out_is_denied(browser: Browser, local: LocalOrg) -> None:
    app = local.register_client("Closed", callback_urls=[CALLBACK], approved_users=[ADMIN])
    login = browser.open("/services/oauth2/authorize", **ask(app))

    answer = told(browser.submit(login, username=REP, pw=SEEDED_PASSWORD))

    assert answer["error"] == "OAUTH_APP_ACCESS_DENIED"


def test_a_forged_consent_is_not_taken(browser: Browser, app: Client) -> None:
    login = browser.open("/services/oauth2/authorize", **ask(app))
    browser.submit(login, username=REP, pw=SEEDED_PASSWORD)
    url = f"{browser.base}/services/oauth2/authorize"

    answer = browser.http.post(
        url, params=ask(app), data={"decision": "allow", "token": "x"}, allow_redirects=False, timeout=10
    )

    assert "/login?" in answer.headers["Location"]


@pytest.mark.parametrize(
    "start", ["//thief.example/", "/\\thief.example/", "/\t/thief.example/", "https://x"]
)
def test_logging_in_leads_to_no_other_site(browser: Browser, start: str) -> None:
    page = browser.open("/login", startURL=start)

    url = f"{browser.base}/login"
    form = {"username": REP, "pw": SEEDED_PASSWORD, "startURL": start}
    answer = browser.http.post(url, data=form, allow_redirects=False, timeout=10)

    assert page.status_code == 200
    assert answer.headers["Location"].startswith("/lightning/")


def test_frontdoor_takes_a_token_and_logout_ends_it(
    browser: Browser, local: LocalOrg, app: Client, http: requests.Session
) -> None:
    token = local.login(REP)

    browser.http.get(
        f"{local.base_url}/secur/frontdoor.jsp", params={"sid": token}, allow_redirects=False, timeout=10
    )
    consent = browser.open("/services/oauth2/authorize", **ask(app))
    browser.open("/secur/logout.jsp")

    assert REP in consent.text
    bearer = {"Authorization": f"Bearer {token}"}
    assert (
        http.get(f"{local.base_url}/services/data/v66.0/limits", headers=bearer, timeout=10).status_code
        == 401
    )


def test_a_rotated_refresh_token_that_comes_back_ends_its_family(
    browser: Browser, local: LocalOrg, http: requests.Session, app: Client
) -> None:
    code = log_in_and_allow(browser, app)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    first = exchange(local, http, app, **form, code_verifier=VERIFIER)

    second = exchange(local, http, app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    reused = exchange(local, http, app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    after = exchange(local, http, app, grant_type="refresh_token", refresh_token=second["refresh_token"])

    assert second["refresh_token"] != first["refresh_token"]
    assert reused["error_description"] == "expired access/refresh token"
    assert after["error_description"] == "expired access/refresh token"
    bearer = {"Authorization": f"Bearer {second['access_token']}"}
    assert (
        http.get(f"{local.base_url}/services/data/v66.0/limits", headers=bearer, timeout=10).status_code
        == 401
    )


def test_an_app_without_the_refresh_scope_gets_no_refresh_token(
    browser: Browser, local: LocalOrg, http: requests.Session, app: Client
) -> None:
    code = log_in_and_allow(browser, app, scope="api")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    token = exchange(local, http, app, **form, code_verifier=VERIFIER)

    assert token["scope"] == "api"
    assert "refresh_token" not in token


def test_client_credentials_act_as_the_user_that_the_app_names(
    local: LocalOrg, http: requests.Session
) -> None:
    app = local.register_client("Nightly", run_as=REP)
    idle = local.register_client("Idle")
    url = f"{local.base_url}/services/oauth2/token"
    form = {"grant_type": "client_credentials"}

    token = http.post(url, data=form, auth=(app.consumer_key, app.consumer_secret), timeout=10).json()
    refused = exchange(local, http, idle, **form)
    without_secret = http.post(url, data=form | {"client_id": app.consumer_key}, timeout=10).json()

    assert token["id"].endswith(local.org.user(REP).id)
    assert "refresh_token" not in token
    assert refused["error_description"] == "no client credentials user enabled"
    assert without_secret["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("flow", "password", "works"),
    [(True, SEEDED_PASSWORD + "token", True), (True, "guess", False), (False, SEEDED_PASSWORD, False)],
)
def test_passwords_open_the_token_endpoint_to_apps_registered_for_it(
    local: LocalOrg, http: requests.Session, flow: bool, password: str, works: bool
) -> None:
    app = local.register_client("Legacy", password_flow=flow)

    answer = exchange(local, http, app, grant_type="password", username=REP, password=password)

    assert ("access_token" in answer) is works
    assert works or answer["error_description"] == "authentication failure"


def test_the_control_registers_apps_and_sets_passwords(browser: Browser, local: LocalOrg) -> None:
    control = f"{local.base_url}/_control"
    settings = {"name": "Hand", "callback_urls": [CALLBACK], "admin_approved": False}
    made = browser.http.post(f"{control}/clients", json=settings, timeout=10).json()
    set_ = browser.http.post(
        f"{control}/passwords", json={"username": REP, "password": "another one"}, timeout=10
    )
    refused = browser.http.post(f"{control}/clients", json={"name": "X", "colour": "red"}, timeout=10)
    asked = ask(Client(name="", **made))

    login = browser.open("/services/oauth2/authorize", **asked)
    old = browser.submit(login, username=REP, pw=SEEDED_PASSWORD)
    new = browser.submit(old, username=REP, pw="another one")

    assert (set_.status_code, refused.status_code) == (204, 400)
    assert 'role="alert"' in old.text
    assert "Allow Access?" in new.text


def test_a_secret_of_any_characters_is_compared(local: LocalOrg, http: requests.Session, app: Client) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "x", "client_secret": "gehe\u00fcm"}

    answer = exchange(local, http, app, **form)

    assert answer["error"] == "invalid_client"


def test_an_authorization_header_that_cannot_be_read_is_refused(
    local: LocalOrg, http: requests.Session
) -> None:
    url = f"{local.base_url}/services/oauth2/token"

    answer = http.post(url, headers={"Authorization": b"Basic \xe9"}, timeout=10)

    assert answer.json()["error"] == "invalid_client"


def test_openid_connect_tells_who_logged_in_under_the_published_keys(
    browser: Browser, local: LocalOrg, http: requests.Session
) -> None:
    scopes = frozenset({"Api", "OpenID"})
    app = local.register_client("Identity", callback_urls=[CALLBACK], admin_approved=False, scopes=scopes)
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}

    code = log_in_and_allow(browser, app, scope="api openid", nonce="n-1")["code"]
    token = exchange(local, http, app, code=code, **form)
    keys = jwt.PyJWKSet.from_dict(http.get(f"{local.base_url}/id/keys", timeout=10).json())
    told = jwt.decode(
        token["id_token"], keys.keys[0], ["RS256"], audience=app.consumer_key, issuer=local.base_url
    )

    assert told["nonce"] == "n-1"
    assert told["preferred_username"] == REP
    assert told["sub"] == token["id"]


def test_without_openid_nobody_is_told_who_logged_in(
    browser: Browser, local: LocalOrg, http: requests.Session, app: Client
) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}

    code = log_in_and_allow(browser, app, nonce="n-1")["code"]

    assert "id_token" not in exchange(local, http, app, code=code, **form)
