"""A manager hands out and erases what is kept of a person, and the audit log tells of it."""

from collections.abc import Callable

import pytest

from connector.domain.money import Money
from connector.services.gift_sync.link_campaign import WantedGift
from tests.portal.browser import Person
from tests.portal.stage import ACCOUNT, ADMIN, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def test_a_person_is_found_and_erased_and_the_log_says_who_did_it(
    stage: PortalStage, person: Callable[[], Person]
) -> None:
    org_id = stage.connect_org()
    contact = stage.side.create(
        "Contact", FirstName="Amelia", LastName="Clarke", Email="amelia.clarke@example.com"
    )
    campaign = stage.side.create("Campaign", Name="Spring thank-you", IsActive=True)
    stage.side.create("CampaignMember", CampaignId=campaign, ContactId=contact)
    link = stage.container.link_campaign(
        WantedGift(account_id=ACCOUNT, gift_campaign_id=stage.connect_platform(), value=Money(2500, "EUR")),
        org_id=org_id,
        campaign=campaign,
    )
    stage.container.plan_sync(link.link_id)
    admin = person()
    admin.sign_in(ADMIN)

    admin.click("Privacy")
    admin.fill("E-mail address, or Id of a Contact or Lead", "amelia.clarke@example.com")
    admin.click("Find")
    admin.wait_to_see("Kept of this person")
    wrong_with_privacy = admin.look("privacy")
    admin.driver.find_element("css selector", "label[for=sure]").click()
    admin.click("Erase")
    admin.wait_to_see("Erased: 1 gift and ")
    admin.click("Audit log")
    admin.click("Verify")
    admin.wait_to_see("entries are sound")
    wrong_with_audit = admin.look("audit")

    assert admin.sees("person.erase")
    assert admin.sees(ADMIN)
    assert wrong_with_privacy == {}
    assert wrong_with_audit == {}
