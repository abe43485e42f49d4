"""What is sent and no database could keep is refused or passed over, and is no failure of ours."""

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from connector.domain.portal_session import PortalSession
from tests.connector.world import World

BEFORE_ALL_DAYS = quote("0001-01-01T00:00:00+14:00~a-key")
BEYOND_ALL_ROWS = "9" * 30


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    "path", ["/gifts/?q=a%00b", "/gifts/%00", "/audit/?q=%00", "/sync/runs/%00", "/gifts/?campaign=%00&q=x"]
)
def test_a_zero_byte_in_an_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_zero_byte_in_a_form_is_refused(client: FlaskClient, manager: PortalSession) -> None:
    sent = {"csrf_token": manager.csrf_token, "who": "a\0@example.com"}

    assert client.post("/privacy/export", data=sent).status_code == 400


def test_a_zero_byte_in_the_address_of_a_webhook_is_refused(client: FlaskClient) -> None:
    answer = client.post("/webhooks/andopen/%00", data=b"a\0b")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("text", ["a\0b", "a\ud83d"])
def test_the_api_names_the_field_that_holds_what_cannot_be_kept(
    world: World, client: FlaskClient, text: str
) -> None:
    key, _ = world.api_access.create(world.org_id, "flows")
    asked = {"orgId": world.org_id, "requestKey": text, "recordId": world.contact()}

    answer = client.post("/api/v1/gifts", json=asked, headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 422
    assert "requestKey" in (answer.json or {})["detail"]


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    "path",
    [
        f"/gifts/?after={BEFORE_ALL_DAYS}",
        f"/approvals/?after={BEFORE_ALL_DAYS}",
        f"/audit/?before={BEYOND_ALL_ROWS}",
        "/audit/?before=-1",
    ],
)
def test_a_place_that_no_page_could_end_at_is_the_first_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200
