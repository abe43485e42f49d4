"""An org that has the package, with the package on its pages as `patch_layouts` puts it there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from emulators.salesforce.app import create_app
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from packagecheck.files import package_of, read_files
from packagecheck.metadata_format import manifest, metadata_files, zipped
from tasks.package_parts import PageParts, parts_for
from tasks.page_patches import describes, put_on_layout, put_on_lists, put_on_page, search_layout_of
from tests.localorg.conftest import NOW

ROOT = Path(__file__).parents[3]
FORCE_APP = ROOT / "force-app"
BASE = "https://localhost"
ADMIN, REP = "admin@local.example", "rep@local.example"
# What a retrieve gives of an object that nobody changed anything of.
NO_SETTINGS = b'<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"/>'
CONNECTOR = "https://gifts.example.com"


@pytest.fixture(scope="session")
def org_with_package() -> Iterator[Org]:
    """Deployed once; tests take copies."""
    org = Org.create(clock=lambda: NOW)
    create_app(org)
    _deployed(org, metadata_files(package_of(read_files(FORCE_APP / "main")), "66.0"))
    for name in ("Contact", "Lead", "Campaign"):
        _patch(org, parts_for(name, FORCE_APP))
    yield org
    org.close()


def _patch(org: Org, parts: PageParts) -> None:
    pages: dict[str, bytes] = {}
    members = []
    for stored in Components(org).of_type("Layout"):
        if stored.full_name.startswith(f"{parts.sobject}-"):
            pages[stored.file_name] = put_on_layout(stored.content, parts)
            members.append(("Layout", stored.full_name))
    for stored in Components(org).of_type("FlexiPage"):
        if describes(stored.content, parts.sobject):
            pages[stored.file_name] = put_on_page(stored.content, parts)
            members.append(("FlexiPage", stored.full_name))
    stored = Components(org).find(Member("CustomObject", parts.sobject))
    if parts.list_buttons:
        lists = put_on_lists(search_layout_of(stored.content if stored else NO_SETTINGS), parts)
        pages[f"objects/{parts.sobject}.object"] = lists
        members.append(("CustomObject", parts.sobject))
    _deployed(org, {**pages, "package.xml": manifest(members, "66.0")})


def _deployed(org: Org, files: dict[str, bytes]) -> None:
    outcome = deploy(org, zipped(files), Options())
    assert not outcome.problems, outcome.problems


@pytest.fixture
def org(org_with_package: Org) -> Iterator[Org]:
    """In place of the empty org that other tests of the local org start from."""
    org = Org.copy_of(org_with_package, clock=lambda: NOW)
    yield org
    org.close()


@pytest.fixture
def connected(org: Org) -> str:
    """The org-wide address of the connector is set."""
    values = {"SetupOwnerId": org.org_id, "Connector_URL__c": CONNECTOR}
    return Dml(org, SYSTEM).insert("Gifting_Settings__c", values)


@pytest.fixture
def contact(org: Org) -> str:
    values = {"FirstName": "Ada", "LastName": "<Byron>", "Email": "a@b.example", "Title": "Countess"}
    return Dml(org, SYSTEM).insert("Contact", values)


@pytest.fixture
def grant(org: Org) -> Callable[[str, str], None]:
    """Assigns a permission set to a user."""

    def assign(username: str, permission_set: str) -> None:
        found = org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (permission_set,))
        user = org.user(username)
        assert found is not None
        assert user is not None
        values = {"AssigneeId": user.id, "PermissionSetId": found["Id"]}
        Dml(org, SYSTEM).insert("PermissionSetAssignment", values)

    return assign


@pytest.fixture
def browser_of(app: Flask, org: Org) -> Callable[[str], FlaskClient]:
    """A client whose cookie is a user's session."""

    def make(username: str) -> FlaskClient:
        client = app.test_client()
        user = org.user(username)
        assert user is not None
        token = app.extensions[EXTENSION].sessions.start(user.id)
        client.get("/secur/frontdoor.jsp", query_string={"sid": token}, base_url=BASE)
        return client

    return make


@pytest.fixture
def browser(browser_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return browser_of(ADMIN)
