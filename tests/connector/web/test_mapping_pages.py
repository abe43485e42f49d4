"""The pages of field mapping and of objects, over a fake org."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from connector.domain.eligibility import SkipReason
from connector.domain.field_mapping import Attribute, FieldMapping, default_mapping
from connector.domain.portal_session import PortalSession, Role
from connector.errors import CallerError, ConfigurationError, TemporaryError
from connector.ports import LayoutDescription, ObjectDescription, RecordPageDescription
from connector.services.connections.page_parts import PARTS
from connector.services.gift_sync.run_sync import RunSync
from connector.services.mapping.keep_mapping import KeepMapping
from connector.services.mapping.map_field import MapField
from connector.services.storage.sync import RunState
from tests.connector.fakes import FakeSalesforceOrg
from tests.connector.web.world_behind import WorldBehindTheWeb
from tests.connector.world import World

PACKAGE = Path(__file__).resolve().parents[3] / "force-app" / "main"


class TwoViews(WorldBehindTheWeb):
    """A manager who sees another org than the integration user does."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.persons_org = FakeSalesforceOrg()
        self.persons_org.records = world.org.records

    def open_org_as(self, session: PortalSession) -> FakeSalesforceOrg:
        del session
        return self.persons_org


@pytest.fixture
def behind(world: World) -> TwoViews:
    return TwoViews(world)


def form(manager: PortalSession, **values: str) -> dict[str, str]:
    return {"csrf_token": manager.csrf_token, **values}


def mapping(world: World, sobject: str = "Contact") -> FieldMapping:
    with world.store.read() as unit:
        return unit.mappings.get(world.org_id, sobject)


def without(described: ObjectDescription, *names: str) -> ObjectDescription:
    return replace(described, fields=tuple(each for each in described.fields if each.name not in names))


def mapping_record(world: World, name: str, sobject: str, attribute: str, path: str) -> None:
    world.org.add(
        "Gift_Field_Mapping__mdt",
        DeveloperName=name,
        Object__c=sobject,
        Attribute__c=attribute,
        Field__c=path,
    )


def keep(world: World) -> KeepMapping:
    return KeepMapping(world.store, world.open_org, world.clock)


def test_the_mapping_is_shown_with_labels_types_and_what_is_required(
    client: FlaskClient, manager: PortalSession
) -> None:
    del manager

    page = client.get("/mapping/").text

    assert page.count("required</span>") == 6
    assert "FirstName label <code>FirstName</code>" in page
    assert 'data-label="Type">email' in page


def test_another_field_is_searched_for_and_chosen(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    page = client.get("/mapping/Contact/city?q=title").text
    part = client.get("/mapping/Contact/city?q=title", headers={"HX-Request": "true"}).text

    changed = client.post("/mapping/Contact/city", data=form(manager, path="Title"))
    shown = client.get(changed.headers["Location"]).text

    assert "Use Title" in page
    assert "LastName" not in page
    assert "<html" not in part
    assert "The field was changed." in shown
    assert "yours" in shown
    assert mapping(world).paths[Attribute.CITY] == "Title"
    with world.store.read() as unit:
        [entry] = unit.audit.all_of(world.org_id)
    assert (entry.action, entry.actor, entry.details["path"]) == (
        "mapping.change",
        "ada@example.com",
        "Title",
    )


def test_a_field_of_a_looked_up_record_is_chosen_over_its_relationship(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    page = client.get("/mapping/Contact/city").text
    account = client.get("/mapping/Contact/city?via=Account").text
    client.post("/mapping/Contact/city", data=form(manager, path="Account.BillingCity"))

    assert "Fields of Account" in page
    assert "Fields of Owner" not in page
    assert "Use Account.BillingCity" in account
    assert mapping(world).paths[Attribute.CITY] == "Account.BillingCity"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Birthdate", "Birthdate is a field of type date."),
        ("Nothing__c", "sees no field Contact.Nothing__c"),
        ("Account.Nothing__c", "sees no field Account.Nothing__c"),
        ("Owner.Name", "sees no field Contact.Owner"),
        ("no field", "is not a field"),
    ],
)
def test_what_cannot_be_mapped_is_refused_with_the_reason(
    world: World, client: FlaskClient, manager: PortalSession, path: str, words: str
) -> None:
    answer = client.post("/mapping/Contact/city", data=form(manager, path=path))

    assert words in answer.text
    assert mapping(world) == default_mapping("Contact")


