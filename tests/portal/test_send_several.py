"""Gifts for several people in a browser: a Campaign's members by status, and people selected in a list."""

from collections.abc import Callable

import pytest
from selenium.webdriver.common.by import By

from tests.connector.crash.stand import OrgSide
from tests.portal.browser import Person
from tests.portal.lightning import Lightning
from tests.portal.stage import REP, PortalStage
from tests.portal.test_send import ready, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SitDown = Callable[[], Person]
GUESTS = (("Nora", "Berg"), ("Amir", "Haddad"), ("Lucía", "Ortega"))


@pytest.fixture
def side(side_with_pages: OrgSide) -> OrgSide:
    """In place of the org without pages."""
    return side_with_pages


def mail(first: str, last: str) -> str:
    return f"{first}.{last}@example.com".lower().replace("í", "i")


def contact(stage: PortalStage, first: str, last: str, **fields: object) -> str:
    person = {"FirstName": first, "LastName": last, "Email": mail(first, last)}
    return stage.side.create("Contact", **{**person, **fields})


def campaign(stage: PortalStage) -> tuple[str, list[str], str]:
    """Its Id, and of those who responded and may get gifts three Contacts and a Lead."""
    campaign_id = stage.side.create("Campaign", Name="Autumn Roundtable", IsActive=True)
    people = [contact(stage, first, last) for first, last in GUESTS]
    lead = stage.side.create(
        "Lead",
        FirstName="Jonas",
        LastName="Keller",
        Company="Keller & Sons",
        Email="jonas.keller@example.com",
    )
    out = contact(stage, "Mei", "Tanaka", Gift_Opt_Out__c=True)
    for person in [*people, out]:
        stage.side.create("CampaignMember", CampaignId=campaign_id, ContactId=person, Status="Responded")
    stage.side.create("CampaignMember", CampaignId=campaign_id, LeadId=lead, Status="Responded")
    twice = contact(stage, "N.", "Berg", Email=mail(*GUESTS[0]))
    stage.side.create("CampaignMember", CampaignId=campaign_id, ContactId=twice, Status="Responded")
    later = contact(stage, "Oskar", "Lind")
    stage.side.create("CampaignMember", CampaignId=campaign_id, ContactId=later, Status="Sent")
    return campaign_id, people, lead


def choose(rep: Person) -> None:
    rep.fill("Gift campaign", "Welcome box")
    rep.fill("Value of each gift", "25.00")
    rep.fill("Message", "Thank you for joining us at the roundtable.")


def gifts(stage: PortalStage) -> list[dict[str, str]]:
    return stage.side.query("SELECT Id, Name, Contact__c, Lead__c, Campaign__c, Order_Status__c FROM Gift__c")


def test_the_members_of_a_campaign_by_status_get_gifts_that_are_followed_to_their_pages(
    stage: PortalStage, person: SitDown
) -> None:
    ready(stage)
    campaign_id, people, lead = campaign(stage)
    rep = person()
    page = Lightning(rep, stage.side)

    page.record("Campaign", campaign_id)
    rep.log_in(REP)
    rep.press("a[title='Send Gifts']")
    page.to_the_new_window()
    rep.wait_to_see("Send gifts to the members of Autumn Roundtable")
    rep.driver.find_element(By.XPATH, "//label[contains(.,'Responded (6)')]").click()
    choose(rep)
    wrong = {"form": rep.look("send-several-form")}
    rep.click("Review")
    rep.wait_to_see("Send 4 gifts?")
    assert rep.sees("Gets none: opted out of gifts")
    assert rep.sees("Gets none: duplicate")
    assert not rep.sees("Oskar Lind")
    wrong["dry run"] = rep.look("send-several-confirm")
    rep.click("A gift for each of them")
    rep.wait_to_see("Send 5 gifts?")
    wrong["each"] = rep.look("send-several-each")
    rep.click("Change")
    rep.click("Review")
    rep.wait_to_see("Send 4 gifts?")
    assert gifts(stage) == []
    rep.click("Send gifts")
    rep.wait_to_see("0 of 4")
    wrong["progress"] = rep.look("send-several-progress")
    stage.start_worker()
    # The page follows by itself.
    rep.wait_to_see("4 of 4")
    wrong["results"] = rep.look("send-several-results")
    assert rep.sees("opted out of gifts")

    sent = gifts(stage)
    assert {gift["Contact__c"] for gift in sent} == {*people, None}
    assert {gift["Campaign__c"] for gift in sent} == {campaign_id}
    stage.platform.control("gifts/complete")
    until(lambda: {gift["Order_Status__c"] for gift in gifts(stage)} == {"Delivered"})
    until(lambda: len(stage.side.query("SELECT Id FROM Task WHERE Gift_Event_Key__c != null")) == 12)
    [of_lead] = [gift["Name"] for gift in sent if gift["Lead__c"] == lead]
    page.record("Lead", lead)
    page.wait_until_whole()
    assert sorted(page.timeline) == ["Gift Claimed", "Gift Created", "Gift Delivered"]
    assert [row[0] for row in page.related()] == [of_lead]
    assert {"Submitted", "Delivered"} <= set(page.related()[0])
    wrong["lead"] = rep.look("send-several-lead-after")
    page.record("Campaign", campaign_id)
    assert sorted(row[0] for row in page.related()) == sorted(gift["Name"] for gift in sent)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_people_selected_in_a_list_get_a_gift_each_and_a_result_each(
    stage: PortalStage, person: SitDown
) -> None:
    ready(stage)
    stage.start_worker()
    chosen = [contact(stage, first, last) for first, last in GUESTS[:2]]
    contact(stage, *GUESTS[2])
    rep = person()
    page = Lightning(rep, stage.side)

    page.list_of("Contact")
    rep.log_in(REP)
    for first, last in GUESTS[:2]:
        rep.press(f"input[aria-label='Select {first} {last}']")
    rep.click("Send Gifts")
    rep.wait_to_see("the people selected (2)")
    # A path looks into the component, which a selector does not.
    rep.driver.find_element(By.XPATH, "//c-gift-selection//a").click()
    page.to_the_new_window()
    rep.wait_to_see("Send gifts to 2 people")
    choose(rep)
    rep.click("Review")
    rep.wait_to_see("Send 2 gifts?")
    rep.click("Send gifts")
    rep.wait_to_see("2 of 2")

    assert sorted(gift["Contact__c"] for gift in gifts(stage)) == sorted(chosen)
    for first, last in GUESTS[:2]:
        assert rep.sees(f"{first} {last}")
    assert rep.look("send-several-list-results") == {}
