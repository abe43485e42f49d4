"""Cases, and the records that keep an account from being deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org

Refusal = Callable[[Callable[[], object]], SalesforceError]


def case_row(org: Org, record_id: str) -> dict[str, Any]:
    return dict(org.db.all('SELECT * FROM "Case" WHERE "Id" = ?', (record_id,))[0])


def test_cases_are_numbered_and_open(org: Org, dml: Dml) -> None:
    rows = [case_row(org, dml.insert("Case", {})) for _ in range(2)]

    assert [row["CaseNumber"] for row in rows] == ["00000001", "00000002"]
    assert [(row["Status"], row["Priority"], row["IsClosed"]) for row in rows] == [("New", "Medium", 0)] * 2


def test_a_case_is_closed_by_its_status_and_reopened(org: Org, dml: Dml) -> None:
    case = dml.insert("Case", {"Status": "Closed"})
    closed = case_row(org, case)

    dml.update("Case", case, {"Status": "Working"})

    reopened = case_row(org, case)
    assert (closed["IsClosed"], closed["ClosedDate"]) == (1, dml.now)
    assert (reopened["IsClosed"], reopened["ClosedDate"]) == (0, None)


def test_a_case_shows_how_its_contact_is_reached(org: Org, dml: Dml) -> None:
    account = dml.insert("Account", {"Name": "Acme"})
    contact = dml.insert("Contact", {"LastName": "Berg", "AccountId": account, "Email": "Berg@Example.com"})

    row = case_row(org, dml.insert("Case", {"ContactId": contact}))

    assert (row["ContactEmail"], row["AccountId"]) == ("berg@example.com", account)


@pytest.mark.parametrize(
    ("child", "values"), [("Case", {"Subject": "Late"}), ("Entitlement", {"Name": "Phone Support"})]
)
def test_an_account_with_cases_or_entitlements_stays(
    org: Org, dml: Dml, refusal: Refusal, child: str, values: dict[str, Any]
) -> None:
    account = dml.insert("Account", {"Name": "Acme"})
    dml.insert(child, {"AccountId": account, **values})

    error = refusal(lambda: dml.delete("Account", account))

    assert error.code == "DELETE_FAILED"
    assert org.db.one('SELECT 1 FROM "Account" WHERE "Id" = ? AND "IsDeleted" = 0', (account,))
