"""Layouts and list views as REST describes them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

DATA = "/services/data/v66.0"
PARCELS = f"{DATA}/sobjects/Parcel__c"
FILTER = "<filters><field>{}</field><operation>{}</operation><value>{}</value></filters>"
SCOPE = "<filterScope>Everything</filterScope>"


@pytest.fixture
def deployed(package: Any, deploy_to: Callable[..., Any]) -> Callable[..., None]:
    """Deploys the package with something added to its list view."""

    def run(added: str = "") -> None:
        package.replace(SCOPE, SCOPE + added)
        assert deploy_to(package).succeeded

    return run


def parcels(org: Org, **codes: float) -> None:
    for code, amount in codes.items():
        Dml(org, SYSTEM).insert("Parcel__c", {"Code__c": code, "Amount__c": amount, "Status__c": "Packed"})


def test_a_deployed_layout_is_described_with_its_fields(
    client: FlaskClient, deployed: Callable[..., None]
) -> None:
    deployed()

    body = client.get(f"{PARCELS}/describe/layouts").json

    (layout,) = body["layouts"]
    (section,) = layout["detailLayoutSections"]
    component = section["layoutRows"][0]["layoutItems"][0]["layoutComponents"][0]
    assert (section["heading"], component["value"]) == ("Parcel", "Status__c")
    assert component["details"]["type"] == "picklist"
    assert layout["buttonLayoutSection"]["detailButtons"][0]["name"] == "Track"
    assert [m["layoutId"] for m in body["recordTypeMappings"]] == [layout["id"]]
    assert body["recordTypeSelectorRequired"] == [False]


def test_the_layout_of_a_record_type_is_found_by_its_id(client: FlaskClient) -> None:
    body = client.get(f"{DATA}/sobjects/Account/describe/layouts").json
    (mapping,) = body["recordTypeMappings"]

    one = client.get(mapping["urls"]["layout"])
    none = client.get(f"{DATA}/sobjects/Account/describe/layouts/012000000000001AAA")

    assert one.json == body["layouts"][0]
    assert none.status_code == 404


def test_only_users_have_a_named_layout(client: FlaskClient) -> None:
    named = client.get(f"{DATA}/sobjects/User/describe/namedLayouts/UserAlt")
    other = client.get(f"{DATA}/sobjects/Account/describe/namedLayouts/UserAlt")

    assert named.json["layouts"][0]["id"] is None
    assert other.status_code == 404


def test_an_assigned_compact_layout_is_the_default(
    client: FlaskClient, package: Any, deploy_to: Callable[..., Any]
) -> None:
    compact = (
        "<compactLayoutAssignment>Short</compactLayoutAssignment><compactLayouts><fullName>Short</fullName>"
        "<fields>Code__c</fields><label>Short one</label></compactLayouts>"
    )
    package.replace("<deploymentStatus>", f"{compact}<deploymentStatus>")
    assert deploy_to(package).succeeded

    body = client.get(f"{PARCELS}/describe/compactLayouts").json

    short, system = body["compactLayouts"]
    assert (short["label"], short["fieldItems"][0]["label"]) == ("Short one", "Code")
    assert (system["name"], system["id"]) == ("SYSTEM", None)
    assert body["defaultCompactLayoutId"] == short["id"]


def test_there_are_no_approval_layouts(client: FlaskClient) -> None:
    body = client.get(f"{DATA}/sobjects/Account/describe/approvalLayouts").json

    assert body == {"approvalLayouts": []}


def test_a_standard_object_has_a_view_of_all_its_records(client: FlaskClient, org: Org) -> None:
    Dml(org, SYSTEM).insert("Account", {"Name": "Listed"})

    first, again = (client.get(f"{DATA}/sobjects/Account/listviews").json for _ in range(2))
    results = client.get(first["listviews"][0]["resultsUrl"]).json

    assert first == again
    assert first["listviews"][0]["developerName"] == "AllAccounts"
    assert results["records"][0]["columns"][0] == {"fieldNameOrPath": "Name", "value": "Listed"}


def test_a_deployed_view_filters_and_tells_its_query(
    client: FlaskClient, deployed: Callable[..., None], org: Org
) -> None:
    deployed(FILTER.format("Amount__c", "greaterThan", "5") + FILTER.format("Code__c", "startsWith", "h_"))
    parcels(org, h_igh=9, h_low=1, hxigh=9)

    described = client.get(f"{PARCELS}/listviews/All/describe").json
    results = client.get(f"{PARCELS}/listviews/All/results").json
    queried = client.get(f"{DATA}/query", query_string={"q": described["query"]}).json

    assert [c["fieldNameOrPath"] for c in described["columns"]] == ["Name", "Status__c", "Id"]
    assert (results["size"], results["done"]) == (1, True)
    assert queried["records"][0]["Id"] == results["records"][0]["columns"][2]["value"]
    assert queried["totalSize"] == 1


def test_results_come_in_pages(client: FlaskClient, deployed: Callable[..., None], org: Org) -> None:
    deployed()
    parcels(org, a=1, b=2, c=3)

    first = client.get(f"{PARCELS}/listviews/All/results?limit=2").json
    last = client.get(f"{PARCELS}/listviews/All/results?limit=2&offset=2").json

    assert (first["size"], first["done"]) == (2, False)
    assert (last["size"], last["done"]) == (1, True)


@pytest.mark.parametrize(
    ("added", "named"),
    [
        (FILTER.format("Amount__c", "within", "5"), "list view filter within of a field of type currency"),
        (
            FILTER.format("Amount__c", "equals", "much"),
            "list view filter value much of a field of type currency",
        ),
        ("<booleanFilter>1</booleanFilter>", "list views with filter logic"),
    ],
)
def test_a_view_without_a_translation_is_refused_by_name(
    client: FlaskClient, deployed: Callable[..., None], added: str, named: str
) -> None:
    deployed(added)

    (view,) = client.get(f"{PARCELS}/listviews").json["listviews"]
    refused = client.get(view["describeUrl"])

    assert view["soqlCompatible"] is False
    assert refused.json[0]["message"].endswith(named)


def test_a_view_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get(f"{DATA}/sobjects/Account/listviews/undefined/describe").status_code == 404
    assert client.get(f"{DATA}/sobjects/Account/listviews/AllAccounts/results?limit=x").status_code == 400
