"""Send a Gift in a browser: from the address that the button opens to the gift on the record's timeline."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.portal.browser import Person
from tests.portal.stage import REP, PortalStage, user_id

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SitDown = Callable[[], Person]


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What is found at last."""
    give_up = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.1)
    return value


def sendable(stage: PortalStage, **fields: str) -> tuple[str, str]:
    """A Contact of the rep's, and the address that the button opens."""
    org_id = stage.connect_org()
    stage.connect_platform()
    stage.platform.control("campaigns", name="Welcome box")
    person = {"FirstName": "Ada", "LastName": "Byron", "Email": "ada@example.com"}
    record_id = stage.side.create("Contact", **{**person, **fields})
    return record_id, f"/send?org={org_id[:15]}&object=Contact&record={record_id[:15]}"


def test_a_rep_sends_a_gift_by_keyboard_and_finds_it_in_salesforce(
    stage: PortalStage, person: SitDown
) -> None:
    record_id, address = sendable(stage)
    stage.start_worker()
    rep = person()

    rep.go(address)
    rep.log_in(REP)
    rep.wait_to_see("Send a gift to Ada Byron")
    wrong_with_form = rep.look("send-form")
    for label, keys in (
        ("Gift campaign", "Welcome"),
        ("Gift value", "25"),
        ("Currency", "EUR"),
        ("Message", "Thank you!"),
    ):
        rep.field(label).send_keys(keys)
    rep.field("Gift value").send_keys(Keys.ENTER)
    rep.wait_to_see("This is exactly what will happen.")
    wrong_with_confirmation = rep.look("send-confirm")
    for _ in range(40):
        rep.driver.switch_to.active_element.send_keys(Keys.TAB)
        if rep.driver.switch_to.active_element.text == "Send gift":
            break
    rep.driver.switch_to.active_element.send_keys(Keys.ENTER)
    rep.wait_to_see("The gift is on its way")
    rep.wait_to_see("Open the Gift record")
    wrong_with_gift = rep.look("send-gift")

    [gift] = stage.side.query("SELECT Contact__c, Send_Status__c, Order_Status__c, Sender__c FROM Gift__c")
    assert (gift["Contact__c"], gift["Sender__c"]) == (record_id, user_id(stage.side, REP))
    assert (gift["Send_Status__c"], gift["Order_Status__c"]) == ("Sent", "Pending")
    tasks = until(lambda: stage.side.query(f"SELECT Subject FROM Task WHERE WhoId = '{record_id}'"))  # noqa: S608
    assert [task["Subject"] for task in tasks] == ["Gift Created"]
    assert (wrong_with_form, wrong_with_confirmation, wrong_with_gift) == ({}, {}, {})


def test_a_contact_that_is_gone_gets_no_gift(stage: PortalStage, person: SitDown) -> None:
    record_id, address = sendable(stage)
    stage.side.call_plain("DELETE", f"sobjects/Contact/{record_id}")
    rep = person()

    rep.go(address)
    rep.log_in(REP)
    rep.wait_to_see("was deleted")

    assert rep.look("send-gone") == {}
    assert stage.side.query("SELECT Id FROM Gift__c") == []
