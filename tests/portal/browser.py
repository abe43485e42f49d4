"""Headless Chromium, as a person would use it: sign in, look, and be told of what axe finds."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / ".local" / "portal"
AXE = ROOT / "node" / "harness" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"phone": 390, "desktop": 1280}
PATIENCE_SECONDS = 60
PAGE_SECONDS = 100  # the first Lightning page of a run waits for its components to be compiled
# The first layout after a change of size may still have the window's own width.
_LAYOUT_SECONDS = 3
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_QUIET = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # The local org's certificate is its own.
    "--ignore-certificate-errors",
    "--lang=en-US",
)


def chromium() -> str | None:
    """Where the browser is; None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


class Person:
    """Somebody at a browser."""

    def __init__(self, driver: webdriver.Chrome, home: str) -> None:
        """home: the connector's address."""
        self.driver = driver
        self.home = home

    def go(self, path: str) -> None:
        """Open a page of the connector, or any address."""
        self.driver.get(path if "://" in path else self.home + path)

    def sign_in(self, username: str, password: str = "local-org-1") -> None:
        """Through Salesforce's log-in page, from the connector's own."""
        self.go("/sign-in")
        self.click("Sign in with Salesforce")
        self.log_in(username, password)
        self.wait_for(lambda: self.driver.current_url.startswith(self.home))

    def log_in(self, username: str, password: str = "local-org-1") -> None:
        """On Salesforce's log-in page."""
        self.wait_for(lambda: self.driver.find_elements(By.NAME, "pw"))
        self.driver.find_element(By.NAME, "username").send_keys(username)
        self.driver.find_element(By.NAME, "pw").send_keys(password)
        self.driver.find_element(By.CSS_SELECTOR, "form button, form input[type=submit]").click()

    def click(self, words: str) -> None:
        """A link or button by its words. Its page may still be on its way afterwards: see wait_to_see."""
        path = f"//*[self::a or self::button or self::summary][normalize-space()='{words}']"
        self.wait_for(lambda: self.driver.find_elements(By.XPATH, path))
        self.driver.find_element(By.XPATH, path).click()

    def press(self, selector: str) -> None:
        """An element by its CSS selector, as soon as it is there."""
        self.wait_for(lambda: self.driver.find_elements(By.CSS_SELECTOR, selector))
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def fill(self, label: str, text: str) -> None:
        """A field by its label's words; a choice takes the option of that text."""
        element = self.field(label)
        if element.tag_name == "select":
            element.find_element(By.XPATH, f"./option[normalize-space()='{text}']").click()
            return
        element.clear()
        element.send_keys(text)

    def field(self, label: str) -> Any:
        """The input that a label belongs to; an asterisk before the words is passed over."""
        words = f"normalize-space(translate(., '*', ''))='{label}'"
        self.wait_for(lambda: self.driver.find_elements(By.XPATH, f"//label[{words}]"))
        found = self.driver.find_element(By.XPATH, f"//label[{words}]")
        return self.driver.find_element(By.ID, str(found.get_attribute("for")))

    def sees(self, words: str) -> bool:
        """Now; after a click, see wait_to_see first."""
        return words in self.text

    @property
    def text(self) -> str:
        return str(self.driver.find_element(By.TAG_NAME, "body").text)

    def wait_to_see(self, words: str) -> None:
        """Raises AssertionError with what is seen instead."""
        try:
            self.wait_for(lambda: self.sees(words))
        except Exception as error:
            raise AssertionError(f"{words!r} is not on {self.driver.current_url}:\n{self.text}") from error

    def wait_for(self, condition: Any) -> None:
        wait = WebDriverWait(self.driver, PATIENCE_SECONDS, poll_frequency=0.05)
        wait.until(lambda _: looked(condition))

    def look(self, name: str) -> dict[str, list[str]]:
        """Take pictures on a phone and at a desk (.local/portal/<name>-<where>.png); what is wrong with each.

        Wrong: axe's findings, and a page wider than the window.
        """
        PICTURES.mkdir(parents=True, exist_ok=True)
        found = {}
        for where, width in WIDTHS.items():
            self.driver.set_window_size(width, 900)
            self._set_width(width)
            height = max(900, int(self.driver.execute_script("return document.documentElement.scrollHeight")))
            self._set_width(width, height)
            self.driver.save_screenshot(str(PICTURES / f"{name}-{where}.png"))
            found[where] = [*self._axe(), *self._too_wide(width)]
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        return {where: findings for where, findings in found.items() if findings}

    def _set_width(self, width: int, height: int = 900) -> None:
        """Windows of desktop browsers have a least width; what they show has none."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.wait_for(lambda: self.driver.execute_script("return window.innerWidth") == width)

    def _axe(self) -> list[str]:
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        result = self.driver.execute_async_script(
            "const [rules, done] = arguments;"
            "axe.run(document, {runOnly: {type: 'tag', values: rules}})"
            ".then(done, (e) => done({error: String(e)}));",
            _RULES,
        )
        if "violations" not in result:
            raise AssertionError(f"axe did not run: {result}")
        return [f"{item['id']}: {node['html']}" for item in result["violations"] for node in item["nodes"]]

    def _too_wide(self, width: int) -> list[str]:
        measure = "return Math.ceil(document.documentElement.scrollWidth)"
        give_up = time.monotonic() + _LAYOUT_SECONDS
        wide = int(self.driver.execute_script(measure))
        while wide > width + 1 and time.monotonic() < give_up:
            wide = int(self.driver.execute_script(measure))
        # Of widths in fractions of a pixel the browser tells the next whole number.
        if wide <= width + 1:
            return []
        culprits = self.driver.execute_script(
            "return [...document.body.querySelectorAll('*')]"
            ".filter((e) => e.getBoundingClientRect().right > arguments[0])"
            ".map((e) => e.outerHTML.slice(0, 120))",
            width,
        )
        return [f"the page is {wide} pixels wide", *culprits[-3:]]


@contextmanager
def headless_chromium() -> Iterator[webdriver.Chrome]:
    """One browser. Whoever uses it for several people clears its cookies between them."""
    options = webdriver.ChromeOptions()
    options.binary_location = chromium() or ""
    for argument in _QUIET:
        options.add_argument(argument)
    if os.getuid() == 0:
        options.add_argument("--no-sandbox")
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_page_load_timeout(PAGE_SECONDS)
    try:
        yield driver
    finally:
        driver.quit()


def looked(condition: Any) -> Any:
    """What holds; nothing does on a page that is left while it is looked at."""
    try:
        return condition()
    except StaleElementReferenceException:
        return False
    except WebDriverException as error:
        # How Chromium tells it when the page goes between finding an element and reading it.
        if "does not belong to the document" in str(error.msg):
            return False
        raise
