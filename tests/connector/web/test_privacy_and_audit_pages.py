import pytest
from flask.testing import FlaskClient

from connector.domain.gift import RequestState
from connector.domain.portal_session import Role
from connector.services.audit import record
from connector.services.storage.gifts import GiftChanges
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World

EMAIL = "contact0@example.com"


@pytest.fixture
def world(world: World) -> World:
    world.sync(world.campaign(contacts=1))
    return world


def test_the_export_is_a_file_and_noted(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    token = behind.signed_in(client, Role.MANAGER).csrf_token

    answer = client.post("/privacy/export", data={"csrf_token": token, "who": EMAIL})

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.get_json()["connector"]["gifts"][0]["email"] == EMAIL
    assert "person.export" in client.get("/audit/").text


def test_nothing_is_erased_before_the_box_is_ticked(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    token = behind.signed_in(client, Role.MANAGER).csrf_token

    unsure = client.post("/privacy/erase", data={"csrf_token": token, "who": EMAIL}, follow_redirects=True)
    before = behind.world.gifts()[0].request.recipient.email
    sure = client.post("/privacy/erase", data={"csrf_token": token, "who": EMAIL, "sure": "yes"})

    assert "Nothing was erased" in unsure.text
    assert before == EMAIL
    assert "Erased: 1 gift and " in sure.text
    assert behind.world.gifts()[0].request.recipient.email == ""


def test_one_request_under_way_is_spoken_of_as_one(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    token = behind.signed_in(client, Role.MANAGER).csrf_token
    with behind.world.store.write() as unit:
        [gift] = behind.world.gifts()
        unit.gifts.change({gift.key: GiftChanges(state=RequestState.UNKNOWN)})

    asked = client.get(f"/privacy/?who={EMAIL}")
    erased = client.post("/privacy/erase", data={"csrf_token": token, "who": EMAIL, "sure": "yes"})

    assert "1 request is under way" in asked.text
    assert "Erased: 0 gifts and " in erased.text
    assert "1 request is still under way" in erased.text


def test_what_names_nobody_is_said_at_the_field(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)

    answer = client.get("/privacy/?who=Ada")

    assert answer.status_code == 422
    assert "neither an e-mail address" in answer.text


def test_another_orgs_manager_finds_nobody(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER, org_id="00D000000000009EAA")

    assert "Nothing is kept of this person" in client.get(f"/privacy/?who={EMAIL}").text


@pytest.mark.parametrize("path", ["/privacy/", "/audit/"])
def test_senders_see_neither(behind: WorldBehindTheWeb, client: FlaskClient, path: str) -> None:
    behind.signed_in(client, Role.SENDER)

    assert client.get(path).status_code == 403


def test_the_audit_log_shows_its_own_org_page_by_page(behind: WorldBehindTheWeb, client: FlaskClient) -> None:
    behind.signed_in(client, Role.MANAGER)
    with behind.world.store.write() as unit:
        for number in range(60):
            record(
                unit,
                behind.world.clock(),
                org_id=behind.world.org_id,
                actor="cli",
                action="link.change",
                subject=f"link-{number}",
            )
        record(unit, behind.world.clock(), org_id="00D000000000009EAA", actor="spy", action="link.change")

    with behind.world.store.read() as unit:
        [tenth] = unit.audit.listed(behind.world.org_id, before=None, limit=9, words="link-10")
        last = unit.audit.last(behind.world.org_id)
    assert last is not None
    first, second = client.get("/audit/?check=1").text, client.get(f"/audit/?before={tenth.number}").text

    assert f"All {last.number} entries are sound" in first
    assert "link-59" in first
    assert "link-9<" not in first
    assert "link-9<" in second
    assert "spy" not in first + second
