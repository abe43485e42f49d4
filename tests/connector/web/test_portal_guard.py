"""Who gets to see which page, and which forms are taken."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connector.domain.portal_session import Role
from connector.web.application import create_app
from connector.web.portal import PUBLIC_BLUEPRINTS
from connector.web.portal.pages import PortalPages, with_code
from connector.web.portal.viewer import own_path
from tests.connector.web.world_behind import WorldBehindTheWeb

# What programs call, with proofs of their own.
FOR_PROGRAMS = {"api-docs", "gifts", "health", "metrics", "webhooks"}


@pytest.fixture
def app(behind: WorldBehindTheWeb) -> Flask:
    made = create_app(behind)
    pages = PortalPages(
        "sample", behind, role=Role.MANAGER, url_prefix="/sample", label="Sample", icon="home"
    )

    @pages.get("/")
    def index() -> str:
        return "shown"

    @pages.post("/")
    def change() -> str:
        return "changed"

    made.register_blueprint(pages)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_page_is_guarded_or_named_as_open(app: Flask) -> None:
    open_to_all = PUBLIC_BLUEPRINTS | FOR_PROGRAMS
    unguarded = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not isinstance(app.blueprints.get(rule.endpoint.split(".")[0]), PortalPages)
        and rule.endpoint.split(".")[0] not in open_to_all
    }

    assert unguarded == set()


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back(client: FlaskClient) -> None:
    answer = client.get("/sample/?page=2")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in?next=%2Fsample%2F%3Fpage%3D2"


def test_what_a_signed_out_person_sent_is_not_taken(client: FlaskClient) -> None:
    answer = client.post("/sample/")

    assert answer.status_code == 401
    assert "Nothing was changed" in answer.text


def test_a_sender_may_not_see_what_is_for_managers(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.SENDER)

    answer = client.get("/sample/")

    assert answer.status_code == 403
    assert "Gift Admin" in answer.text


def test_a_manager_sees_it_and_no_cache_keeps_it(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    answer = client.get("/sample/")

    assert answer.text == "shown"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("token", ["", "guess", "é"])
def test_a_form_without_our_token_changes_nothing(
    behind: WorldBehindTheWeb, client: FlaskClient, token: str
) -> None:
    behind.signed_in(client, Role.MANAGER)

    answer = client.post("/sample/", data={"csrf_token": token})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_a_form_with_our_token_is_taken(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = behind.signed_in(client, Role.MANAGER)

    by_field = client.post("/sample/", data={"csrf_token": session.csrf_token})
    by_header = client.post("/sample/", headers={"X-CSRF-Token": session.csrf_token})

    assert (by_field.text, by_header.text) == ("changed", "changed")


@pytest.mark.parametrize(("idle_minutes", "seen"), [(119, 200), (120, 302)])
def test_a_session_ends_after_a_while_without_a_request(
    behind: WorldBehindTheWeb, client: FlaskClient, idle_minutes: int, seen: int
) -> None:
    behind.signed_in(client, Role.MANAGER)

    behind.world.clock.move(minutes=idle_minutes)

    assert client.get("/sample/").status_code == seen


def test_requests_keep_a_session_alive(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    for _ in range(3):
        behind.world.clock.move(minutes=100)
        assert client.get("/sample/").status_code == 200


def test_a_session_that_was_revoked_opens_nothing(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = behind.signed_in(client, Role.MANAGER)
    with behind.world.store.write() as unit:
        unit.portal_sessions.end(session.digest)

    assert client.get("/sample/").status_code == 302


def test_the_navigation_shows_what_the_role_may_open(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)
    manager = client.get("/").text
    behind.signed_in(client, Role.SENDER)
    sender = client.get("/").text

    assert "Sample" in manager
    assert "Sample" not in sender
    for page in (manager, sender):
        assert '<a href="/" aria-current="page">' in page
        assert "<span>Gifts</span>" in page


def test_commands_in_texts_are_shown_as_code_and_nothing_in_them_is_taken_for_markup() -> None:
    assert with_code("Run `connector init`, <b> or `x`.") == (
        "Run <code>connector init</code>, &lt;b&gt; or <code>x</code>."
    )
    assert with_code("one ` alone, <i>") == "one ` alone, &lt;i&gt;"


def test_cookies_over_https_are_of_this_host_alone(behind: WorldBehindTheWeb) -> None:
    """A neighbour in the domain could set them otherwise, and sign a person in as somebody else."""
    behind.public_url = "https://gifts.example.com"  # type: ignore[misc]  # a constant of the class otherwise
    client = create_app(behind).test_client()
    https = {"base_url": "https://gifts.example.com"}

    sent_off = client.get("/sign-in/start", **https)
    [asked] = behind.authorization.asked
    secret = sent_off.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    client.delete_cookie("__Host-gifting_sign_in", domain="gifts.example.com")
    client.set_cookie("gifting_sign_in", secret, domain="gifts.example.com")
    answer = client.get(f"/oauth/callback?state={asked.state}&code=code-1", **https)

    assert sent_off.headers["Set-Cookie"].startswith("__Host-gifting_sign_in=")
    assert "Secure; HttpOnly; Path=/; SameSite=Lax" in sent_off.headers["Set-Cookie"]
    assert answer.status_code == 422


def test_signing_out_revokes_the_tokens_at_salesforce(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    session = behind.signed_in(client, Role.SENDER)

    answer = client.post("/sign-out", data={"csrf_token": session.csrf_token})

    assert answer.status_code == 302
    assert behind.authorization.revoked == ["refresh-1"]
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\n/x", "//["],
)
def test_nobody_is_sent_elsewhere_after_signing_in(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


def test_pages_of_ours_keep_their_query() -> None:
    assert own_path("/send?org=1&record=2") == "/send?org=1&record=2"


def test_an_org_that_is_not_connected_has_nobody_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/sign-in/start?org=00D000000000009")

    assert answer.status_code == 422
    assert "not connected here" in answer.text


@pytest.mark.parametrize(
    ("method", "address", "answer", "at_once"),
    [
        ("GET", "/oauth/callback?state=guess", 422, 30),
        ("GET", "/sign-in/start?org=guess", 422, 30),
        ("POST", "/setup/guess", 409, 10),
    ],
)
def test_many_attempts_are_turned_away(
    client: FlaskClient, method: str, address: str, answer: int, at_once: int
) -> None:
    codes = [client.open(address, method=method).status_code for _ in range(at_once + 1)]

    assert codes[:at_once] == [answer] * at_once
    assert codes[at_once] == 429
