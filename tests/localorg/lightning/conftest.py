"""An org that has the package, with the package on its pages as `patch_layouts` puts it there."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from emulators.salesforce.app import create_app
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.conftest import NOW
from tests.localorg.lightning.on_pages import deploy_onto_pages

BASE = "https://localhost"
ADMIN, REP = "admin@local.example", "rep@local.example"
CONNECTOR = "https://gifts.example.com"


@pytest.fixture(scope="session")
def org_with_package() -> Iterator[Org]:
    """Deployed once; tests take copies."""
    org = Org.create(clock=lambda: NOW)
    create_app(org)
    deploy_onto_pages(org)
    yield org
    org.close()


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


@pytest.fixture
def gift(org: Org, contact: str) -> str:
    values = {"External_Id__c": "g-1", "Contact__c": contact, "Gift_Name__c": "Mugs", "Gift_Value__c": 35}
    return Dml(org, SYSTEM).insert("Gift__c", values)


@pytest.fixture
def gift_admin(browser_of: Callable[[str], FlaskClient], grant: Callable[[str, str], None]) -> FlaskClient:
    """The administrator, to whom gifting was given as well."""
    grant(ADMIN, "Gift_Admin")
    return browser_of(ADMIN)


@pytest.fixture
def rep(browser_of: Callable[[str], FlaskClient], grant: Callable[[str, str], None]) -> FlaskClient:
    """A representative who may read and write Contacts and sends gifts."""
    grant(REP, "Gift_Integration")
    grant(REP, "Gift_User")
    return browser_of(REP)


@pytest.fixture
def colleague(browser_of: Callable[[str], FlaskClient], grant: Callable[[str, str], None]) -> FlaskClient:
    """Somebody who sees Contacts and was not given Gift User."""
    grant(REP, "Gift_Integration")
    return browser_of(REP)
