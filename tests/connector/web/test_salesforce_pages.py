"""Integrations, Salesforce: what the forms take, what they refuse, and who may."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from flask.testing import FlaskClient

from connector.domain.connections import ConnectionMode, OrgTokens
from connector.domain.gift import RequestState
from connector.domain.portal_session import PortalSession, Role
from connector.errors import AuthenticationFailed
from connector.services.sign_in.web_flow import TokenState
from tests.connector.fakes import settings_of
from tests.connector.web.connected_org import PAGE, operator, post, stored
from tests.connector.web.world_behind import WorldBehindTheWeb

FORM = {"org_url": "https://example.my.salesforce.com", "consumer_key": "3MVG9", "username": "i@example.com"}
SECRET = "very-secret-consumer-secret"


def test_a_sender_may_not_see_the_connection(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.SENDER)

    assert client.get(PAGE).status_code == 403


def test_a_manager_sees_their_own_org_and_no_secret(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    page = client.get(PAGE).text

    assert behind.world.org_id in page
    assert "integration@example.com" in page
    assert "pem" not in page.replace(".pem", "")


def test_a_manager_of_an_org_that_is_not_connected_sees_nothing_of_another(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    behind.signed_in(client, Role.MANAGER, org_id="00D000000000009EAA")

    assert client.get(PAGE).headers["Location"].endswith("/connect")
    assert behind.world.org_id not in client.get(f"{PAGE}/connect/jwt").text


def test_the_credentials_of_another_org_are_refused_to_a_manager(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER, org_id="00D000000000009EAA")
    before = stored(behind)

    post(client, session, "/connect/certificate")
    status, _, page = post(client, session, "/connect/jwt", **FORM)

    assert status == 200
    assert "credentials of another org" in page
    assert stored(behind) == before


@pytest.mark.parametrize(
    "foreign",
    [
        "https://salesforce.com.evil.example",
        "http://example.my.salesforce.com",
        "https://user@example.my.salesforce.com",
        "https://127.0.0.1",
        "https://example.my.salesforce.com/path",
        "javascript:alert(1)",
        "a" * 1_000,
    ],
)
def test_only_salesforces_addresses_are_taken_and_what_was_typed_in_stays(
    behind: WorldBehindTheWeb, client: FlaskClient, foreign: str
) -> None:
    session = operator(behind, client)

    for path in ("/connect/jwt", "/connect/browser"):
        status, _, page = post(client, session, path, **{**FORM, "org_url": foreign})

        assert status == 200
        assert "not one that Salesforce uses" in page
        assert 'value="3MVG9"' in page


@pytest.mark.parametrize("missing", sorted(FORM))
def test_each_missing_field_is_named(behind: WorldBehindTheWeb, client: FlaskClient, missing: str) -> None:
    session = operator(behind, client)

    _, _, page = post(client, session, "/connect/jwt", **{**FORM, missing: " "})

    assert f'id="e-{missing}"' in page


def test_a_certificate_is_made_downloaded_and_used_while_the_old_one_lives_on_until_then(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)

    post(client, session, "/connect/certificate")
    offered = client.get(f"{PAGE}/connect/certificate.pem")
    meanwhile = stored(behind).private_key_pem
    status, where, _ = post(client, session, "/connect/jwt", **FORM)

    certificate = x509.load_pem_x509_certificate(offered.data)
    assert "PRIVATE" not in offered.text
    assert "attachment" in offered.headers["Content-Disposition"]
    assert meanwhile == "pem"
    assert (status, where) == (303, f"{PAGE}?done=connected")
    now_used = stored(behind)
    assert now_used.certificate_pem == offered.text
    assert now_used.certificate_ends_at == certificate.not_valid_after_utc
    assert now_used.private_key_pem.startswith("-----BEGIN PRIVATE KEY")


def test_a_new_certificate_that_is_refused_leaves_the_old_one_working(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)
    post(client, session, "/connect/certificate")
    behind.world.org.next_failures.append(
        AuthenticationFailed("invalid assertion", code="invalid_grant", remedy="Upload it.")
    )

    status, _, page = post(client, session, "/connect/jwt", **FORM)

    assert status == 200
    assert "Upload it." in page
    assert stored(behind).private_key_pem == "pem"
    assert "A new certificate is ready" in client.get(f"{PAGE}/connect/jwt").text


def test_a_secret_is_kept_over_an_empty_field_and_never_shown(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)

    post(client, session, "/connect/browser", **FORM, consumer_secret=SECRET)
    post(client, session, "/connect/browser", **FORM)
    shown = [client.get(f"{PAGE}/connect/{name}").text for name in ("browser", "jwt", "go")]

    draft = behind.connection_drafts.of(behind.world.org_id)
    assert draft.consumer_secret == SECRET
    assert SECRET not in repr(draft)
    assert all(SECRET not in page for page in shown)
    post(client, session, "/connect/browser", **FORM, without_secret="yes")
    assert behind.connection_drafts.of(behind.world.org_id).consumer_secret == ""


def authorize(behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession) -> str:
    """There and back; where the answer leads, or the page."""
    _, where, _ = post(client, session, "/connect/browser", **FORM)
    assert where.endswith("/connect/go")
    assert client.get(f"{PAGE}/connect/authorize").headers["Location"].startswith("https://example.my.")
    return come_back(behind, client)


def come_back(behind: WorldBehindTheWeb, client: FlaskClient) -> str:
    state, code = behind.authorization.asked[-1].state, behind.authorization.agree()
    answer = client.get(f"/oauth/callback?state={state}&code={code}")
    return answer.headers.get("Location") or answer.text


def test_who_allows_access_in_the_browser_leaves_tokens_that_all_workers_share(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = operator(behind, client)

    where = authorize(behind, client, session)

    with behind.world.store.read() as unit:
        tokens = unit.org_tokens.get(behind.world.org_id)
        [entry] = unit.audit.all_of(behind.world.org_id)
    assert where == f"{PAGE}?done=connected"
    assert stored(behind).mode is ConnectionMode.BROWSER
    assert tokens is not None
    assert tokens.refresh_token == "refresh of code-0"
    assert (entry.actor, entry.action) == ("operator", "org.connected")
    assert behind.world.org_id in client.get(PAGE).text


def test_allowing_access_again_ends_the_earlier_token_at_salesforce(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)
    authorize(behind, client, session)

    authorize(behind, client, session)

    assert behind.authorization.revoked == ["refresh of code-0"]


def test_an_answer_that_another_session_asked_for_connects_nothing(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    first = behind.signed_in(client, Role.MANAGER)
    post(client, first, "/connect/browser", **FORM)
    client.get(f"{PAGE}/connect/authorize")
    behind.signed_in(client, Role.MANAGER)

    page = come_back(behind, client)

    assert "begun by somebody" in page
    assert stored(behind).mode is ConnectionMode.JWT


def test_a_manager_who_allows_access_to_another_org_is_refused_and_the_tokens_given_back(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    session = behind.signed_in(client, Role.MANAGER)
    behind.authorization.org_id = "00D000000000009EAA"

    page = authorize(behind, client, session)

    assert "somebody else" in page
    assert stored(behind).mode is ConnectionMode.JWT
    assert behind.authorization.revoked == ["refresh of code-0"]


def test_disconnecting_revokes_signs_everybody_out_stops_syncs_and_keeps_the_ledger(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    world = behind.world
    world.sync(world.campaign(contacts=1))
    session = behind.signed_in(client, Role.MANAGER)
    with world.store.write() as unit:
        unit.org_tokens.put(
            world.org_id,
            OrgTokens(access_token="a", refresh_token="r", instance_url="x", obtained_at=world.clock()),
        )

    asked = client.get(f"{PAGE}/disconnect").text
    status, where, _ = post(client, session, "/disconnect")

    assert "1 Campaign" in asked
    assert (status, where.split("?")[0]) == (303, "/signed-out")
    assert behind.authorization.revoked == ["refresh-1", "r"]
    with world.store.read() as unit:
        assert unit.connections.orgs() == []
        assert unit.org_tokens.get(world.org_id) is None
        assert [link.enabled for link in unit.links.all()] == [False]
        assert unit.gifts.counts(world.org_id)[RequestState.SENT.value] == 1
        assert list(unit.audit.all_of(world.org_id))[-1].action == "org.disconnected"
    assert client.get(PAGE).status_code == 302
    assert world.start_write_backs() == []


def test_disconnecting_needs_a_form_of_ours(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    assert client.post(f"{PAGE}/disconnect").status_code == 400
    assert stored(behind).username == "integration@example.com"


def test_salesforces_refusals_in_the_browser_are_named(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    for error, word in {
        "OAUTH_APP_BLOCKED": "Unblock",
        "OAUTH_APP_ACCESS_DENIED": "pre-authorized",
        "invalid_scope": "OAuth Scopes",
        "access_denied": "choose Allow",
        "<script>": "Login History",
    }.items():
        sent = behind.sign_in.begin("", "/")
        client.set_cookie("gifting_sign_in", sent.browser_secret)

        page = client.get(f"/oauth/callback?state={behind.authorization.asked[-1].state}&error={error}").text

        assert word in page
        assert "<script>" not in page.replace('<script src="', "")


def test_what_salesforce_tells_of_tokens_is_shown_and_what_it_does_not_is_named(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    behind.signed_in(client, Role.MANAGER)
    in_two_hours = behind.clock() + timedelta(hours=2)

    without_secret = client.get(f"{PAGE}/tokens").text
    with behind.world.store.write() as unit:
        browser = replace(
            stored(behind),
            mode=ConnectionMode.BROWSER,
            consumer_secret=SECRET,
            scopes=("api", "refresh_token"),
        )
        unit.connections.save_org(browser)
        tokens = OrgTokens(
            access_token="access", refresh_token="refresh", instance_url="u", obtained_at=behind.clock()
        )
        unit.org_tokens.put(browser.org_id, tokens)
    behind.authorization.states = {"access": TokenState(is_good=True, ends_at=in_two_hours)}
    asked = client.get(f"{PAGE}/tokens").text
    behind.authorization.states["refresh"] = TokenState(is_good=True)
    whole_page = client.get(f"{PAGE}?tokens=1").text

    assert "Not told by Salesforce" in without_secret
    assert "consumer secret" in without_secret
    assert f"Good until {in_two_hours:%-d %B %Y, %H:%M} UTC" in asked
    assert "Over" in asked.partition("Refresh token")[2]
    assert "names no end" in whole_page.partition("Refresh token")[2]
    assert "access</" not in whole_page
    assert SECRET not in whole_page


def test_the_page_says_which_package_the_org_has(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)
    before = client.get(PAGE).text
    behind.world.org.described["Gifting_Settings__c"] = settings_of("0.0.9")

    behind.look_at_orgs.look(behind.world.org_id)

    assert "Not looked at yet" in before
    assert "Version 0.0.9" in client.get(PAGE).text
    assert "cci flow run upgrade" in client.get("/integrations").text
