"""Page objects of the pages that gifting adds something to.

In a suite:

    Library    cumulusci.robotframework.PageObjects    robot/Gifting/resources/GiftPages.py
    Go To Page    Detail    Contact    ${contact_id}
    Gift Should Be In Related List    G-000001
"""

from cumulusci.robotframework.locator_manager import register_locators
from cumulusci.robotframework.pageobjects import DetailPage, ListingPage, pageobject
from gifting_locators import GIFTING

register_locators("gifting", GIFTING)

GIFTS = "Gifts"
SEND = "Send a Gift"
SHOWS_SECONDS = 30


class GiftingPage(DetailPage):
    """A record's page with an action, a related list and a timeline."""

    action = SEND

    def action_should_be_offered(self, label=None):
        """The highlights panel has the action of this page, or another by its label."""
        self.selenium.wait_until_page_contains_element(f"gifting:action.any:{label or self.action}")

    def action_should_open(self, label=None):
        """The address that the action opens in a window of its own; returns it."""
        locator = f"gifting:action.any:{label or self.action}"
        self.selenium.wait_until_page_contains_element(locator)
        self.builtin.should_be_equal(self.selenium.get_element_attribute(locator, "target"), "_blank")
        return self.selenium.get_element_attribute(locator, "href")

    def press_action(self, label=None):
        """Press the action; what opens is waited for by whoever looks at it."""
        locator = f"gifting:action.any:{label or self.action}"
        self.selenium.wait_until_element_is_enabled(locator, SHOWS_SECONDS)
        self.salesforce.selenium.click_element(locator)

    def related_list_should_show(self, record, *cells, heading=GIFTS):
        """A related list has a row for a record, by its name, with these texts in its cells."""
        self.selenium.wait_until_page_contains_element(f"gifting:related_list.row:{heading},{record}")
        for cell in cells:
            self.selenium.page_should_contain_element(f"gifting:related_list.cell:{heading},{record},{cell}")

    def timeline_should_show_once(self, subject):
        """The activity timeline has exactly one entry of this subject."""
        locator = f"gifting:timeline.entry:{subject}"
        self.selenium.wait_until_page_contains_element(locator)
        self.selenium.page_should_contain_element(locator, limit=1)


@pageobject("Detail", "Contact")
class ContactPage(GiftingPage):
    """A Contact's page."""


@pageobject("Detail", "Lead")
class LeadPage(GiftingPage):
    """A Lead's page."""


@pageobject("Detail", "Campaign")
class CampaignPage(GiftingPage):
    """A Campaign's page."""

    action = "Send Gifts"


@pageobject("Detail", "Gift__c")
class GiftPage(GiftingPage):
    """A gift's page."""

    action = "Cancel Gift"


@pageobject("Listing", "Contact")
class ContactListing(ListingPage):
    """The list of Contacts, with its button for those that are selected."""
