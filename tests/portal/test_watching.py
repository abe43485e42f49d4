"""Integrations, gifting platforms and Diagnosis, in a browser."""

from collections.abc import Callable

import pytest

from tests.portal.browser import Person
from tests.portal.stage import ADMIN, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SitDown = Callable[[], Person]


def test_a_manager_adds_a_gifting_platform_and_reads_what_works(stage: PortalStage, person: SitDown) -> None:
    stage.connect_org()
    admin = person()
    admin.sign_in(ADMIN)

    admin.click("Integrations")
    admin.wait_to_see("No worker is running")
    wrong = {"integrations": admin.look("integrations")}
    admin.click("Open gifting platforms")
    admin.click("Add &Open")
    admin.fill("API token", "ao-v1-staging-wrong")
    admin.fill("Address for development", stage.platform.base_url)
    wrong["new platform"] = admin.look("platform-new")
    admin.click("Try and keep")
    admin.wait_to_see("Make a new API key")
    admin.fill("API token", stage.platform.token)
    admin.fill("Webhook secret", "a-webhook-secret-of-the-test")
    admin.click("Try and keep")
    admin.wait_to_see("The account works and is kept")
    wrong["platforms"] = admin.look("platforms")
    with stage.container.store.read() as unit:
        [account] = unit.connections.accounts()
    admin.click(account.account_id)
    admin.wait_to_see("Webhook address")
    wrong["platform"] = admin.look("platform")
    admin.click("Diagnosis")
    wrong["failures"] = admin.look("diagnosis")
    admin.click("Run the checks")
    admin.wait_to_see("1 check fails")
    wrong["diagnosis"] = admin.look("diagnosis-run")
    admin.go("/sessions")
    wrong["sessions"] = admin.look("sessions")
    admin.go("/integrations/salesforce/test")
    admin.wait_to_see("The connection works")
    wrong["test"] = admin.look("salesforce-test")

    assert account.org_id == stage.side.local.org.org_id
    assert stage.platform.token not in admin.driver.page_source
    assert {name: found for name, found in wrong.items() if found} == {}
