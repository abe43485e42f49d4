"""Send a Gift in a browser: from the button on the record to the delivered gift on its timeline."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from connector.domain.budget import GiftBudget, Period
from connector.domain.money import Money
from tests.connector.crash.stand import OrgSide
from tests.portal.browser import Person
from tests.portal.keyboard import Keyboard
from tests.portal.lightning import Lightning, introduce
from tests.portal.stage import ADMIN, REP, PortalStage, user_id

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SitDown = Callable[[], Person]
ADA = {"FirstName": "Ada", "LastName": "Lindqvist", "Email": "ada.lindqvist@example.com"}


@pytest.fixture
def side(side_with_pages: OrgSide) -> OrgSide:
    """In place of the org without pages."""
    return side_with_pages


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What is found at last."""
    give_up = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.1)
    return value


def ready(stage: PortalStage) -> str:
    """Org and platform are connected with each other, and there is something to choose; the org's Id."""
    org_id = stage.connect_org()
    stage.connect_platform()
    stage.platform.control("campaigns", name="Welcome box")
    introduce(stage)
    budget = GiftBudget(org_id=org_id, limit=Money(250_000, "USD"), period=Period.MONTH)
    stage.container.set_terms.budget(budget, ADMIN)
    return org_id


def address_of(org_id: str, record_id: str, sobject: str = "Contact") -> str:
    """What the button opens."""
    return f"/send?org={org_id[:15]}&object={sobject}&record={record_id[:15]}"


def fill_in(rep: Person) -> None:
    rep.wait_to_see("Nothing is sent before you have looked it over")
    rep.fill("Gift campaign", "Welcome box")
    rep.fill("Gift value", "25.00")


def calls_used(stage: PortalStage) -> int:
    return int(stage.side.control("GET", "api-usage")["used"])


def test_from_the_button_to_the_delivered_gift_by_keyboard_alone(stage: PortalStage, person: SitDown) -> None:
    ready(stage)
    stage.start_worker()
    record_id = stage.side.create("Contact", **ADA)
    rep = person()
    page, keys = Lightning(rep, stage.side), Keyboard(rep)

    page.record("Contact", record_id)
    rep.log_in(REP)
    page.wait_until_whole()
    keys.tab_to("Send a Gift")
    keys.enter()
    rep.wait_to_see("Choose a gift for Ada Lindqvist")
    keys.tab_to("Send a Gift")
    keys.enter()
    page.to_the_new_window()
    # Who is logged in to Salesforce is asked for nothing more.
    rep.wait_to_see("Send a gift to Ada Lindqvist")
    wrong = {"form": rep.look("send-form")}
    keys.fill("Gift campaign", "Welcome")
    keys.fill("Gift value", "25.00")
    keys.fill("Message", "Thank you for your trust, Ada. Enjoy!")
    keys.tab_to("Review")
    keys.enter()
    rep.wait_to_see("This is exactly what will happen.")
    wrong["confirm"] = rep.look("send-confirm")
    keys.tab_to("Send gift")
    keys.enter()
    rep.wait_to_see("The gift is on its way")
    rep.wait_to_see("Open the Gift record")
    wrong["gift"] = rep.look("send-gift")

    [gift] = stage.side.query("SELECT Id, Name, Contact__c, Sender__c FROM Gift__c")
    assert (gift["Contact__c"], gift["Sender__c"]) == (record_id, user_id(stage.side, REP))
    keys.tab_to("Back to the Contact")
    keys.enter()
    rep.wait_for(lambda: page.timeline)
    assert page.timeline == ["Gift Created"]
    assert page.related()[0][0] == gift["Name"]
    assert {"Sent", "Pending"} <= set(page.related()[0])

    stage.platform.control("gifts/complete")
    delivered = "SELECT Id FROM Gift__c WHERE Order_Status__c = 'Delivered' AND Delivered_Date__c != null"
    until(lambda: stage.side.query(delivered))
    until(lambda: len(stage.side.query(f"SELECT Id FROM Task WHERE WhoId = '{record_id}'")) == 3)  # noqa: S608
    page.record("Contact", record_id)
    page.wait_until_whole()
    wrong["contact"] = rep.look("send-contact-after")
    assert sorted(page.timeline) == ["Gift Claimed", "Gift Created", "Gift Delivered"]
    assert {"Submitted", "Delivered"} <= set(page.related()[0])
    page.record("Gift__c", gift["Id"])
    page.wait_until_whole()
    assert sorted(page.timeline) == ["Gift Claimed", "Gift Created", "Gift Delivered"]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_double_click_the_back_button_and_a_reload_send_one_gift(
    stage: PortalStage, person: SitDown
) -> None:
    org_id = ready(stage)
    record_id = stage.side.create("Lead", Company="Analytical Engines", **ADA)
    rep = person()

    rep.go(address_of(org_id, record_id, "Lead"))
    rep.log_in(REP)
    fill_in(rep)
    rep.click("Review")
    rep.wait_to_see("This is exactly what will happen.")
    button = rep.driver.find_element(By.XPATH, "//button[normalize-space()='Send gift']")
    ActionChains(rep.driver).double_click(button).perform()
    rep.wait_to_see("Where it stands")
    # The browser does not keep the confirmation; asked to send the form again, it gets the gift.
    rep.driver.back()
    rep.driver.refresh()
    rep.wait_to_see("This form was sent already")
    rep.go(address_of(org_id, record_id, "Lead"))
    fill_in(rep)
    rep.click("Review")
    rep.wait_to_see("Send one more gift to this person")
    wrong = {"once more": rep.look("send-once-more")}
    rep.click("Send gift")
    rep.wait_to_see("Nothing was sent yet")
    rep.go(address_of(org_id, stage.side.create("Contact", **ADA)))
    fill_in(rep)
    rep.click("Review")
    rep.wait_to_see("to another Lead")
    wrong["went before"] = rep.look("send-went-before")

    with stage.container.store.read() as unit:
        assert len(unit.gifts.of_person(org_id, record_id, limit=9)) == 1
    assert {name: found for name, found in wrong.items() if found} == {}


