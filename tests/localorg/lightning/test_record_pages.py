"""The record page: who sees which actions, lists, activities and components, from what was deployed."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.registry import BY_NAME
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import ADMIN, BASE, CONNECTOR, REP

Browser = Callable[[str], FlaskClient]
Grant = Callable[[str, str], None]
RIBBON = "//div[contains(@class,'slds-page-header')]//runtime_platform_actions-actions-ribbon//li"


def page(browser: FlaskClient, path: str) -> html.HtmlElement:
    answer = browser.get(path, base_url=BASE)
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text)


def record(browser: FlaskClient, record_id: str, name: str = "Contact") -> html.HtmlElement:
    return page(browser, f"/lightning/r/{name}/{record_id}/view")


def texts(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in root.xpath(path)]


@pytest.fixture
def gift(org: Org, contact: str) -> str:
    values = {"External_Id__c": "g-1", "Contact__c": contact, "Gift_Name__c": "Mugs", "Gift_Value__c": 35}
    return Dml(org, SYSTEM).insert("Gift__c", values)


@pytest.fixture
def gift_admin(browser_of: Browser, grant: Grant) -> FlaskClient:
    """The administrator, to whom gifting was given as well."""
    grant(ADMIN, "Gift_Admin")
    return browser_of(ADMIN)


@pytest.fixture
def rep(browser_of: Browser, grant: Grant) -> FlaskClient:
    """A representative who may read and write Contacts and sends gifts."""
    grant(REP, "Gift_Integration")
    grant(REP, "Gift_User")
    return browser_of(REP)


@pytest.fixture
def colleague(browser_of: Browser, grant: Grant) -> FlaskClient:
    """Somebody who sees Contacts and was not given Gift User."""
    grant(REP, "Gift_Integration")
    return browser_of(REP)


def replace_page(org: Org, name: str, change: Callable[[str], str]) -> None:
    stored = Components(org).find(Member("FlexiPage", name))
    assert stored is not None
    changed = change(stored.content.decode())
    assert changed != stored.content.decode()
    info = BY_NAME["FlexiPage"]
    Components(org).store(Member("FlexiPage", name), stored.file_name, changed.encode(), {}, info.key_prefix)


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


def test_the_pages_actions_are_offered_in_its_order(gift_admin: FlaskClient, contact: str) -> None:
    actions = texts(record(gift_admin, contact), RIBBON)

    assert actions == ["Edit", "Delete", "Send a Gift"]


def test_the_quick_action_stands_for_the_button_of_its_name(gift_admin: FlaskClient, contact: str) -> None:
    button = record(gift_admin, contact).xpath(f"{RIBBON}/button")[0]

    assert (button.get("name"), button.get("data-action")) == ("Contact.Send_a_Gift", "sendGiftAction")


def test_whoever_may_not_send_gifts_is_offered_none(colleague: FlaskClient, contact: str) -> None:
    shown = record(colleague, contact)

    assert "Send a Gift" not in texts(shown, RIBBON)
    assert shown.xpath("//*[@data-component='giftPanel']") == []


def test_whoever_may_send_gifts_sees_button_and_panel(rep: FlaskClient, contact: str) -> None:
    shown = record(rep, contact)

    assert "Send a Gift" in texts(shown, RIBBON)
    assert len(shown.xpath("//*[@data-component='giftPanel']")) == 1


def test_taking_the_permission_set_away_takes_the_button_away(
    rep: FlaskClient, org: Org, contact: str
) -> None:
    assert "Send a Gift" in texts(record(rep, contact), RIBBON)
    assigned = org.db.all(
        'SELECT a."Id" FROM "PermissionSetAssignment" a '
        'JOIN "PermissionSet" p ON p."Id" = a."PermissionSetId" '
        """WHERE p."Name" = 'Gift_User'"""
    )

    for row in assigned:
        Dml(org, SYSTEM).delete("PermissionSetAssignment", row["Id"])

    assert "Send a Gift" not in texts(record(rep, contact), RIBBON)


def test_a_page_that_leaves_its_actions_to_the_layout_shows_the_layouts(
    colleague: FlaskClient, org: Org, contact: str
) -> None:
    replace_page(
        org, "Contact_Record_Page", lambda text: text.replace("<value>true</value>", "<value>false</value>")
    )

    assert "Send a Gift" in texts(record(colleague, contact), RIBBON)


def test_a_button_opens_the_connector_in_a_new_window(
    browser: FlaskClient, org: Org, gift: str, connected: str
) -> None:
    del connected

    link = record(browser, gift, "Gift__c").xpath(f"{RIBBON}/a[@data-name='Gift__c.Cancel_Gift']")[0]

    assert link.get("href") == f"{CONNECTOR}/gift?org={org.org_id[:15]}&key=g-1"
    assert link.get("target") == "_blank"


def test_a_campaigns_button_passes_the_campaign(browser: FlaskClient, org: Org, connected: str) -> None:
    del connected
    campaign = Dml(org, SYSTEM).insert("Campaign", {"Name": "Spring"})

    link = record(browser, campaign, "Campaign").xpath(f"{RIBBON}/a[@title='Send Gifts']/@href")

    assert link == [f"{CONNECTOR}/send?org={org.org_id[:15]}&object=Campaign&record={campaign[:15]}"]


def test_an_address_that_is_a_script_is_not_offered(browser: FlaskClient, org: Org, gift: str) -> None:
    values = {"SetupOwnerId": org.org_id, "Connector_URL__c": "javascript:alert(1)//"}
    Dml(org, SYSTEM).insert("Gifting_Settings__c", values)

    button = record(browser, gift, "Gift__c").xpath(f"{RIBBON}/button[@name='Gift__c.Cancel_Gift']")[0]

    assert button.get("disabled") is not None
    assert "is no address" in button.get("title")


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


@pytest.mark.parametrize(
    ("rule", "is_shown"),
    [
        (
            "<leftValue>{!Record.LastName}</leftValue><operator>CONTAINS</operator><rightValue>byr</rightValue>",
            True,
        ),
        (
            "<leftValue>{!Record.LastName}</leftValue><operator>EQUAL</operator><rightValue>X</rightValue>",
            False,
        ),
        ("<leftValue>{!Record.Email}</leftValue><operator>NE</operator><rightValue></rightValue>", True),
        (
            (
                "<leftValue>{!Record.Lifetime_Gifting_Cost__c}</leftValue><operator>GT</operator>"
                "<rightValue>5</rightValue>"
            ),
            False,
        ),
        (
            (
                "<leftValue>{!$User.Username}</leftValue><operator>EQUAL</operator>"
                "<rightValue>admin@local.example</rightValue>"
            ),
            True,
        ),
    ],
)
def test_rules_about_the_record_and_the_user_are_evaluated(
    browser: FlaskClient, org: Org, contact: str, rule: str, is_shown: bool
) -> None:
    replace_page(org, "Contact_Record_Page", lambda text: with_rule(text, f"<criteria>{rule}</criteria>"))

    places = record(browser, contact).xpath("//*[@data-component='giftPanel']")

    assert bool(places) is is_shown


@pytest.mark.parametrize(
    ("logic", "is_shown"),
    [("1 AND 2", False), ("1 OR 2", True), ("1 AND (2 OR NOT 2)", True), ("NOT 1", False)],
)
def test_filter_logic_combines_criteria(
    browser: FlaskClient, org: Org, contact: str, logic: str, is_shown: bool
) -> None:
    true, false = (
        f"<criteria><leftValue>{{!Record.FirstName}}</leftValue><operator>EQUAL</operator>"
        f"<rightValue>{value}</rightValue></criteria>"
        for value in ("Ada", "Bob")
    )
    rule = f"<booleanFilter>{logic}</booleanFilter>{true}{false}"
    replace_page(org, "Contact_Record_Page", lambda text: with_rule(text, rule))

    places = record(browser, contact).xpath("//*[@data-component='giftPanel']")

    assert bool(places) is is_shown


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "<criteria><leftValue>{!Record.Nothing__c}</leftValue><operator>EQUAL</operator></criteria>",
            "Nothing__c",
        ),
        (
            "<criteria><leftValue>{!$Client.FormFactor}</leftValue><operator>EQUAL</operator></criteria>",
            "$Client",
        ),
        ("<criteria><leftValue>{!Record.Name}</leftValue><operator>LIKES</operator></criteria>", "LIKES"),
        ("<criteria><leftValue>Contact</leftValue><operator>EQUAL</operator></criteria>", "Contact in a"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_named_in_the_components_place(
    browser: FlaskClient, org: Org, contact: str, rule: str, words: str
) -> None:
    replace_page(org, "Contact_Record_Page", lambda text: with_rule(text, rule))

    told = texts(record(browser, contact), "//p[@class='stage-waiting']")

    assert any("The local org does not support" in text and words in text for text in told)


def with_rule(text: str, rule: str) -> str:
    """The page with the panel's rule replaced."""
    panel = text.index("giftPanel")
    inside = re.compile(r"<visibilityRule>.*?</visibilityRule>", re.DOTALL)
    return text[:panel] + inside.sub(f"<visibilityRule>{rule}</visibilityRule>", text[panel:], count=1)


