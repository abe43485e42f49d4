"""A stage and a person at a browser, for tests of the pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from emulators.gifting.testing import RunningPlatform, running_platform
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.connector.crash.stand import OrgSide
from tests.localorg.lightning.on_pages import deploy_onto_pages
from tests.portal.browser import AXE, Person, chromium, headless_chromium
from tests.portal.stage import PortalStage, prepare_org

_PREPARED = "portal"
_WITH_PAGES = "portal-with-pages"


@pytest.fixture(scope="session")
def prepared_org() -> Iterator[OrgSide]:
    with start_local_org() as local:
        side = prepare_org(local)
        local.save(_PREPARED)
        yield side


@pytest.fixture
def side(prepared_org: OrgSide) -> OrgSide:
    """The org as it was prepared."""
    return _as_it_was(prepared_org, _PREPARED)


@pytest.fixture(scope="session")
def org_with_pages(prepared_org: OrgSide) -> OrgSide:
    """With all of the package, and on the org's pages, for tests that begin at a record."""
    _as_it_was(prepared_org, _PREPARED)
    local: LocalOrg = prepared_org.local
    with local.org.lock:
        deploy_onto_pages(local.org)
    local.save(_WITH_PAGES)
    return prepared_org


@pytest.fixture
def side_with_pages(org_with_pages: OrgSide) -> OrgSide:
    """A module whose tests begin at a record takes it in place of `side`."""
    return _as_it_was(org_with_pages, _WITH_PAGES)


def _as_it_was(side: OrgSide, name: str) -> OrgSide:
    local: LocalOrg = side.local
    local.restore(name)
    side.log_in_again()
    return side


@pytest.fixture(scope="session")
def platform() -> Iterator[RunningPlatform]:
    with running_platform() as running:
        yield running


@pytest.fixture
def stage(side: OrgSide, platform: RunningPlatform, tmp_path: Path) -> Iterator[PortalStage]:
    """A new connector that serves and knows nobody yet."""
    platform.control("reset")
    with PortalStage(side, platform, tmp_path / "connector").serving() as running:
        yield running


@pytest.fixture(scope="session")
def driver() -> Iterator[webdriver.Chrome]:
    if chromium() is None:
        pytest.skip("No Chromium on this machine (Debian: apt-get install chromium chromium-driver).")
    if not AXE.exists():
        pytest.skip("axe is not installed: scripts/setup tests")
    with headless_chromium() as browser:
        yield browser


@pytest.fixture
def person(stage: PortalStage, driver: webdriver.Chrome) -> Callable[[], Person]:
    """Somebody new at the browser: nobody is signed in anywhere."""

    def sit_down() -> Person:
        driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        return Person(driver, stage.url)

    return sit_down
