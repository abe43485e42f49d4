"""Page objects of the connector's own pages, which open in a window beside Salesforce's.

In a suite:

    Current Page Should Be    Send    Gift
    Fill In    ${gift_campaign_id}    25.00    USD
"""

from cumulusci.robotframework.pageobjects import BasePage, pageobject

# Signing in leads over Salesforce's pages and back.
OPENS_SECONDS = 60
ANSWERS_SECONDS = 30


@pageobject("Send", "Gift")
class SendPage(BasePage):
    """A gift for one person: the form, its confirmation, and the gift that was sent."""

    def _is_current_page(self):
        self.selenium.wait_until_page_contains("Send a gift to", OPENS_SECONDS)

    def fill_in(self, gift_campaign_id, value, currency, message="Thank you."):
        """Everything that the form asks for."""
        self.selenium.click_element(f"gifting:send.gift_campaign:{gift_campaign_id}")
        for label, text in (("Gift value", value), ("Currency", currency), ("Message", message)):
            self.selenium.input_text(f"gifting:send.field:{label}", text)

    def look_it_over(self):
        """On to what exactly will happen."""
        self.selenium.click_element("gifting:send.button:Review")
        self.selenium.wait_until_page_contains("This is exactly what will happen.", ANSWERS_SECONDS)

    def send_it(self):
        """Press Send gift once."""
        self.selenium.click_element("gifting:send.button:Send gift")

    def send_it_with_a_double_click(self):
        """Press Send gift twice, as people do who are used to it."""
        self.selenium.double_click_element("gifting:send.button:Send gift")

    def gift_should_be_on_its_way(self):
        """The gift's page is there and says so."""
        self.selenium.wait_until_page_contains("The gift is on its way", ANSWERS_SECONDS)

    def gift_should_have_been_sent_before(self):
        """The gift's page is there and says that nothing was sent a second time."""
        self.selenium.wait_until_page_contains("This form was sent already", ANSWERS_SECONDS)

    def nothing_should_be_sent_without_a_word(self):
        """Another gift was asked for moments ago: the page asks whether one more is meant."""
        self.selenium.wait_until_page_contains("Nothing was sent yet", ANSWERS_SECONDS)
