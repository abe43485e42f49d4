"""The pages of one run of GiftSync: what it waits for, does and did."""

import pytest
from flask.testing import FlaskClient

from connector.domain.portal_session import PortalSession
from connector.errors import TemporaryError
from connector.services.gift_sync.run_sync import RunSync
from connector.services.jobs import DispatchJobs, Job
from tests.connector.world import World


@pytest.fixture
def world(world: World) -> World:
    world.org.add("Organization", TimeZoneSidKey="Europe/Berlin")
    return world


def form(manager: PortalSession, **values: str) -> dict[str, str]:
    return {"csrf_token": manager.csrf_token, **values}


def run_jobs(world: World) -> None:
    sync = RunSync(world.store, world.open_org, world.clock, world.plan_sync)
    world.engine.run({Job.REQUEST_GIFTS: world.request_gifts, Job.PLAN_SYNC: sync})
    DispatchJobs(world.store, world.engine, world.checkpoint)()
    DispatchJobs(world.store, world.engine, world.checkpoint)()


def test_a_dry_run_tells_who_and_why_what_it_costs_and_what_it_takes(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    campaign = world.campaign(contacts=2)
    world.contact_member(campaign, Email=None, Name="Nora Nomail")
    world.contact_member(campaign, HasOptedOutOfEmail=True)
    link = world.link(campaign)

    started = client.post(f"/sync/{link.link_id}/run", data=form(manager, kind="dry"))
    waiting = client.get(started.headers["Location"]).text
    run_jobs(world)
    told = client.get(started.headers["Location"]).text
    skipped = client.get(f"{started.headers['Location']}?reason=NO_EMAIL").text

    assert "Waits for a worker." in waiting
    assert "50.00 EUR" in told
    assert "no e-mail address (1)" in told
    assert "opted out of e-mail (1)" in told
    assert "API calls until sent" in told
    assert "Nora Nomail" in skipped
    assert skipped.count('data-label="Decision"') == 1
    assert world.gifts() == []


def test_run_now_requests_gifts_and_the_history_leads_to_each_person(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    link = world.link(world.campaign(contacts=2))

    started = client.post(f"/sync/{link.link_id}/run", data=form(manager, kind="news"))
    progress = client.get(f"{started.headers['Location']}/progress")
    with world.store.write() as unit:
        unit.health.beat("w1", now=world.clock())
    with_worker = client.get(f"{started.headers['Location']}/progress").text
    run_jobs(world)
    over = client.get(f"{started.headers['Location']}/progress")
    told = client.get(started.headers["Location"]).text
    history = client.get(f"/sync/{link.link_id}").text

    assert 'hx-trigger="every 2s"' in progress.text
    assert "No worker is running" in progress.text
    assert "Waits for a worker." in with_worker
    assert "No worker is running" not in with_worker
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")
    assert told.count('data-label="Gift now">sent') == 2
    for contact in world.org.records["Contact"]:
        assert f'<a href="https://x.example/lightning/r/Contact/{contact}/view">{contact}</a>' in told
    assert "ada@example.com" in history
    assert started.headers["Location"] in history
    assert len(world.provider.orders) == 2


def test_a_run_is_shown_by_ids_while_salesforce_does_not_tell_names(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    link = world.link(world.campaign(contacts=1))
    started = client.post(f"/sync/{link.link_id}/run", data=form(manager, kind="news"))
    run_jobs(world)
    [contact] = world.org.records["Contact"]
    world.org.next_failures.append(TemporaryError("down"))

    told = client.get(started.headers["Location"])

    assert told.status_code == 200
    assert "Names could not be read" in told.text
    assert contact in told.text
