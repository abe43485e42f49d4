"""From `connector init` to the first delivered gift, by clicking alone; and no secret is shown or logged."""

import logging
import re
from collections.abc import Callable, Iterator

import pytest
import structlog
from typer.testing import CliRunner

from connector.cli import app as connector
from tests.portal.browser import Person
from tests.portal.stage import ADMIN, INTEGRATION, PortalStage
from tests.portal.test_connecting import app_of, download
from tests.portal.test_gift_sync import spring, wait_until_over

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WEBHOOK_SECRET = "a-webhook-secret-of-this-test"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that is logged, from DEBUG on, as it would be written."""
    before = structlog.get_config()
    written: list[str] = []

    def keep(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
        written.append(repr(event))
        raise structlog.DropEvent

    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info, keep],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        cache_logger_on_first_use=False,
    )
    with caplog.at_level(logging.DEBUG):
        yield lambda: "\n".join(
            [*written, *(record.getMessage() for record in caplog.records if not _is_the_tests_own(record))]
        )
    structlog.configure(**before)


def _is_the_tests_own(record: logging.LogRecord) -> bool:
    """What the browser's driver notes of what is typed, and the addresses that the test's web server notes.

    The connector's own server notes none.
    """
    return record.name.startswith(("selenium", "werkzeug"))


@pytest.fixture
def setup_link(stage: PortalStage, monkeypatch: pytest.MonkeyPatch) -> str:
    """As `connector init` prints it."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(stage.directory))
    monkeypatch.setenv("CONNECTOR_PUBLIC_URL", stage.url)
    printed = CliRunner().invoke(connector, ["init"]).stdout
    found = re.search(r"http\S+/setup/\S+", printed)
    assert found is not None, printed
    return found[0]


def test_a_newcomer_gets_a_gift_delivered_by_clicking_alone(
    stage: PortalStage,
    person: Callable[[], Person],
    setup_link: str,
    lines: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    go_on = Person.wait_to_see

    def wait_and_keep(self: Person, words: str) -> None:
        go_on(self, words)
        shown.append(self.driver.page_source)

    monkeypatch.setattr(Person, "wait_to_see", wait_and_keep)
    stage.platform.control("campaigns", name="Thank you", product="Coffee box")
    spring(stage)
    stage.start_worker()
    newcomer = person()

    connect_salesforce(stage, newcomer, setup_link)
    account_id = connect_platform(stage, newcomer)
    send_by_gift_sync(stage, newcomer, f"Thank you ({account_id})")
    newcomer.click("Gifts")
    newcomer.wait_to_see("Amelia Clarke")
    wrong = newcomer.look("first-gifts")
    tokens = secrets_of_sessions(stage, newcomer)
    newcomer.click("Sign out")
    newcomer.wait_to_see("You are signed out")

    with stage.container.store.read() as unit:
        [org] = unit.connections.orgs()
    everything = "\n".join(shown) + lines()
    secrets = {
        "API token": stage.platform.token,
        "webhook secret": WEBHOOK_SECRET,
        "private key": org.private_key_pem.splitlines()[1],
        "setup link": setup_link.rsplit("/", 1)[1],
        "key file": stage.container.settings.key_file.read_text().strip(),
        "password": "local-org-1",
        **tokens,
    }
    assert len(shown) > 8
    assert "gift_planned" in everything
    told = [(name, place(secret, everything)) for name, secret in secrets.items() if secret in everything]
    assert told == []
    assert wrong == {}
    milestones = stage.side.query("SELECT Subject FROM Task WHERE Gift_Event_Key__c != null")
    assert sorted(task["Subject"] for task in milestones) == sorted(
        ["Gift Created", "Gift Claimed", "Gift Delivered"] * 2
    )


def secrets_of_sessions(stage: PortalStage, newcomer: Person) -> dict[str, str]:
    """What opens the newcomer's session, and what stands for them and for the connector at Salesforce."""
    container = stage.container
    with container.store.read() as unit:
        [org] = unit.connections.orgs()
        people = [each.tokens for each in unit.portal_sessions.of_org(org.org_id) if each.tokens]
    [cookie] = [each["value"] for each in newcomer.driver.get_cookies() if each["name"] == "gifting_session"]
    [tokens] = people
    found = {
        "session": cookie,
        "access token": tokens.access_token,
        "refresh token": tokens.refresh_token,
        "connector's access token": container.orgs.access_token(org),
    }
    assert all(found.values()), found.keys()
    return found


def place(secret: str, text: str) -> str:
    """What stands before a secret, to find out where it came from."""
    at = text.index(secret)
    return text[max(0, at - 120) : at]


def connect_salesforce(stage: PortalStage, newcomer: Person, setup_link: str) -> None:
    """With a certificate, and signed in afterwards."""
    newcomer.go(setup_link)
    newcomer.click("Begin")
    newcomer.click("Connect Salesforce")
    newcomer.click("Connect with a certificate")
    newcomer.click("Make a certificate")
    newcomer.wait_to_see("A new certificate was made")
    app = app_of(stage, certificate=download(newcomer), secret_required=False)
    newcomer.fill("Org address", stage.side.local.base_url)
    newcomer.fill("Consumer key", app.consumer_key)
    newcomer.fill("Integration user", INTEGRATION)
    newcomer.click("Connect")
    newcomer.wait_to_see("The org is connected")
    newcomer.click("Sign in with Salesforce")
    newcomer.log_in(ADMIN)
    newcomer.wait_to_see("Ada Admin")


def connect_platform(stage: PortalStage, newcomer: Person) -> str:
    """The account's id. What the page says to enter at the platform is entered there."""
    newcomer.click("Integrations")
    newcomer.click("Open gifting platforms")
    newcomer.click("Add &Open")
    newcomer.fill("API token", stage.platform.token)
    newcomer.fill("Webhook secret", WEBHOOK_SECRET)
    newcomer.fill("Address for development", stage.platform.base_url)
    newcomer.click("Try and keep")
    newcomer.wait_to_see("The account works and is kept")
    with stage.container.store.read() as unit:
        [account] = unit.connections.accounts()
    newcomer.click(account.account_id)
    newcomer.wait_to_see(webhooks := f"{stage.url}/webhooks/andopen/{account.account_id}")
    stage.platform.control("webhooks/endpoints", url=webhooks, secret=WEBHOOK_SECRET)
    return account.account_id


def send_by_gift_sync(stage: PortalStage, newcomer: Person, gift_campaign: str) -> None:
    """Both members get theirs, and Salesforce says so."""
    newcomer.click("GiftSync")
    newcomer.click("Link a Campaign")
    newcomer.fill("Name contains", "Spri")
    newcomer.wait_to_see("Link Spring")
    newcomer.click("Link Spring")
    newcomer.fill("Gift campaign", gift_campaign)
    newcomer.fill("Value of one gift", "35.00")
    newcomer.click("Link")
    newcomer.wait_to_see("Daily at 06:00")
    newcomer.click("Run now")
    wait_until_over(newcomer)
    newcomer.wait_for(lambda: len(stage.platform.platform.gifts.matching({})) == 2)
    stage.platform.control("gifts/complete")
    delivered = "SELECT Id FROM Gift__c WHERE Order_Status__c = 'Delivered'"
    newcomer.wait_for(lambda: len(stage.side.query(delivered)) == 2)
