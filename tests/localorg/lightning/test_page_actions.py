"""Actions and buttons of the record page: who is offered which, in which order, and where each leads."""

from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import BASE, CONNECTOR
from tests.localorg.lightning.shown import RIBBON, change_contact_page, page, record, texts


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
    change_contact_page(org, lambda text: text.replace("<value>true</value>", "<value>false</value>"))

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
