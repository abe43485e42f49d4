"""The record page: what it shows of the record, its lists and its activities, from what was deployed."""

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import ADMIN, BASE, REP
from tests.localorg.lightning.shown import Browser, page, record, texts


def test_the_highlights_show_the_compact_layout(browser: FlaskClient, gift: str) -> None:
    shown = record(browser, gift, "Gift__c")

    items = "//records-lwc-highlights-panel//records-highlights-details-item"
    labels = texts(shown, f"{items}//p[contains(@class,'slds-text-title')]")
    assert labels == ["Gift Name", "Send Status", "Order Status", "Contact", "Lead", "Gift Value"]
    assert texts(shown, f"{items}[.//*[text()='Gift Value']]//p[contains(@class,'fieldComponent')]") == [
        "$35.00"
    ]
    link = shown.xpath(f"{items}[.//*[.='Contact']]//a/@href")
    assert link[0].startswith("/lightning/r/Contact/")


def test_an_object_without_compact_layout_shows_what_the_system_chooses(
    browser: FlaskClient, contact: str
) -> None:
    labels = texts(record(browser, contact), "//records-highlights-details-item//p[1]")

    assert labels == ["Title", "Account Name", "Phone", "Email", "Contact Owner"]


def test_a_field_that_the_user_may_not_see_is_nowhere(colleague: FlaskClient, contact: str) -> None:
    labels = texts(record(colleague, contact), "//*[contains(@class,'test-id__field-label')]")

    assert "Email" in labels
    assert "Birthdate" not in labels


def test_related_lists_show_what_the_layout_names(browser: FlaskClient, contact: str, gift: str) -> None:
    shown = record(browser, contact)

    card = "//*[@data-component-id='force_relatedListContainer']//article[.//span[@title='Gifts']]"
    assert texts(shown, f"{card}//span[@title='Gifts']/following-sibling::span") == ["(1)"]
    assert texts(shown, f"{card}//thead//th")[:3] == ["Name", "Gift Name", "Send Status"]
    assert shown.xpath(f"{card}//tbody//a/@href")[0] == f"/lightning/r/Gift__c/{gift}/view"


def test_campaign_history_shows_the_campaign_and_the_members_status(
    browser: FlaskClient, org: Org, contact: str
) -> None:
    dml = Dml(org, SYSTEM)
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})

    row = texts(record(browser, contact), "//article[.//span[@title='Campaign History']]//tbody//td")

    assert row == ["Spring", "Sent"]


def test_a_related_list_of_an_object_that_the_user_may_not_see_is_not_there(
    org: Org, browser_of: Browser, contact: str, gift: str
) -> None:
    del gift
    dml = Dml(org, SYSTEM)
    user = org.user(REP)
    assert user is not None
    made = dml.insert("PermissionSet", {"Name": "Contacts_Only", "Label": "Contacts only"})
    dml.insert("ObjectPermissions", {"ParentId": made, "SobjectType": "Contact", "PermissionsRead": True})
    dml.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": made})

    titles = texts(record(browser_of(REP), contact), "//article//h2/span[@title]")

    assert titles == []


def test_a_related_list_by_a_look_up_that_the_user_may_not_see_is_not_there(
    org: Org, client_of: Browser, browser_of: Browser, contact: str, gift: str
) -> None:
    del gift
    dml = Dml(org, SYSTEM)
    user = org.user(REP)
    assert user is not None
    made = dml.insert("PermissionSet", {"Name": "No_Look_Up", "Label": "No look-up"})
    for name in ("Contact", "Gift__c"):
        dml.insert("ObjectPermissions", {"ParentId": made, "SobjectType": name, "PermissionsRead": True})
    dml.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": made})

    titles = texts(record(browser_of(REP), contact), "//article//h2/span[@title]")
    url = "/services/data/v66.0/sobjects/Contact/describe/layouts"
    described = client_of(REP).get(url).json["layouts"][0]["relatedLists"]

    assert "Gifts" not in titles
    assert "Gift__c" not in [each["sobject"] for each in described]


def test_the_timeline_shows_each_task_once_open_ones_first(
    browser: FlaskClient, org: Org, contact: str, gift: str
) -> None:
    dml = Dml(org, SYSTEM)
    for subject, day in (("Gift Created", "2026-03-02"), ("Gift Claimed", "2026-03-05")):
        done = {"Subject": subject, "ActivityDate": day, "Status": "Completed", "WhatId": gift}
        dml.insert("Task", {**done, "WhoId": contact})
    dml.insert("Task", {"Subject": "Call", "WhoId": contact, "ActivityDate": "2026-12-01"})

    person, about = record(browser, contact), record(browser, gift, "Gift__c")

    assert texts(person, "//a[contains(@class,'subjectLink')]") == ["Call", "Gift Claimed", "Gift Created"]
    assert texts(person, "//article[@aria-label='Activity']//h3") == [
        "Upcoming & Overdue",
        "March \u2022 2026",
    ]
    assert texts(person, "//span[contains(@class,'dueDate')]") == ["12/1/2026", "3/5/2026", "3/2/2026"]
    assert texts(about, "//a[contains(@class,'subjectLink')]") == ["Gift Claimed", "Gift Created"]


def test_the_gifts_own_page_is_the_one_of_its_app(browser: FlaskClient, gift: str) -> None:
    titles = texts(record(browser, gift, "Gift__c"), "//article//h2/span[@title]")

    assert titles == ["Gift Events"]


def test_a_deleted_record_has_no_page(browser: FlaskClient, org: Org, contact: str) -> None:
    Dml(org, SYSTEM).delete("Contact", contact)

    for path in ("view", "edit", "delete"):
        answer = browser.get(f"/lightning/r/Contact/{contact}/{path}", base_url=BASE)
        assert answer.status_code == 404


def test_a_list_view_shows_its_columns(browser: FlaskClient, gift: str) -> None:
    del gift

    shown = page(browser, "/lightning/o/Gift__c/list?filterName=All_Gifts")

    assert texts(shown, "//h1") == ["All Gifts"]
    assert texts(shown, "//thead//th")[:4] == ["Gift Number", "Contact", "Lead", "Gift Name"]
    assert texts(shown, "//tbody/tr/td")[0] == "Ada <Byron>"


@pytest.mark.parametrize("name", ["Nothing", "Stuck_Gifts"])
def test_a_list_view_that_cannot_be_shown_says_why(browser: FlaskClient, name: str) -> None:
    shown = page(browser, f"/lightning/o/Gift__c/list?filterName={name}")

    assert texts(shown, "//p[@role='alert']") != []


def test_nobody_else_s_session_is_needed_to_see_that_there_is_none(browser_of: Browser, contact: str) -> None:
    stranger = browser_of(ADMIN)
    stranger.get("/secur/logout.jsp", base_url=BASE)

    answer = stranger.get(f"/lightning/r/Contact/{contact}/view", base_url=BASE)

    assert answer.status_code == 302
    assert answer.location.startswith("/login")
