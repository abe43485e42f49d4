"""Gifting platforms and signed-in people: each org's own, and nobody else's."""

import pytest
from flask.testing import FlaskClient

from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import ProviderAccount
from connector.domain.money import Money
from connector.domain.portal_session import PortalSession, Role
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT

PAGE = "/integrations/platforms"
OTHER_ORG = "00D000000000009EAA"
TOKEN = "ao-v1-production-very-secret"
SECRET = "webhook-secret-number-one"


@pytest.fixture
def session(behind: WorldBehindTheWeb, client: FlaskClient) -> PortalSession:
    return behind.signed_in(client, Role.MANAGER)


def post(client: FlaskClient, session: PortalSession, path: str, **fields: str) -> tuple[int, str]:
    """Status, and where it leads or the page."""
    answer = client.post(path, data={"csrf_token": session.csrf_token, **fields})
    return answer.status_code, answer.headers.get("Location") or answer.text


def own(behind: WorldBehindTheWeb, org_id: str = "") -> list[ProviderAccount]:
    with behind.world.store.read() as unit:
        accounts = unit.connections.accounts_of(org_id or behind.world.org_id)
    return [account for account in accounts if account.org_id]


def add(client: FlaskClient, session: PortalSession, **fields: str) -> tuple[int, str]:
    given = {"base_url": "eu", "key": TOKEN, "webhook_secret": SECRET, **fields}
    return post(client, session, f"{PAGE}/new/andopen", **given)


def test_an_account_is_tried_and_kept_for_this_org_alone(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    status, where = add(client, session)

    [account] = own(behind)
    assert (status, where) == (303, f"{PAGE}?done=added")
    assert (account.org_id, account.base_url, account.token) == (behind.world.org_id, "eu", TOKEN)
    assert own(behind, OTHER_ORG) == []


def test_refused_credentials_are_not_kept_and_the_remedy_is_shown(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    status, page = add(client, session, key="refused")

    assert status == 200
    assert "Enter a new token." in page
    assert own(behind) == []


def test_no_page_shows_a_secret_again(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    add(client, session)
    [account] = own(behind)

    pages = [client.get(PAGE).text, client.get(f"{PAGE}/{account.account_id}").text, client.get("/").text]

    assert all(TOKEN not in page and SECRET not in page for page in pages)
    assert f"/webhooks/andopen/{account.account_id}" in pages[1]


@pytest.mark.parametrize("path", ["", "/test", "/token", "/webhook-secret", "/retire"])
def test_another_orgs_account_is_not_there(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession, path: str
) -> None:
    add(client, session)
    [account] = own(behind)
    stranger = behind.signed_in(client, Role.MANAGER, org_id=OTHER_ORG)
    address = f"{PAGE}/{account.account_id}{path}"

    answer = client.get(address) if not path else None
    status = answer.status_code if answer else post(client, stranger, address, key="new", finish="yes")[0]

    assert status == 404
    assert own(behind) == [account]
    assert account.account_id not in client.get(PAGE).text


def test_an_account_of_the_command_line_can_be_used_and_not_changed(
    client: FlaskClient, session: PortalSession
) -> None:
    page = client.get(f"{PAGE}/{ACCOUNT}")

    assert page.status_code == 200
    assert "New credentials" not in page.text
    assert post(client, session, f"{PAGE}/{ACCOUNT}/token", key=TOKEN)[0] == 422
    assert post(client, session, f"{PAGE}/{ACCOUNT}/retire")[0] == 422


def test_a_new_token_releases_the_gifts_that_waited_for_it(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    add(client, session)
    [account] = own(behind)

    refused, page = post(client, session, f"{PAGE}/{account.account_id}/token", key="refused")
    status, where = post(client, session, f"{PAGE}/{account.account_id}/token", key=TOKEN + "2")

    assert (refused, status) == (200, 303)
    assert "Enter a new token." in page
    assert where.endswith("done=token")
    assert own(behind)[0].token == TOKEN + "2"


def test_an_account_is_retired_and_used_again(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    add(client, session)
    [account] = own(behind)
    address = f"{PAGE}/{account.account_id}"

    _, where = post(client, session, f"{address}/retire")
    retired, in_list = client.get(where).text, client.get(PAGE).text
    gone = own(behind)
    _, back = post(client, session, f"{address}/retire", again="yes")

    assert "No new gifts come from it." in retired
    assert "Use the account again" in retired
    assert ">retired</span>" in in_list
    assert gone == []
    assert "in use again" in client.get(back).text
    assert own(behind) == [account]


def test_an_account_that_a_campaign_is_linked_with_says_with_which(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    add(client, session)
    [account] = own(behind)
    with behind.world.store.write() as unit:
        link = behind_link(behind, account)
        unit.links.save(link)

    status, page = post(client, session, f"{PAGE}/{account.account_id}/retire")

    assert (status, "Spring" in page, "Remove these links first" in page) == (200, True, True)
    assert own(behind) == [account]


def behind_link(behind: WorldBehindTheWeb, account: ProviderAccount) -> CampaignLink:
    return CampaignLink(
        link_id="link-1",
        org_id=behind.world.org_id,
        campaign_id="701000000000001AAA",
        campaign_name="Spring",
        account_id=account.account_id,
        gift_campaign_id="campaign-1",
        gift_campaign_name="Welcome",
        value=Money(2500, "EUR"),
    )


def test_a_webhook_secret_is_replaced_with_the_old_one_valid_until_the_end(
    behind: WorldBehindTheWeb, client: FlaskClient, session: PortalSession
) -> None:
    add(client, session)
    [account] = own(behind)
    address = f"{PAGE}/{account.account_id}/webhook-secret"

    short, page = post(client, session, address, webhook_secret="short")
    post(client, session, address, webhook_secret="webhook-secret-number-two")
    between = own(behind)[0].webhook_secret.split()
    notice = client.get("/integrations").text
    post(client, session, address, finish="yes")

    assert short == 200
    assert "at least 16" in page
    assert between == ["webhook-secret-number-two", SECRET]
    assert "Two webhook secrets" in notice
    assert own(behind)[0].webhook_secret == "webhook-secret-number-two"


def test_a_manager_ends_a_colleagues_sign_in_and_nobody_elses(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    colleague = behind.signed_in(client, Role.SENDER)
    stranger = behind.signed_in(client, Role.SENDER, org_id=OTHER_ORG)
    manager = behind.signed_in(client, Role.MANAGER)

    listed = client.get("/sessions").text
    status, _ = post(client, manager, f"/sessions/{colleague.digest[:16]}/end")
    foreign, _ = post(client, manager, f"/sessions/{stranger.digest[:16]}/end")

    assert listed.count("/end") == 2
    assert (status, foreign) == (303, 404)
    assert behind.authorization.revoked == ["refresh-1"]
    with behind.world.store.read() as unit:
        assert unit.portal_sessions.get(colleague.digest) is None
        assert unit.portal_sessions.get(stranger.digest) is not None
        assert list(unit.audit.all_of(behind.world.org_id))[-1].action == "session.ended"
