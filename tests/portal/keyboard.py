"""A person who has no mouse."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.portal.browser import Person

_FOCUSED = """
let focused = document.activeElement;
while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
const named = focused.ariaLabel ?? focused.labels?.[0]?.innerText ?? focused.innerText ?? '';
return named.replace(/^\\s*\\*/, '').replace('(opens in a new window)', '').replace(/\\s+/g, ' ').trim();
"""
_STOPS_AT_MOST = 60


class Keyboard:
    """Keys go to whatever has the focus."""

    def __init__(self, person: Person) -> None:
        self._person = person

    @property
    def focused(self) -> str:
        """What a screen reader would call it."""
        return str(self._person.driver.execute_script(_FOCUSED))

    def tab_to(self, name: str) -> None:
        """Raises AssertionError with every stop on the way where none has this name."""
        stops = []
        for _ in range(_STOPS_AT_MOST):
            self._press(Keys.TAB)
            stops.append(self.focused)
            if stops[-1] == name:
                return
        raise AssertionError(f"No stop is called {name!r}: {list(dict.fromkeys(stops))}")

    def enter(self) -> None:
        self._press(Keys.ENTER)

    def type(self, text: str) -> None:
        self._press(text)

    def fill(self, name: str, text: str) -> None:
        """A field that is next on the way; of a list, the entry that begins so."""
        self.tab_to(name)
        self._press(text)

    def _press(self, keys: str) -> None:
        ActionChains(self._person.driver).send_keys(keys).perform()
