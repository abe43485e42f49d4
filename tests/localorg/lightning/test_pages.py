"""The stage for browser tests: what it shows follows from layouts and rights."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import ADMIN, BASE, REP


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


def test_who_is_not_logged_in_is_sent_to_the_form_and_back(app: Flask, contact: str) -> None:
    path = f"/lightning/r/Contact/{contact}/view"

    answer = app.test_client().get(path, base_url=BASE)

    assert answer.status_code == 302
    assert f"startURL=%2Flightning%2Fr%2FContact%2F{contact}%2Fview" in answer.location


def test_a_record_is_shown_as_its_layout_says(browser: FlaskClient, contact: str) -> None:
    page = browser.get(f"/lightning/r/Contact/{contact}/view", base_url=BASE).text

    assert "Ada &lt;Byron&gt;" in page
    assert "a@b.example" in page
    assert "Contact Information" in page
    assert "It is not Salesforce Lightning" in page


def test_a_record_is_found_by_its_id_alone(browser: FlaskClient, contact: str) -> None:
    answer = browser.get(f"/lightning/r/{contact}/view", base_url=BASE)

    assert answer.location == f"/lightning/r/Contact/{contact}/view"


def test_the_dialog_makes_a_record_and_leads_to_it(browser: FlaskClient, org: Org) -> None:
    form = browser.get("/lightning/o/Contact/new", base_url=BASE).text
    entered = {"token": token_in(form), "FirstName": "Grace", "LastName": "Hopper", "HasOptedOutOfEmail": "1"}

    answer = browser.post("/lightning/o/Contact/new", data=entered, base_url=BASE)

    made = org.db.one('SELECT * FROM "Contact"')
    assert (made["Name"], made["HasOptedOutOfEmail"]) == ("Grace Hopper", 1)
    assert answer.location == f"/lightning/r/Contact/{made['Id']}/view"


def test_the_dialog_changes_a_record(browser: FlaskClient, org: Org, contact: str) -> None:
    path = f"/lightning/r/Contact/{contact}/edit"
    form = browser.get(path, base_url=BASE).text
    entered = {"token": token_in(form), "LastName": "Lovelace", "Email": ""}

    browser.post(path, data=entered, base_url=BASE)

    changed = org.db.one('SELECT * FROM "Contact"')
    assert (changed["LastName"], changed["Email"]) == ("Lovelace", None)


def selected(page: str, field: str) -> str:
    """The value that a select of the form stands at."""
    options = page.partition(f'name="{field}">')[2].partition("</select>")[0]
    found = re.search(r'value="([^"]*)" selected', options)
    return found.group(1) if found else ""


def test_the_dialog_keeps_a_value_that_is_offered_no_more_and_none(browser: FlaskClient, org: Org) -> None:
    dml = Dml(org, SYSTEM)
    old = dml.insert("Lead", {"LastName": "L", "Company": "C", "LeadSource": "Fair"})
    empty = dml.insert("Lead", {"LastName": "L", "Company": "C", "LeadSource": None})
    with org.transaction():
        org.db.execute('UPDATE "Lead" SET "Status" = NULL WHERE "Id" = ?', (empty,))

    pages = [browser.get(f"/lightning/r/Lead/{one}/edit", base_url=BASE).text for one in (old, empty)]
    fresh = browser.get("/lightning/o/Lead/new", base_url=BASE).text

    assert selected(pages[0], "LeadSource") == "Fair"
    assert [selected(page, "Status") for page in (pages[1], fresh)] == ["", "Open - Not Contacted"]


@pytest.mark.parametrize(
    "entered",
    [
        {"LastName": ""},
        {"LastName": "L", "Birthdate": "yesterday"},
        {"LastName": "L", "AccountId": "not an id here!"},
    ],
)
def test_what_the_org_refuses_is_told_in_the_dialog(
    browser: FlaskClient, org: Org, entered: dict[str, str]
) -> None:
    token = token_in(browser.get("/lightning/o/Contact/new", base_url=BASE).text)

    answer = browser.post("/lightning/o/Contact/new", data=entered | {"token": token}, base_url=BASE)

    assert 'class="errorsList"' in answer.text
    assert org.db.one('SELECT count(*) FROM "Contact"')[0] == 0


def test_a_form_of_another_site_is_refused(browser: FlaskClient, org: Org) -> None:
    browser.post("/lightning/o/Contact/new", data={"LastName": "Forged", "token": "x"}, base_url=BASE)

    assert org.db.one('SELECT count(*) FROM "Contact"')[0] == 0


@pytest.mark.parametrize(
    "path", ["o/Contact/list", "o/Nothing__c/list", "r/Contact/003000000000099AAA/view", "r/Contact/x/view"]
)
def test_what_a_user_may_not_see_is_not_there(
    browser_of: Callable[[str], FlaskClient], contact: str, path: str
) -> None:
    del contact

    answer = browser_of(REP).get(f"/lightning/{path}", base_url=BASE)

    assert answer.status_code == 404
    assert "Page doesn&#39;t exist" in answer.text or "Page doesn't exist" in answer.text


def test_home_lists_what_the_user_can_open(browser_of: Callable[[str], FlaskClient]) -> None:
    seen = [browser_of(name).get("/lightning/page/home", base_url=BASE).text for name in (ADMIN, REP)]

    assert ["/lightning/o/Contact/list" in page for page in seen] == [True, False]
