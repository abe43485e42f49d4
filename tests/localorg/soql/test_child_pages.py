"""Children of one parent that do not fit on a page."""

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.operations import Operation, OperationKind
from emulators.salesforce.org import Org
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soql.execute import run_query

QUERY = "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account"
COUNT = 2050


@pytest.fixture
def crowd(org: Org) -> None:
    dml = Dml(org, SYSTEM)
    account_id = dml.insert("Account", {"Name": "Crowd"})
    people = [{"LastName": f"P{i:04d}", "AccountId": account_id} for i in range(COUNT)]
    dml.run([Operation(OperationKind.INSERT, "Contact", values) for values in people])


@pytest.mark.usefixtures("crowd")
def test_children_beyond_a_page_have_an_address(client: FlaskClient) -> None:
    answer = client.get("/services/data/v66.0/query", query_string={"q": QUERY}).get_json()

    children = answer["records"][0]["Contacts"]
    rest = client.get(children["nextRecordsUrl"]).get_json()
    assert (answer["done"], children["done"], children["totalSize"]) == (True, False, COUNT)
    assert (rest["done"], rest["totalSize"]) == (True, COUNT)
    names = [record["LastName"] for record in children["records"] + rest["records"]]
    assert names == [f"P{i:04d}" for i in range(COUNT)]


def test_children_of_children_come_whole(client: FlaskClient, org: Org) -> None:
    dml = Dml(org, SYSTEM)
    account_id = dml.insert("Account", {"Name": "Crowd"})
    contact_id = dml.insert("Contact", {"LastName": "Berg", "AccountId": account_id})
    tasks = [{"Subject": str(i), "WhoId": contact_id} for i in range(COUNT)]
    dml.run([Operation(OperationKind.INSERT, "Task", values) for values in tasks])
    query = "SELECT Id, (SELECT Id, (SELECT Subject FROM Tasks) FROM Contacts) FROM Account"

    answer = client.get("/services/data/v66.0/query", query_string={"q": query}).get_json()

    (contact,) = answer["records"][0]["Contacts"]["records"]
    assert (contact["Tasks"]["done"], len(contact["Tasks"]["records"])) == (True, COUNT)


@pytest.mark.usefixtures("crowd")
def test_children_come_whole_to_those_who_do_not_page(org: Org) -> None:
    admin = org.user("admin@local.example")
    assert admin is not None

    (account,) = run_query(org, Access(org, admin), QUERY).records

    assert account["Contacts"]["done"] is True
    assert len(account["Contacts"]["records"]) == COUNT
