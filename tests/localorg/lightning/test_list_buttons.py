"""Buttons over a list view, and the flow that they start."""

import json
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import ADMIN, BASE, CONNECTOR
from tests.localorg.lightning.shown import change_component, page

FLOW = "Send_Gifts_to_Selected"
SETTING = "{!$Setup.Gifting_Settings__c.Connector_URL__c}"
ADMIN_IN_URL = quote(ADMIN, safe="")


def test_a_list_offers_its_button_and_lets_people_be_selected(browser: FlaskClient, contact: str) -> None:
    shown = page(browser, "/lightning/o/Contact/list")

    button = shown.xpath("//div[contains(@class,'slds-page-header')]//button[@name='Send_Gifts']")[0]
    assert button.text_content().strip() == "Send Gifts"
    assert (button.get("formaction"), button.get("formmethod")) == (f"/flow/{FLOW}", "post")
    assert shown.xpath("//tbody//input[@name='ids']/@value") == [contact]
    assert shown.xpath("//tbody//input/@aria-label") == ["Select Ada <Byron>"]


def opening(org: Org, url: str) -> None:
    """Let the button over the list open something else."""
    change_component(
        org, "WebLink", "Contact.Send_Gifts", lambda text: text.replace(f"/flow/{FLOW}", escape(url))
    )


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (SETTING + "/send?object=Contact", "/send?object=Contact"),
        (SETTING + "/a&b?who={!$User.Username}", f"/a&b?who={ADMIN_IN_URL}"),
        (SETTING + "/x?id={!Contact.Id}", "/x?id="),
    ],
)
def test_a_buttons_address_is_merged_and_keeps_its_query(
    browser: FlaskClient, org: Org, connected: str, url: str, address: str
) -> None:
    del connected
    opening(org, url)

    shown = page(browser, "/lightning/o/Contact/list")

    assert shown.xpath("//a[@title='Send Gifts']/@href") == [CONNECTOR + address]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//elsewhere.example/send", "{!$Setup.Nothing__c.Url__c}", "send"]
)
def test_a_button_that_leads_nowhere_is_not_offered(browser: FlaskClient, org: Org, url: str) -> None:
    opening(org, url)

    shown = page(browser, "/lightning/o/Contact/list")

    assert shown.xpath("//*[normalize-space(.)='Send Gifts']") == []


def test_a_flow_is_started_with_the_selection_and_its_own_parameters(browser: FlaskClient, org: Org) -> None:
    opening(org, f"/flow/{FLOW}?retURL=/home")
    button = page(browser, "/lightning/o/Contact/list").xpath("//button[@name='Send_Gifts']")[0]
    form = {"ids": ["003A", "003B"], "Send_Gifts": ""}

    answer = browser.post(button.get("formaction"), data=form, base_url=BASE)

    assert answer.status_code == 303
    assert answer.location == f"/lightning/flow/{FLOW}?retURL=/home&ids=003A&ids=003B"


def test_a_list_without_buttons_has_nothing_to_select(browser: FlaskClient) -> None:
    shown = page(browser, "/lightning/o/Campaign/list")

    assert shown.xpath("//input[@name='ids'] | //button") == []


def test_a_button_that_was_taken_off_the_lists_is_not_offered(
    browser: FlaskClient, org: Org, contact: str
) -> None:
    del contact
    member = Member("CustomObject", "Contact")
    stored = Components(org).find(member)
    assert stored is not None
    emptied = stored.content.replace(b"Send_Gifts", b"Something_Else")
    Components(org).store(member, stored.file_name, emptied, {}, "01I")

    assert page(browser, "/lightning/o/Contact/list").xpath("//button") == []


def test_the_flow_gets_the_selected_ids_and_the_connectors_page(
    browser: FlaskClient, org: Org, contact: str, connected: str
) -> None:
    del connected
    other = Dml(org, SYSTEM).insert("Contact", {"LastName": "Hopper"})
    query = urlencode({"ids": [contact, other]}, doseq=True)
    short = browser.get(f"/flow/{FLOW}?{query}", base_url=BASE)

    shown = page(browser, short.location)

    place = shown.xpath("//*[@data-component='giftSelection']")[0]
    assert short.location == f"/lightning/flow/{FLOW}?{query}"
    assert shown.xpath("//h1")[0].text_content() == "Send Gifts"
    assert json.loads(place.get("data-properties")) == {
        "recordIds": [contact, other],
        "sendPage": f"{CONNECTOR}/send?org={org.org_id[:15]}",
    }


def test_without_a_selection_the_component_gets_an_empty_list(browser: FlaskClient) -> None:
    place = page(browser, f"/lightning/flow/{FLOW}").xpath("//*[@data-component='giftSelection']")[0]

    assert json.loads(place.get("data-properties"))["recordIds"] == []


def test_what_is_no_input_cannot_be_given_from_outside(browser: FlaskClient, org: Org) -> None:
    change_component(
        org, "Flow", FLOW, lambda text: text.replace("<isInput>true</isInput>", "<isInput>false</isInput>")
    )

    place = page(browser, f"/lightning/flow/{FLOW}?ids=003").xpath("//*[@data-component='giftSelection']")[0]

    assert json.loads(place.get("data-properties"))["recordIds"] == []


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("<start>", "<loops><name>L</name></loops><start>", "which has loops"),
        ("</screens>", "</screens><screens><name>Two</name></screens>", "which has 2 screens"),
        ("ComponentInstance", "InputField", "Selection on the screen of a flow"),
        ("{!$Organization.Id}", "{!$Api.Session_ID}", "$Api"),
    ],
)
def test_a_flow_that_is_more_than_a_screen_is_named(
    browser: FlaskClient, org: Org, right: str, wrong: str, words: str
) -> None:
    change_component(org, "Flow", FLOW, lambda text: text.replace(right, wrong, 1))

    told = page(browser, f"/lightning/flow/{FLOW}", 501).text_content()

    assert "The local org does not support" in told
    assert words in told


def test_a_flow_that_is_not_active_has_no_page(browser: FlaskClient, org: Org) -> None:
    change_component(org, "Flow", FLOW, lambda text: text.replace("<status>Active", "<status>Draft"))

    page(browser, f"/lightning/flow/{FLOW}", 404)
    page(browser, "/lightning/flow/Nothing", 404)
    page(browser, "/lightning/flow/Send_Gift", 404)
