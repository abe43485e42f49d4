"""What a user may not see does not exist for queries."""

from collections.abc import Callable

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.security.access import Access
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soql.execute import QueryResult, run_query

INTEGRATION = "integration@local.example"


@pytest.fixture
def ask_as_integration(org: Org) -> Callable[[str], QueryResult]:
    """Queries of a user who sees accounts by name, contacts with their account, and nothing else."""
    dml = Dml(org, SYSTEM)
    user = org.user(INTEGRATION)
    assert user is not None
    permission_set = dml.insert("PermissionSet", {"Name": "Readers", "Label": "Readers"})
    for sobject in ("Account", "Contact"):
        dml.insert(
            "ObjectPermissions",
            {"ParentId": permission_set, "SobjectType": sobject, "PermissionsRead": True},
        )
    dml.insert(
        "FieldPermissions",
        {
            "ParentId": permission_set,
            "SobjectType": "Contact",
            "Field": "Contact.AccountId",
            "PermissionsRead": True,
        },
    )
    dml.insert("PermissionSetAssignment", {"PermissionSetId": permission_set, "AssigneeId": user.id})
    account = dml.insert("Account", {"Name": "Acme", "Industry": "Energy"})
    dml.insert("Contact", {"LastName": "Archer", "AccountId": account, "Title": "Boss"})
    return lambda text: run_query(org, Access(org, user), text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT LastName, Account.Name FROM Contact",
        "SELECT Name, (SELECT LastName FROM Contacts) FROM Account",
        "SELECT Id FROM Contact WHERE AccountId IN (SELECT Id FROM Account)",
        "SELECT Account.Name, COUNT(Id) FROM Contact GROUP BY Account.Name",
    ],
)
def test_what_is_granted_is_found(ask_as_integration: Callable[[str], QueryResult], text: str) -> None:
    assert ask_as_integration(text).total_size == 1


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("SELECT Title FROM Contact", "INVALID_FIELD", "No such column 'Title' on entity 'Contact'"),
        ("SELECT Id FROM Contact WHERE Title = 'Boss'", "INVALID_FIELD", "No such column 'Title'"),
        ("SELECT Id FROM Contact ORDER BY Title", "INVALID_FIELD", "No such column 'Title'"),
        ("SELECT COUNT(Title) FROM Contact", "INVALID_FIELD", "No such column 'Title'"),
        ("SELECT Account.Industry FROM Contact", "INVALID_FIELD", "No such column 'Industry' on entity"),
        ("SELECT ReportsTo.LastName FROM Contact", "INVALID_FIELD", "Didn't understand relationship"),
        ("SELECT Id FROM Lead", "INVALID_TYPE", "sObject type 'Lead' is not supported"),
        ("SELECT Id, (SELECT Id FROM Opportunities) FROM Account", "INVALID_TYPE", "Didn't understand"),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity)",
            "INVALID_TYPE",
            "sObject type",
        ),
    ],
)
def test_what_is_not_granted_is_unknown(
    ask_as_integration: Callable[[str], QueryResult], text: str, code: str, message: str
) -> None:
    with pytest.raises(SalesforceError, match=message) as caught:
        ask_as_integration(text)

    assert caught.value.code == code


def test_fields_all_leaves_out_what_is_not_granted(ask_as_integration: Callable[[str], QueryResult]) -> None:
    record = ask_as_integration("SELECT FIELDS(ALL) FROM Contact LIMIT 1").records[0]

    assert record["LastName"] == "Archer"
    assert "Title" not in record