def test_a_field_that_is_gone_is_told_from_one_that_is_hidden(
    behind: TwoViews, world: World, client: FlaskClient, manager: PortalSession
) -> None:
    del manager
    described = world.org.described["Contact"]
    world.org.described["Contact"] = without(described, "Email", "MailingCity")
    behind.persons_org.described["Contact"] = without(described, "MailingCity")

    page = client.get("/mapping/").text

    assert page.count("no access</span>") == 1
    assert page.count("not there</span>") == 1
    assert "Contact.Email is there, but the integration user may not read it." in page


def test_a_real_person_is_found_and_shown_with_what_is_missing(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    del manager
    campaign = world.campaign()
    world.contact_member(campaign, Name="Ada Byron", Email=None, MailingCity="London")
    [contact] = world.org.records["Contact"]

    found = client.get("/mapping/people?q=byr").text
    shown = client.get(f"/mapping/?record={contact}").text

    assert f"record={contact}" in found
    assert "This person is sent no gift" in shown
    assert "London" in shown
    assert shown.count("missing</span>") == 1


def test_somebody_whom_the_viewer_may_not_see_is_not_previewed(
    behind: TwoViews, world: World, client: FlaskClient, manager: PortalSession
) -> None:
    del manager
    world.contact_member(world.campaign(), Name="Ada Byron", MailingCity="London")
    [contact] = world.org.records["Contact"]
    behind.persons_org.records = {}

    shown = client.get(f"/mapping/?record={contact}").text

    assert "There is no such person." in shown
    assert "London" not in shown


def test_defaults_come_back(world: World, client: FlaskClient, manager: PortalSession) -> None:
    client.post("/mapping/Contact/city", data=form(manager, path="Title"))

    client.post("/mapping/Contact/reset", data=form(manager))

    assert mapping(world) == default_mapping("Contact")


def test_the_orgs_own_records_are_taken_over_and_read_again_before_each_sync(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    mapping_record(world, "Contact_City", "Contact", "City", "Title")
    mapping_record(world, "Contact_Company", "Contact", "Company", "Account.Name")

    chosen = client.post("/mapping/place", data=form(manager, place="org"))
    at_first = mapping(world).paths[Attribute.CITY]
    refused = client.post("/mapping/Contact/reset", data=form(manager))
    change = client.post("/mapping/Contact/city", data=form(manager, path="LastName"))
    [record] = [
        each
        for each in world.org.records["Gift_Field_Mapping__mdt"].values()
        if "City" in each["DeveloperName"]
    ]
    record["Field__c"] = "Account.BillingCity"
    link = world.link(world.campaign(contacts=1))
    RunSync(world.store, world.open_org, world.clock, world.plan_sync, keep(world).follow)(
        world.org_id, link.link_id
    )

    assert chosen.status_code == 303
    assert at_first == "Title"
    assert refused.status_code == 422
    assert "/mapping/records?" in change.headers["Location"]
    assert "Nothing has changed yet" in client.get(change.headers["Location"]).text
    assert mapping(world).paths[Attribute.CITY] == "Account.BillingCity"


def test_records_that_cannot_be_used_are_explained_and_their_objects_members_skipped(
    world: World, client: FlaskClient, manager: PortalSession
) -> None:
    keep(world).keep_in_org(world.org_id, actor="ada")
    mapping_record(world, "Contact_Email", "Contact", "Email", "Birthdate")
    link = world.link(world.campaign(contacts=1, leads=1))

    refused = client.post("/mapping/read", data=form(manager))
    RunSync(world.store, world.open_org, world.clock, world.plan_sync, keep(world).follow)(
        world.org_id, link.link_id
    )

    assert refused.status_code == 409
    assert "Birthdate is a field of type date." in refused.text
    with world.store.read() as unit:
        [run] = unit.runs.of_link(link.link_id, offset=0, limit=5)
    assert run.state is RunState.DONE
    assert run.skips == {SkipReason.UNMAPPED: 1}
    assert [gift.request.person.sobject for gift in world.gifts()] == ["Lead"]


@pytest.mark.usefixtures("manager")
def test_the_file_to_deploy_is_offered_at_this_address_whatever_else_the_page_was_asked(
    client: FlaskClient,
) -> None:
    asked = "object=Lead&attribute=postal_code&path=Zip__c&_external=1&_scheme=javascript&endpoint=x"

    page = client.get(f"/mapping/records?{asked}")

    assert page.status_code == 200
    assert 'href="/mapping/records.zip?object=Lead&amp;attribute=postal_code&amp;path=Zip__c"' in page.text


def test_two_records_for_one_attribute_are_refused_by_name(world: World) -> None:
    mapping_record(world, "First", "Contact", "City", "Title")
    mapping_record(world, "Second", "Contact", "City", "LastName")
    mapping_record(world, "Third", "Account", "City", "BillingCity")

    with pytest.raises(ConfigurationError, match=r"Second and First both map City of Contact.*Third"):
        keep(world).keep_in_org(world.org_id, actor="ada")

    assert keep(world).source(world.org_id).place.value == "connector"


def test_while_the_org_keeps_the_mapping_the_command_line_does_not_change_it(world: World) -> None:
    keep(world).keep_in_org(world.org_id, actor="ada")

    with pytest.raises(CallerError, match="kept in the org"):
        MapField(world.store, world.open_org, world.clock)(world.org_id, "Contact", Attribute.CITY, "Title")


def test_the_file_to_deploy_holds_every_record_with_the_change_asked_for(
    client: FlaskClient, manager: PortalSession
) -> None:
    del manager

    answer = client.get("/mapping/records.zip?object=Lead&attribute=postal_code&path=Zip__c")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        changed = archive.read("field-mapping/customMetadata/Gift_Field_Mapping.Lead_Postal_Code.md").decode()
    assert len(names) == 17
    assert '<value xsi:type="xsd:string">Zip__c</value>' in changed


def test_the_pages_come_while_salesforce_is_down(
    behind: TwoViews, world: World, client: FlaskClient, manager: PortalSession
) -> None:
    del manager
    for org in (world.org, behind.persons_org):
        org.next_failures += [TemporaryError("Salesforce is away")] * 10

    pages = [
        client.get(path) for path in ("/mapping/", "/mapping/Contact/city", "/mapping/?q=x", "/objects/")
    ]

    assert [page.status_code for page in pages] == [200] * 4
    assert all("Salesforce is away" in page.text for page in pages)


def test_a_mapping_is_each_orgs_own(
    behind: TwoViews, world: World, client: FlaskClient, manager: PortalSession
) -> None:
    client.post("/mapping/Contact/city", data=form(manager, path="Title"))
    stranger = behind.signed_in(client, Role.MANAGER, org_id="00D000000000002EAA")

    client.post("/mapping/place", data=form(stranger, place="connector"))

    assert mapping(world).paths[Attribute.CITY] == "Title"
    with world.store.read() as unit:
        assert unit.mappings.get("00D000000000002EAA", "Contact") == default_mapping("Contact")


def test_objects_show_what_is_on_the_layouts_and_the_commands_for_those_chosen(
    behind: TwoViews, client: FlaskClient, manager: PortalSession
) -> None:
    del manager
    behind.persons_org.page_layouts["Contact"] = [
        LayoutDescription("00h1", ("Partner",), ("Send_a_Gift",), (), ("Gift__c",))
    ]

    behind.persons_org.lightning_pages["Contact"] = [
        RecordPageDescription("Sales", "Sales Contact", ("giftPanel",), ("Contact.Send_a_Gift",)),
        RecordPageDescription("Support", "Support Contact", ("force:detailPanel",), None),
    ]

    page = client.get("/objects/?objects=Contact&objects=Campaign&org=uat").text
    odd = client.get("/objects/?objects=Nothing&org=a;b").text

    assert "Partner" in page
    sales, support = (
        page.partition(f"{name} Contact")[2].partition("</tr>")[0] for name in ("Sales", "Support")
    )
    assert sales.count(">yes<") == 2
    assert ">no<" in support
    assert "as the layout says" in support
    assert "None of the org&#39;s own." in page
    assert "cci task run patch_layouts --org uat --objects Contact,Campaign --dry_run True" in page
    assert "cci task run unpatch_layouts --org uat --objects Contact,Campaign</pre>" in page
    assert "--org my_org --objects Contact,Lead" in odd


def test_the_parts_that_objects_looks_for_are_those_of_the_package() -> None:
    buttons = {
        (path.parent.parent.name, path.name.split(".")[0])
        for path in PACKAGE.glob("generated/objects/*/webLinks/*.xml")
        if not path.parent.parent.name.endswith("__c")
    }
    actions = {
        path.name.removesuffix(".quickAction-meta.xml") for path in PACKAGE.glob("default/quickActions/*")
    }

    # Buttons of list views, which stand on no layout, are among the package's as well.
    assert {(parts.sobject, parts.button) for parts in PARTS if parts.button} <= buttons
    assert {parts.sobject for parts in PARTS if parts.button} == {sobject for sobject, _ in buttons}
    assert {parts.action for parts in PARTS if parts.action} == actions
    assert all((PACKAGE / "default/lwc" / parts.component).is_dir() for parts in PARTS if parts.component)
