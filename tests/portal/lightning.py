"""Pages of the org in the person's browser: what they show of gifts, and what is pressed there."""

from dataclasses import dataclass

from selenium.webdriver.common.by import By

from tests.connector.crash.stand import OrgSide
from tests.portal.browser import Person
from tests.portal.stage import PortalStage

_TIMELINE = "a.subjectLink"
_ROWS = "article[aria-label='{}'] tbody tr"
_COMPONENT_IS_THERE = "return !document.querySelector('[data-component] .stage-waiting')"


def introduce(stage: PortalStage) -> None:
    """Tell the org where its connector lives, as `set_connector_url` does."""
    org_id = stage.side.local.org.org_id
    stage.side.create("Gifting_Settings__c", SetupOwnerId=org_id, Connector_URL__c=stage.url)


@dataclass(frozen=True)
class Lightning:
    """The org as whoever is at the browser sees it."""

    person: Person
    side: OrgSide

    def record(self, sobject: str, record_id: str) -> None:
        """A record's page, with its components."""
        self.person.go(f"{self.side.local.base_url}/lightning/r/{sobject}/{record_id}/view")

    def list_of(self, sobject: str) -> None:
        self.person.go(f"{self.side.local.base_url}/lightning/o/{sobject}/list")

    def wait_until_whole(self) -> None:
        """Until the page's components are there, and its actions with them."""
        self.person.wait_for(lambda: self.person.driver.execute_script(_COMPONENT_IS_THERE))

    @property
    def timeline(self) -> list[str]:
        """Subjects, in order."""
        return [entry.text for entry in self.person.driver.find_elements(By.CSS_SELECTOR, _TIMELINE)]

    def related(self, heading: str = "Gifts") -> list[list[str]]:
        """The texts of each row of a related list."""
        rows = self.person.driver.find_elements(By.CSS_SELECTOR, _ROWS.format(heading))
        return [[cell.text for cell in row.find_elements(By.CSS_SELECTOR, "th, td")] for row in rows]

    def to_the_new_window(self) -> None:
        """The one that a link has just opened; the others are closed."""
        driver = self.person.driver
        self.person.wait_for(lambda: len(driver.window_handles) > 1)
        *old, new = driver.window_handles
        for window in old:
            driver.switch_to.window(window)
            driver.close()
        driver.switch_to.window(new)