def test_whoever_may_not_send_is_not_offered_it_and_not_let_in(stage: PortalStage, person: SitDown) -> None:
    org_id = ready(stage)
    record_id = stage.side.create("Contact", **ADA)
    of_gift_user = f"PermissionSet.Name = 'Gift_User' AND AssigneeId = '{user_id(stage.side, REP)}'"
    [held] = stage.side.query(f"SELECT Id FROM PermissionSetAssignment WHERE {of_gift_user}")  # noqa: S608
    stage.side.call_plain("DELETE", f"sobjects/PermissionSetAssignment/{held['Id']}")
    rep = person()

    Lightning(rep, stage.side).record("Contact", record_id)
    rep.log_in(REP)
    rep.wait_to_see("Ada Lindqvist")
    assert not rep.sees("Send a Gift")
    rep.go(address_of(org_id, record_id))
    rep.wait_to_see("permission set Gift User")

    assert rep.look("send-not-allowed") == {}


def test_every_dead_end_says_what_to_do_and_sends_nothing(stage: PortalStage, person: SitDown) -> None:
    org_id = ready(stage)
    here = stage.side.create("Contact", **ADA)
    deleted = stage.side.create("Contact", **ADA)
    stage.side.call_plain("DELETE", f"sobjects/Contact/{deleted}")
    no_email = stage.side.create("Contact", FirstName="Noor", LastName="Haddad")
    rep = person()

    rep.go(address_of(org_id, here))
    rep.log_in(REP)
    rep.wait_to_see("Send a gift to Ada Lindqvist")
    ends = {
        "send-gone": (address_of(org_id, deleted), "was deleted"),
        "send-unknown": (address_of(org_id, "003000000000999"), "Ask its owner to share it with you"),
        "send-no-id": (f"/send?org={org_id}&object=Contact&record=12345", "no record Id"),
        "send-other-object": (address_of(org_id, here, "Lead"), "is not the Id of a Lead"),
        "send-other-org": (address_of("00D000000000999", here), "Sign out here, and open the link again"),
        "send-no-email": (address_of(org_id, no_email), "Enter one at the Contact in Salesforce"),
    }
    wrong, calls = {}, {}
    for name, (address, words) in ends.items():
        before = calls_used(stage)
        rep.go(address)
        rep.wait_to_see(words)
        calls[name] = calls_used(stage) - before
        if found := rep.look(name):
            wrong[name] = found
    with stage.container.store.read() as unit:
        assert unit.gifts.of_person(org_id, here, limit=9) == []
    assert wrong == {}
    # By the org's own count.
    assert max(calls.values()) <= 3, calls


def test_a_platform_that_is_down_and_a_signed_out_rep_lose_nothing(
    stage: PortalStage, person: SitDown
) -> None:
    org_id = ready(stage)
    record_id = stage.side.create("Contact", **ADA)
    stage.platform.control("faults", status=503, path="/campaigns", count=20)
    rep = person()

    rep.go(address_of(org_id, record_id))
    rep.log_in(REP)
    rep.wait_to_see("Nothing was sent")
    wrong = {"down": rep.look("send-platform-down")}
    stage.platform.control("faults/clear")
    rep.go(address_of(org_id, record_id))
    fill_in(rep)
    # In another tab the rep signs out.
    rep.driver.delete_all_cookies()
    rep.click("Review")
    rep.wait_to_see("You are signed out")
    wrong["signed out"] = rep.look("send-signed-out")

    with stage.container.store.read() as unit:
        assert unit.gifts.of_person(org_id, record_id, limit=9) == []
    assert {name: found for name, found in wrong.items() if found} == {}
