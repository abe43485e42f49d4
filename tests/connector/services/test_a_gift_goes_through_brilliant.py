"""From campaign to Gift__c through Brilliant: unsigned webhooks, an address for each order, over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog.testing
from flask.testing import FlaskClient

from connector.adapters.providers.brilliant import Brilliant
from connector.errors import ConfigurationError
from connector.web.application import create_app
from emulators.gifting.testing import RunningPlatform, running_platform
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import ACCOUNT, World, new_store
from tests.gifting.listener import Listener, listening

HOME = {
    "MailingStreet": "1 Main St",
    "MailingCity": "Bothell",
    "MailingState": "WA",
    "MailingPostalCode": "98021",
    "MailingCountry": "US",
}


class Brilliantly(WorldBehindTheWeb):
    """A world whose gifts come from the local Brilliant, behind the real web views."""

    def __init__(self, world: World, platform: RunningPlatform, listener: Listener) -> None:
        super().__init__(world)
        self.platform, self.listener = platform, listener
        self.brilliant: Brilliant | None = None
        product = platform.control("brilliant/products", name="Mug")
        self.variant = str(product["variants"][0]["id"])
        self.use_secrets("old-secret")
        world.open_provider = self.open_provider  # type: ignore[method-assign]  # Brilliant in place of the fake

    def use_secrets(self, *secrets: str) -> None:
        platform = self.platform
        self.close()
        self.brilliant = Brilliant(
            platform.base_url,
            platform.brilliant_credentials,
            self.listener.url,
            secrets,
            clock=self.world.clock,
        )

    def close(self) -> None:
        if self.brilliant is not None:
            self.brilliant.close()

    def open_provider(self, account_id: str) -> Brilliant:  # type: ignore[override]  # the one that there is
        if account_id != ACCOUNT:
            raise ConfigurationError("no such account", code="unknown_account")
        assert self.brilliant is not None
        return self.brilliant

    def order(self, **person: object) -> None:
        campaign = self.world.campaign()
        self.world.contact_member(campaign, **{**HOME, **person})
        self.world.plan_sync(self.world.link(campaign, self.variant).link_id)
        self.world.run_jobs()

    def move(self, status: str) -> bytes:
        self.platform.control(f"brilliant/orders/{status}")
        return self.listener.of_status(status)[1]


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Brilliantly]:
    with running_platform() as platform, listening() as listener:
        world = World(new_store(tmp_path))
        made = Brilliantly(world, platform, listener)
        yield made
        made.close()
        world.store.close()


@pytest.fixture
def client(behind: Brilliantly) -> FlaskClient:
    return create_app(behind).test_client()


def test_an_order_is_followed_by_its_webhooks(behind: Brilliantly, client: FlaskClient) -> None:
    behind.order()

    for status in ("in_fulfillment", "partially_shipped", "delivered"):
        behind.world.clock.move(hours=1)
        body = behind.move(status)
        path = f"/webhooks/brilliant/main/{behind.listener.behind()}"
        assert client.post(path, data=body).status_code == 200
    behind.world.apply_events()
    behind.world.write_back(behind.world.org_id)

    [gift] = behind.world.org.records["Gift__c"].values()
    assert (gift["Order_Status__c"], gift["Gift_Campaign__c"]) == ("Delivered", behind.variant)
    assert behind.platform.control("brilliant/created")["duplicates"] == []


def test_nobody_without_the_address_is_heard(behind: Brilliantly, client: FlaskClient) -> None:
    behind.order()
    body = behind.move("delivered")
    address = behind.listener.behind()

    guessed = client.post("/webhooks/brilliant/main", data=body)
    named = client.post(
        "/webhooks/brilliant/main", data=body, headers={"Connector-Delivery-Address": address}
    )

    assert (guessed.status_code, named.status_code) == (401, 401)


def test_orders_made_before_the_secret_changed_are_still_heard(
    behind: Brilliantly, client: FlaskClient
) -> None:
    behind.order()
    behind.use_secrets("new-secret", "old-secret")
    old = behind.move("in_fulfillment")
    old_path = f"/webhooks/brilliant/main/{behind.listener.behind()}"
    both = client.post(old_path, data=old).status_code
    behind.use_secrets("new-secret")

    after = client.post(old_path, data=old).status_code

    assert (both, after) == (200, 401)


def test_an_order_whose_answer_was_lost_is_found_by_its_key_and_made_once(behind: Brilliantly) -> None:
    behind.platform.control("faults", when="after", hang_up=True, method="POST")
    behind.order()
    [unknown] = behind.world.gifts()

    behind.world.clock.move(minutes=1)
    behind.world.sweep()
    behind.world.run_jobs()

    [gift] = behind.world.gifts()
    assert (unknown.state, gift.state) == ("unknown", "sent")
    assert behind.platform.control("brilliant/created")["total"] == 1


def test_a_state_that_brilliant_would_not_take_is_shown_and_not_repeated(behind: Brilliantly) -> None:
    behind.order(MailingState="Washington")
    behind.world.write_back(behind.world.org_id)

    [gift] = behind.world.org.records["Gift__c"].values()
    assert gift["Sync_Error__c"] == "state_code: the US state has not 2 characters"
    assert behind.platform.control("brilliant/created")["total"] == 0


def test_the_address_of_an_order_is_in_no_log(behind: Brilliantly, client: FlaskClient) -> None:
    structlog.reset_defaults()  # whatever level another test set, every line counts here
    behind.order()
    body = behind.move("delivered")
    address = behind.listener.behind()

    with structlog.testing.capture_logs() as lines:
        client.post(f"/webhooks/brilliant/main/{address}", data=body)

    assert lines
    assert address.rpartition("/")[2] not in str(lines)
