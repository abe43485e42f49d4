"""From the setup link to a connected org, by clicking alone."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.by import By

from connector.domain.connections import ConnectionMode
from connector.domain.money import Money
from connector.services.gift_sync.link_campaign import WantedGift
from emulators.salesforce.oauth.clients import Client
from tests.portal.browser import Person
from tests.portal.stage import ACCOUNT, ADMIN, INTEGRATION, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SitDown = Callable[[], Person]


def app_of(stage: PortalStage, **settings: object) -> Client:
    """A client app with the settings that the page asks for."""
    wanted = {
        "callback_urls": [f"{stage.url}/oauth/callback"],
        "scopes": frozenset({"Api", "OpenID", "RefreshToken"}),
        "pkce_required": True,
        "approved_permission_sets": frozenset({"Gift_Integration", "Gift_User", "Gift_Admin"}),
    }
    return stage.side.local.register_client("Gifting", **(wanted | settings))


def by_setup_link(stage: PortalStage, person: SitDown) -> Person:
    operator = person()
    operator.go(f"/setup/{stage.container.portal_sessions.make_setup_link()}")
    operator.click("Begin")
    operator.click("Connect Salesforce")
    operator.wait_to_see("Choose how the connector signs in")
    return operator


def test_a_newcomer_connects_an_org_with_a_certificate_by_clicking_alone(
    stage: PortalStage, person: SitDown
) -> None:
    operator = by_setup_link(stage, person)
    wrong = {"choice": operator.look("connect")}

    operator.click("Connect with a certificate")
    operator.click("Make a certificate")
    operator.wait_to_see("A new certificate was made")
    wrong["certificate"] = operator.look("connect-certificate")
    app = app_of(stage, certificate=download(operator), secret_required=False)
    operator.fill("Org address", stage.side.local.base_url)
    operator.fill("Consumer key", app.consumer_key)
    operator.fill("Integration user", INTEGRATION)
    operator.click("Connect")
    operator.wait_to_see("The org is connected")
    wrong["connected"] = operator.look("salesforce")
    operator.click("Sign in with Salesforce")
    operator.log_in(ADMIN)
    operator.wait_to_see("Ada Admin")

    [org] = stage.orgs()
    assert (org.username, org.mode, org.scopes) == (
        INTEGRATION,
        ConnectionMode.JWT,
        ("api", "openid", "refresh_token"),
    )
    assert org.certificate_ends_at is not None
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_newcomer_connects_an_org_in_the_browser_by_clicking_alone(
    stage: PortalStage, person: SitDown
) -> None:
    app = app_of(stage, rotates=True)
    operator = by_setup_link(stage, person)
    choice = operator.driver.current_url
    # Salesforce knows this browser as the administrator's, and would agree in their name without a word.
    operator.go(f"{stage.side.local.base_url}/lightning/o/Contact/list")
    operator.log_in(ADMIN)
    operator.wait_to_see("Ada Admin")
    operator.go(choice)

    operator.click("Connect in the browser")
    operator.fill("Org address", stage.side.local.base_url)
    operator.fill("Consumer key", app.consumer_key)
    operator.fill("Consumer secret", app.consumer_secret)
    wrong = {"form": operator.look("connect-browser")}
    operator.click("Save and go on")
    wrong["go"] = operator.look("connect-go")
    operator.click("Continue to Salesforce")
    operator.log_in(INTEGRATION)
    operator.wait_to_see("The org is connected")
    wrong["connected"] = operator.look("salesforce-browser")

    [org] = stage.orgs()
    assert (org.username, org.mode) == (INTEGRATION, ConnectionMode.BROWSER)
    assert stage.container.open_org(org.org_id).identity().username == INTEGRATION
    assert app.consumer_secret not in operator.driver.page_source
    assert {name: found for name, found in wrong.items() if found} == {}


def test_what_salesforce_refuses_is_named_with_what_mends_it_and_nothing_is_kept(
    stage: PortalStage, person: SitDown
) -> None:
    operator = by_setup_link(stage, person)
    operator.click("Connect with a certificate")
    operator.click("Make a certificate")
    app = app_of(stage, certificate=stage.key_and_certificate[1])

    operator.fill("Org address", "https://example.com")
    operator.fill("Consumer key", app.consumer_key)
    operator.fill("Integration user", INTEGRATION)
    operator.click("Connect")
    operator.wait_to_see("not one that Salesforce uses")
    operator.fill("Org address", stage.side.local.base_url)
    operator.click("Connect")
    operator.wait_to_see("invalid assertion")
    wrong = operator.look("connect-refused")

    assert operator.sees("upload it")
    assert operator.field("Consumer key").get_attribute("value") == app.consumer_key
    assert stage.orgs() == []
    assert wrong == {}


def test_a_manager_disconnects_after_being_asked_and_what_is_held_can_still_be_canceled(
    stage: PortalStage, person: SitDown
) -> None:
    org_id = stage.connect_org()
    stage.container.plan_sync(
        stage.container.link_campaign(
            WantedGift(
                account_id=ACCOUNT, gift_campaign_id=stage.connect_platform(), value=Money(3500, "EUR")
            ),
            org_id=stage.side.local.org.org_id,
            campaign=stage.side.campaign(),
        ).link_id
    )
    admin = person()
    admin.sign_in(ADMIN)
    admin.go("/integrations/salesforce")

    admin.click("Disconnect")
    admin.wait_to_see("Disconnect this org?")
    admin.wait_to_see("gifts that were not sent yet wait")
    wrong = {"asked": admin.look("disconnect")}
    admin.click("Disconnect")
    admin.wait_to_see("The org is disconnected")
    wrong["disconnected"] = admin.look("disconnected")
    left = stage.orgs()
    operator = by_setup_link(stage, person)
    wrong["connect"] = operator.look("connect-while-held")
    operator.click("Look at the held gifts")
    operator.wait_to_see(f"Org {org_id}")
    wrong["held"] = operator.look("held")
    operator.click("Cancel the gifts")
    operator.wait_to_see("Tick this box first")
    wrong["unsure"] = operator.look("held-unsure")
    operator.driver.find_element(By.XPATH, "//label[contains(., 'canceled for good')]").click()
    operator.click("Cancel the gifts")
    operator.wait_to_see("They are never sent")
    wrong["none"] = operator.look("held-none")

    assert left == []
    assert stage.container.held_gifts() == {}
    assert {name: found for name, found in wrong.items() if found} == {}


def download(operator: Person) -> str:
    """The certificate, as the link gives it to this browser."""
    link = operator.driver.find_element(By.LINK_TEXT, "Download the certificate").get_attribute("href")
    text = operator.driver.execute_async_script(
        "const [url, done] = arguments; fetch(url).then((a) => a.text()).then(done, (e) => done(String(e)));",
        link,
    )
    return str(text)
