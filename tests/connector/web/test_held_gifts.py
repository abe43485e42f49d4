"""Gifts of an org that is disconnected: held or called off, seen by whoever runs the connector."""

import pytest
from flask.testing import FlaskClient

from connector.domain.connections import OrgConnection
from connector.domain.gift import RequestState
from connector.domain.portal_session import Role
from connector.services.connections.connect_org import keep_connection
from connector.services.storage.gifts import GiftChanges
from tests.connector.web.connected_org import PAGE, operator, post, stored
from tests.connector.web.world_behind import WorldBehindTheWeb


@pytest.mark.parametrize("choice", ["hold", "call_off"])
def test_gifts_of_a_disconnected_org_are_held_until_it_is_back_or_called_off(
    behind: WorldBehindTheWeb, client: FlaskClient, choice: str
) -> None:
    world = behind.world
    session = behind.signed_in(client, Role.MANAGER)
    connection = stored(behind)
    world.plan_sync(world.link(world.campaign(contacts=3)).link_id)

    asked = client.get(f"{PAGE}/disconnect").text
    post(client, session, "/disconnect", gifts=choice)
    world.run_jobs()
    waiting = world.gifts()
    operator(behind, client)
    with world.store.write() as unit:
        keep_connection(unit, connection, world.clock, actor="ada")
    world.run_jobs()

    assert "3 gifts that were not sent yet" in asked
    assert len(world.provider.orders) == (3 if choice == "hold" else 0)
    state = RequestState.PARKED if choice == "hold" else RequestState.FAILED
    assert {gift.state for gift in waiting} == {state}
    assert all("disconnected" in gift.last_error for gift in waiting)


def test_what_is_planned_for_an_org_that_is_gone_is_not_sent(behind: WorldBehindTheWeb) -> None:
    world = behind.world
    world.plan_sync(world.link(world.campaign(contacts=1)).link_id)
    with world.store.write() as unit:
        unit.connections.remove_org(world.org_id)

    world.run_jobs()

    [gift] = world.gifts()
    assert gift.state is RequestState.PARKED
    assert world.provider.orders == []


def disconnected(behind: WorldBehindTheWeb, client: FlaskClient, gifts: int) -> OrgConnection:
    """The org as it was, before a manager disconnected it with so many gifts not yet sent."""
    world, connection = behind.world, stored(behind)
    world.plan_sync(world.link(world.campaign(contacts=gifts)).link_id)
    post(client, behind.signed_in(client, Role.MANAGER), "/disconnect", gifts="hold")
    return connection


def test_an_operator_sees_what_is_held_and_for_whom(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    before = (operator(behind, client), client.get("/integrations/held").text)[1]
    connection = disconnected(behind, client, gifts=3)
    operator(behind, client)

    pages = [client.get(path).text for path in ("/", f"{PAGE}/connect", "/integrations/held")]
    with behind.world.store.write() as unit:
        keep_connection(unit, connection, behind.clock, actor="ada")
    after = client.get("/integrations/held").text

    assert "No gift is held" in before
    assert all("3 gifts" in page for page in pages)
    assert behind.world.org_id in pages[2]
    assert "No gift is held" in after


def test_held_gifts_are_called_off_once_the_box_is_ticked(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    connection = disconnected(behind, client, gifts=3)
    session = operator(behind, client)
    form = {"csrf_token": session.csrf_token, "org_id": behind.world.org_id}

    unsure = client.post("/integrations/held", data=form)
    untouched = {gift.state for gift in behind.world.gifts()}
    done = client.post("/integrations/held", data={**form, "sure": "yes"})
    again = client.post("/integrations/held", data={**form, "sure": "yes"})
    with behind.world.store.write() as unit:
        keep_connection(unit, connection, behind.clock, actor="ada")
        entries = unit.audit.all_of(behind.world.org_id)
    behind.world.run_jobs()

    assert (unsure.status_code, "Tick this box first" in unsure.text) == (422, True)
    assert untouched == {RequestState.PARKED}
    assert (done.status_code, again.status_code) == (303, 422)
    assert {gift.state for gift in behind.world.gifts()} == {RequestState.FAILED}
    assert behind.world.provider.orders == []
    assert ("gifts.called_off", {"gifts_called_off": 3}) in [(e.action, e.details) for e in entries]


def test_gifts_of_a_connected_org_are_not_the_operators_to_call_off(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    behind.world.plan_sync(behind.world.link(behind.world.campaign(contacts=1)).link_id)
    session = operator(behind, client)

    form = {"csrf_token": session.csrf_token, "org_id": behind.world.org_id, "sure": "yes"}
    refused = client.post("/integrations/held", data=form)
    behind.signed_in(client, Role.MANAGER)

    assert refused.status_code == 422
    assert {gift.state for gift in behind.world.gifts()} == {RequestState.PLANNED}
    assert client.get("/integrations/held").status_code == 403


def test_a_gift_that_the_platform_refused_before_the_org_went_is_called_off_too(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    disconnected(behind, client, gifts=1)
    [gift] = behind.world.gifts()
    with behind.world.store.write() as unit:
        unit.gifts.change({gift.key: GiftChanges(intent_at=behind.clock())})

    called_off = behind.held_gifts.call_off(behind.world.org_id, "operator")

    assert called_off == 1
    assert behind.held_gifts() == {}


def test_who_looks_for_gifts_of_an_org_that_is_gone_is_told_that_they_are_held(
    behind: WorldBehindTheWeb, client: FlaskClient
) -> None:
    disconnected(behind, client, gifts=2)
    behind.signed_in(client, Role.MANAGER)

    for path in ("/gifts/", "/integrations"):
        assert "2 gifts are held" in client.get(path).text
