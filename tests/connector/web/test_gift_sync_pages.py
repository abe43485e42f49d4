"""The pages of GiftSync, over fakes at both ends."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from connector.domain.campaign_link import CampaignLink
from connector.domain.connections import OrgConnection
from connector.domain.portal_session import PortalSession, Role
from connector.errors import TemporaryError
from connector.ports import GiftCampaign
from connector.services.storage.sync import SyncRun
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World

STRANGE_ORG = "00D000000000002EAA"


@pytest.fixture
def world(world: World) -> World:
    world.org.add("Organization", TimeZoneSidKey="Europe/Berlin")
    return world


def form(manager: PortalSession, **values: str) -> dict[str, str]:
    return {"csrf_token": manager.csrf_token, **values}


def link_form(manager: PortalSession, campaign: str, **changes: str) -> dict[str, str]:
    values = {
        "campaign": campaign,
        "gift_campaign": f"{ACCOUNT}|campaign-1",
        "value": "25.00",
        "currency": "EUR",
        "cadence": "daily",
        "hour": "6",
    }
    return form(manager, **{**values, **changes})


def runs(world: World, link: CampaignLink) -> list[SyncRun]:
    with world.store.read() as unit:
        return unit.runs.of_link(link.link_id, offset=0, limit=50)


def test_a_campaign_is_found_linked_and_scheduled(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign(contacts=1, name="Spring 100%")
    world.campaign(name="Autumn")

    found = client.get("/sync/campaigns?q=100%25")
    asked = client.get(f"/sync/new?campaign={campaign}")
    linked = client.post("/sync/new", data=link_form(manager, campaign))
    shown = client.get(linked.headers["Location"])
    listed = client.get("/sync/")

    assert "Link Spring 100%" in found.text
    assert "Autumn" not in found.text
    assert f'value="{ACCOUNT}|campaign-1"' in asked.text
    assert linked.status_code == 303
    assert "The Campaign is linked" in shown.text
    assert "Daily at 06:00 Europe/Berlin" in shown.text
    assert "2026-03-03 06:00" in listed.text
    with world.store.read() as unit:
        assert [entry.actor for entry in unit.audit.all_of(world.org_id)] == ["ada@example.com"] * 2


@pytest.mark.usefixtures("manager")
def test_gift_campaigns_are_offered_by_name_and_twins_are_told_apart(
    world: World, client: FlaskClient
) -> None:
    campaign = world.campaign(contacts=1)
    world.provider.campaigns = [
        GiftCampaign("campaign-3", "Welcome"),
        GiftCampaign("campaign-2", "apple pie"),
        GiftCampaign("campaign-1", "Welcome"),
    ]

    page = client.get(f"/sync/new?campaign={campaign}").text

    words = re.findall(r'<option value="[^"]*\|[^"]*">([^<]*)</option>', page)
    assert words == [
        f"apple pie ({ACCOUNT})",
        f"Welcome ({ACCOUNT}, campaign-1)",
        f"Welcome ({ACCOUNT}, campaign-3)",
    ]


def test_campaigns_come_twenty_to_a_page(world: World, client: FlaskClient, manager: PortalSession) -> None:
    del manager
    for number in range(21):
        world.campaign(name=f"Campaign {number:02d}")

    first = client.get("/sync/campaigns").text
    second = client.get("/sync/campaigns?page=2").text
    part = client.get("/sync/campaigns?q=07", headers={"HX-Request": "true"}).text

    assert ("Campaign 19" in first, "Campaign 20" in first, "Next" in first) == (True, False, True)
    assert ("Campaign 20" in second, "Next" in second) == (True, False)
    assert "Campaign 07" in part
    assert "<html" not in part


def test_mistakes_in_the_form_are_told_at_their_fields_and_nothing_is_linked(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign(contacts=1)

    answer = client.post(
        "/sync/new",
        data=link_form(manager, campaign, gift_campaign="", value="ten", variants="=3", hour="24"),
    )

    for words in (
        "Choose what the members are sent.",
        "is not an amount",
        "VARIANT=QUANTITY, separated by commas.",
        "Choose an hour of the day.",
    ):
        assert words in answer.text
    assert 'value="ten"' in answer.text
    with world.store.read() as unit:
        assert unit.links.all() == []


def test_a_campaign_that_is_linked_is_refused_with_the_reason(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign(contacts=1)
    world.link(campaign)

    answer = client.post(
        "/sync/new", data=link_form(manager, campaign, gift_campaign=f"{ACCOUNT}|campaign-2")
    )

    assert "is linked already, to the gift campaign Welcome" in answer.text
    with world.store.read() as unit:
        assert [link.gift_campaign_id for link in unit.links.all()] == ["campaign-1"]


def test_a_link_is_changed_and_removed_after_a_question(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    link = world.link(world.campaign(contacts=1))
    edit = client.get(f"/sync/{link.link_id}/edit").text

    changed = client.post(
        f"/sync/{link.link_id}/edit",
        data=form(manager, gift_campaign=f"{ACCOUNT}|campaign-2", value="30", currency="EUR"),
    )
    shown = client.get(changed.headers["Location"]).text
    question = client.get(f"/sync/{link.link_id}/remove").text
    removed = client.post(f"/sync/{link.link_id}/remove", data=form(manager))

    assert 'value="25.00"' in edit
    assert ("Thanks" in shown, "30.00 EUR" in shown) == (True, True)
    assert "are still sent" in question
    assert removed.status_code == 303
    assert client.get(f"/sync/{link.link_id}").status_code == 404


def test_pause_and_resume(world: World, client: FlaskClient, manager: PortalSession) -> None:
    link = world.link(world.campaign(contacts=1))

    paused = client.post(f"/sync/{link.link_id}/pause", data=form(manager))
    shown = client.get(paused.headers["Location"]).text
    refused = client.post(f"/sync/{link.link_id}/run", data=form(manager, kind="news"))
    world.org.next_failures.append(TemporaryError("down"))
    resumed = client.post(f"/sync/{link.link_id}/resume", data=form(manager))
    told = client.get(resumed.headers["Location"]).text

    assert "is paused" in shown
    assert "Run now" not in shown
    assert refused.status_code == 409
    assert "Salesforce could not be told" in told
    assert "Run now" in told


def test_missing_statuses_are_shown_and_mended(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    link = world.link(world.campaign(contacts=1))
    statuses = world.org.records["CampaignMemberStatus"]
    gone = next(key for key, row in statuses.items() if row["Label"] == "Invited")
    del statuses[gone]

    before = client.get(f"/sync/{link.link_id}").text
    client.post(f"/sync/{link.link_id}/statuses", data=form(manager))
    after = client.get(f"/sync/{link.link_id}").text

    assert "missing" in before
    assert "Add and mend the statuses" in before
    assert "missing" not in after
    assert "Add and mend the statuses" not in after


@pytest.mark.parametrize("path", ["", "/edit", "/remove"])
def test_pages_come_while_salesforce_and_the_platform_are_down(
    world: World, client: FlaskClient, manager: PortalSession, path: str
) -> None:
    del manager
    link = world.link(world.campaign(contacts=1))
    world.org.next_failures += [TemporaryError("Salesforce is away")] * 5
    world.provider.read_failures += [TemporaryError("The platform is away")] * 5

    listed = client.get("/sync/")
    answer = client.get(f"/sync/{link.link_id}{path}")
    campaigns = client.get("/sync/campaigns")

    assert (listed.status_code, answer.status_code, campaigns.status_code) == (200, 200, 200)
    assert "Salesforce is away" in campaigns.text
    expected = {"": "Salesforce is away", "/edit": "The platform is away", "/remove": "Remove the link"}
    assert expected[path] in answer.text


def test_another_orgs_manager_sees_and_changes_nothing(
    behind: WorldBehindTheWeb, world: World, client: FlaskClient
) -> None:
    link = world.link(world.campaign(contacts=1))
    world.plan_sync(link.link_id)
    [run] = runs(world, link)
    with world.store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=STRANGE_ORG,
                instance_url="https://other.my.salesforce.com",
                login_url="https://login.salesforce.com",
                consumer_key="key",
                username="x@example.com",
                private_key_pem="pem",
            )
        )
    stranger = behind.signed_in(client, Role.MANAGER, org_id=STRANGE_ORG)

    listed = client.get("/sync/").text
    seen = [
        client.get(path).status_code
        for path in (
            f"/sync/{link.link_id}",
            f"/sync/{link.link_id}/edit",
            f"/sync/{link.link_id}/remove",
            f"/sync/runs/{run.run_id}",
            f"/sync/runs/{run.run_id}/progress",
        )
    ]
    changed = [
        client.post(f"/sync/{link.link_id}/{verb}", data=link_form(stranger, link.campaign_id)).status_code
        for verb in ("schedule", "pause", "resume", "statuses", "remove", "edit", "run")
    ]

    assert "Spring" not in listed
    assert seen == [404] * 5
    assert changed == [404] * 7
    with world.store.read() as unit:
        assert unit.links.get(link.link_id) == link
        assert unit.schedules.get(link.link_id) is None


def test_who_only_sends_gifts_is_not_let_in(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.SENDER)

    assert client.get("/sync/").status_code == 403


def test_another_orgs_account_is_neither_offered_nor_taken(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign(contacts=1)
    with world.store.write() as unit:
        account = unit.connections.account(ACCOUNT)
        assert account is not None
        unit.connections.save_account(replace(account, org_id=STRANGE_ORG))

    asked = client.get(f"/sync/new?campaign={campaign}")
    sent = client.post("/sync/new", data=link_form(manager, campaign))

    assert f"{ACCOUNT}|" not in asked.text
    assert "has no account main" in sent.text
    with world.store.read() as unit:
        assert unit.links.all() == []


def test_a_campaign_is_linked_on_the_same_page_once_salesforce_answers_again(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign()

    world.org.next_failures = [TemporaryError("Salesforce is away")]
    page = client.get(f"/sync/new?campaign={campaign}")
    world.org.next_failures = [TemporaryError("Salesforce is away")]
    refused = client.post("/sync/new", data=link_form(manager, campaign, value="31.00"))
    with world.store.read() as unit:
        nothing = unit.links.all()
    linked = client.post("/sync/new", data=link_form(manager, campaign))

    for answer in (page, refused):
        assert answer.status_code == 200
        assert "Salesforce is away" in answer.text
        assert "Try again in a few minutes" in answer.text
        assert "campaign-1" in answer.text
    assert 'value="31.00"' in refused.text
    assert nothing == []
    assert linked.status_code == 303


def test_a_link_says_whether_duplicates_get_a_gift(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign()

    client.post("/sync/new", data=link_form(manager, campaign, duplicates="yes"))
    with world.store.read() as unit:
        [link] = unit.links.all()
    page = client.get(f"/sync/{link.link_id}/edit").text
    client.post(f"/sync/{link.link_id}/edit", data=link_form(manager, campaign))

    assert link.allow_duplicates
    assert "checked" in page
    with world.store.read() as unit:
        assert not unit.links.all()[0].allow_duplicates
