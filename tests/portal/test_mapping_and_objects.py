"""Field mapping and objects by clicking."""

from collections.abc import Callable

import pytest

from connector.domain.field_mapping import Attribute
from tests.portal.browser import Person
from tests.portal.stage import ADMIN, PortalStage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SitDown = Callable[[], Person]


def test_a_manager_maps_a_field_and_sees_what_a_platform_would_be_told(
    stage: PortalStage, person: SitDown
) -> None:
    org_id = stage.connect_org()
    account = stage.side.create("Account", Name="Northwind")
    stage.side.create("Contact", FirstName="Amelia", LastName="Clarke", AccountId=account)
    admin = person()
    wrong: dict[str, object] = {}

    admin.sign_in(ADMIN)
    admin.go("/mapping/")
    wrong["mapping"] = admin.look("mapping")
    admin.click("Change city of Contact")
    admin.fill("Label or API name contains", "Account")
    admin.click("Fields of Account")
    admin.fill("Label or API name contains", "Name")
    admin.wait_to_see("Account.Name")
    wrong["fields"] = admin.look("mapping-fields")
    admin.click("Use Account.Name")
    admin.wait_to_see("The field was changed.")
    admin.fill("Name or e-mail contains", "clar")
    admin.click("Amelia Clarke")
    admin.wait_to_see("This person is sent no gift")
    wrong["preview"] = admin.look("mapping-preview")
    told = admin.text
    admin.click("As records to deploy")
    wrong["records"] = admin.look("mapping-records")
    admin.go("/objects/")
    admin.wait_to_see("cci task run patch_layouts --org my_org --objects Contact,Lead")
    wrong["objects"] = admin.look("objects")

    assert wrong == {page: {} for page in wrong}
    assert "Northwind" in told
    with stage.container.store.read() as unit:
        kept = unit.mappings.get(org_id, "Contact")
    assert kept.paths[Attribute.CITY] == "Account.Name"