def test_a_component_of_the_platform_that_is_not_drawn_is_named(
    browser: FlaskClient, org: Org, contact: str
) -> None:
    replace_page(
        org, "Contact_Record_Page", lambda text: text.replace("force:detailPanel", "flexipage:richText")
    )

    assert "Not drawn on this stage: flexipage:richText" in texts(
        record(browser, contact), "//p[@class='stage-waiting']"
    )


def test_scripts_are_those_of_the_page_alone(gift_admin: FlaskClient, contact: str) -> None:
    answer = gift_admin.get(f"/lightning/r/Contact/{contact}/view", base_url=BASE)

    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce is not None
    assert f'<script nonce="{nonce[1]}">' in answer.text
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_without_the_compilers_packages_the_page_says_what_to_run(
    gift_admin: FlaskClient, contact: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "harness").mkdir()
    monkeypatch.setattr("emulators.salesforce.lightning.harness.HARNESS", tmp_path / "harness")

    shown = record(gift_admin, contact)

    assert any(
        "scripts/setup tests" in text for text in texts(shown, "//*[@data-component]//p[@role='alert']")
    )
    assert shown.xpath("//script") == []
    assert texts(shown, "//h1")[0].endswith("Ada <Byron>")


def test_deleting_asks_first(browser: FlaskClient, org: Org, contact: str) -> None:
    path = f"/lightning/r/Contact/{contact}/delete"
    dialog = page(browser, path)
    forged = browser.post(path, data={"token": "x"}, base_url=BASE)
    kept = org.db.one('SELECT "IsDeleted" FROM "Contact"')

    answer = browser.post(
        path, data={"token": dialog.xpath("//input[@name='token']/@value")[0]}, base_url=BASE
    )

    assert "Are you sure" in dialog.text_content()
    assert (forged.status_code, kept["IsDeleted"]) == (200, 0)
    assert answer.location == "/lightning/o/Contact/list"
    assert org.db.one('SELECT "IsDeleted" FROM "Contact"')["IsDeleted"] == 1


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
