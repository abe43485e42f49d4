"""GiftSync by clicking: link a Campaign, try it, run it, look at what became of whom, pause it, forget it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.domain.schedule import Cadence, SyncSchedule
from tests.portal.browser import Person
from tests.portal.stage import ADMIN, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SitDown = Callable[[], Person]


def spring(stage: PortalStage) -> str:
    """A Campaign with two people who may get a gift and one who may not."""
    campaign_id = stage.side.create("Campaign", Name="Spring", IsActive=True)
    for first, last, email in (
        ("Amelia", "Clarke", "amelia.clarke@example.com"),
        ("Jonas", "Weber", "jonas.weber@example.com"),
        ("Nora", "Jansen", None),
    ):
        contact = stage.side.create("Contact", FirstName=first, LastName=last, Email=email)
        stage.side.create("CampaignMember", CampaignId=campaign_id, ContactId=contact)
    lead = stage.side.create(
        "Lead", FirstName="A.", LastName="Clarke", Company="Northwind", Email="Amelia.Clarke@example.com"
    )
    stage.side.create("CampaignMember", CampaignId=campaign_id, LeadId=lead)
    return campaign_id


def an_hourly_turn_comes(stage: PortalStage) -> None:
    """The one link becomes hourly, and its last turn lies two hours back."""
    with stage.container.store.write() as unit:
        [link] = unit.links.all()
        back = stage.container.clock() - timedelta(hours=2)
        unit.schedules.save(SyncSchedule(link_id=link.link_id, cadence=Cadence.HOURLY, counted_until=back))


def wait_until_over(person: Person) -> None:
    """Until the page of a run has asked for the last time, and was loaded anew."""
    done = "return !document.querySelector('#progress[hx-get]') && document.readyState === 'complete'"
    person.wait_to_see("How it stands")
    person.wait_for(lambda: person.driver.execute_script(done))


def sees_anew(person: Person, words: str) -> bool:
    person.driver.refresh()
    return person.sees(words)


def test_a_manager_links_a_campaign_tries_it_and_runs_it(stage: PortalStage, person: SitDown) -> None:
    stage.connect_org()
    stage.connect_platform()
    spring(stage)
    stage.start_worker()
    admin = person()
    wrong: dict[str, object] = {}

    admin.sign_in(ADMIN)
    admin.go("/sync/")
    admin.click("Link a Campaign")
    admin.fill("Name contains", "Spri")
    admin.wait_to_see("Link Spring")
    admin.click("Link Spring")
    wrong["form"] = admin.look("sync-form")
    admin.fill("Gift campaign", "Thank you (main)")
    admin.fill("Value of one gift", "35.00")
    admin.click("Link")
    admin.wait_to_see("Daily at 06:00")
    wrong["link"] = admin.look("sync-link")
    admin.click("Dry run")
    wait_until_over(admin)
    admin.wait_to_see("70.00 EUR")
    admin.click("no e-mail address (1)")
    admin.wait_to_see("Nora Jansen")
    admin.click("duplicate: another member has the same e-mail address (1)")
    admin.wait_to_see("(Amelia Clarke)")
    wrong["dry run"] = admin.look("sync-dry-run")
    admin.click("To the link")
    admin.click("Run now")
    wait_until_over(admin)
    admin.wait_to_see("sent")
    wrong["run"] = admin.look("sync-run")
    admin.click("To the link")
    admin.click("Pause")
    admin.wait_to_see("GiftSync of this Campaign is paused.")
    paused = stage.side.query("SELECT Gift_Sync_Enabled__c FROM Campaign WHERE Name = 'Spring'")
    admin.click("Resume")
    admin.wait_to_see("goes on")
    an_hourly_turn_comes(stage)
    admin.wait_for(lambda: sees_anew(admin, "its schedule"))
    admin.go("/sync/")
    wrong["index"] = admin.look("sync-index")
    admin.go("/sync/campaigns")
    wrong["campaigns"] = admin.look("sync-campaigns")

    assert wrong == {page: {} for page in wrong}
    assert [campaign["Gift_Sync_Enabled__c"] for campaign in paused] == [False]


def test_while_salesforce_is_away_a_link_is_filled_in_and_made_once_it_is_back(
    stage: PortalStage, person: SitDown
) -> None:
    stage.connect_org()
    stage.connect_platform()
    campaign_id = spring(stage)
    admin = person()
    admin.sign_in(ADMIN)
    wrong: dict[str, object] = {}

    with stage.salesforce_away():
        admin.go("/sync/campaigns")
        admin.wait_to_see("Salesforce did not show its Campaigns.")
        wrong["campaigns"] = admin.look("sync-campaigns-away")
        admin.go(f"/sync/new?campaign={campaign_id}")
        admin.wait_to_see(f"Campaign {campaign_id}")
        wrong["form"] = admin.look("sync-new-away")
        admin.fill("Gift campaign", "Thank you (main)")
        admin.fill("Value of one gift", "35.00")
        admin.click("Link")
        admin.wait_to_see("Nothing was changed.")
        wrong["refused"] = admin.look("sync-new-refused")
        kept = admin.field("Value of one gift").get_attribute("value")
    with stage.container.store.read() as unit:
        linked = unit.links.all()
    admin.click("Link")
    admin.wait_to_see("Daily at 06:00")

    assert (kept, linked) == ("35.00", [])
    assert admin.sees("Spring")
    assert wrong == {page: {} for page in wrong}
