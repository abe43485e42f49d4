"""A page that goes while it is looked at is looked at again; anything else that is wrong is told."""

import pytest
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException

from tests.portal.browser import looked


@pytest.mark.parametrize(
    "gone",
    [
        StaleElementReferenceException("stale element not found"),
        WebDriverException('unhandled inspector error: {"message":"Node does not belong to the document"}'),
    ],
)
def test_nothing_holds_on_a_page_that_is_left(gone: Exception) -> None:
    def look() -> bool:
        raise gone

    assert looked(look) is False


def test_a_browser_that_died_is_told() -> None:
    def look() -> bool:
        raise WebDriverException("session deleted because of page crash")

    with pytest.raises(WebDriverException, match="page crash"):
        looked(look)
