"""What a browser shows of the org's pages, and pages that were changed."""

from collections.abc import Callable

from flask.testing import FlaskClient
from lxml import html

from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.registry import key_prefix_of
from emulators.salesforce.org import Org
from tests.localorg.lightning.conftest import BASE

Browser = Callable[[str], FlaskClient]
RIBBON = "//div[contains(@class,'slds-page-header')]//runtime_platform_actions-actions-ribbon//li"


def page(browser: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = browser.get(path, base_url=BASE)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def record(browser: FlaskClient, record_id: str, name: str = "Contact") -> html.HtmlElement:
    return page(browser, f"/lightning/r/{name}/{record_id}/view")


def texts(root: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in root.xpath(path)]


def change_component(org: Org, kind: str, name: str, change: Callable[[str], str]) -> None:
    """Put another text in a deployed component's place."""
    stored = Components(org).find(Member(kind, name))
    assert stored is not None
    changed = change(stored.content.decode())
    assert changed != stored.content.decode()
    prefix = key_prefix_of(kind)
    Components(org).store(Member(kind, name), stored.file_name, changed.encode(), {}, prefix)


def change_contact_page(org: Org, change: Callable[[str], str]) -> None:
    change_component(org, "FlexiPage", "Contact_Record_Page", change)
