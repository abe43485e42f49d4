"""What a sound deploy changes in the org, and what it does not."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import FieldType
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.soap.envelope import parse_xml, text_of

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def permissions_of(org: Org, name: str) -> tuple[list[Any], list[Any]]:
    row = org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (name,))
    objects = org.db.all('SELECT * FROM "ObjectPermissions" WHERE "ParentId" = ?', (row["Id"],))
    fields = org.db.all('SELECT * FROM "FieldPermissions" WHERE "ParentId" = ?', (row["Id"],))
    return objects, fields


def test_an_object_becomes_part_of_the_schema(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    outcome = deploy_to(package)

    assert outcome.succeeded, outcome.problems
    parcel = org.schema.objects["Parcel__c"]
    assert parcel.fields["Code__c"].required
    assert parcel.fields["Code__c"].length == 20
    assert parcel.fields["Contact__c"].relationship_name == "Contact__r"
    assert parcel.fields["Contact__c"].child_relationship_name == "Parcels__r"
    assert parcel.fields["Name"].auto_number == "P-{0000}"
    assert [value.value for value in parcel.fields["Status__c"].picklist_values] == ["Packed", "Gone"]
    assert parcel.fields["Status__c"].restricted_picklist
    assert parcel.validation_rules["Amount_Not_Negative"].active


def test_records_can_be_written_once_the_object_is_deployed(
    client: FlaskClient, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)

    answer = client.post("/services/data/v66.0/sobjects/Parcel__c", json={"Code__c": "A1", "Amount__c": 3})

    assert answer.status_code == 201
    record = client.get(f"/services/data/v66.0/sobjects/Parcel__c/{answer.json['id']}").json
    assert (record["Name"], record["Status__c"]) == ("P-0001", "Packed")


def test_a_permission_set_becomes_records_and_a_second_deploy_replaces_them(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    package.replace("<editable>true", "<editable>false")

    deploy_to(package)

    objects, fields = permissions_of(org, "Parcel_User")
    assert [row["SobjectType"] for row in objects] == ["Parcel__c"]
    assert [(row["Field"], row["PermissionsEdit"]) for row in fields] == [("Parcel__c.Amount__c", 0)]


def test_a_check_only_deploy_changes_nothing(
    package: Any, deploy_to: Callable[..., Outcome], contents: Callable[[], list[str]]
) -> None:
    before = contents()

    outcome = deploy_to(package, check_only=True)

    assert outcome.succeeded
    assert contents() == before


def test_records_survive_a_second_deploy_that_adds_a_field(
    client: FlaskClient, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    made = client.post("/services/data/v66.0/sobjects/Parcel__c", json={"Code__c": "A1"}).json["id"]
    package.replace(
        "</fields>\n    <label>Parcel",
        "</fields><fields><fullName>Day__c</fullName><label>Day</label><type>Date</type></fields>\n"
        "    <label>Parcel",
    )

    outcome = deploy_to(package)

    assert outcome.succeeded, outcome.problems
    record = client.get(f"/services/data/v66.0/sobjects/Parcel__c/{made}").json
    assert (record["Code__c"], record["Day__c"]) == ("A1", None)


def test_the_answer_tells_new_components_from_changed_ones(
    package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    first = deploy_to(package)

    second = deploy_to(package)

    assert {success.created for success in first.successes} == {True}
    assert "Parcel__c.Code__c" in {success.member.full_name for success in second.successes}


def test_a_field_of_activity_belongs_to_tasks_and_events(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    text = (
        f"<CustomObject {NS}><fields><fullName>Key__c</fullName><externalId>true</externalId>"
        "<label>Key</label>"
        "<length>40</length><type>Text</type><unique>true</unique></fields></CustomObject>"
    )

    outcome = deploy_to(package.only("CustomField", "Activity.Key__c", "objects/Activity.object", text))

    assert outcome.succeeded, outcome.problems
    assert org.schema.objects["Task"].fields["Key__c"].unique
    assert org.schema.objects["Event"].fields["Key__c"].external_id


def test_only_named_fields_of_a_standard_object_are_taken(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    fields = "".join(
        f"<fields><fullName>{name}</fullName><label>{name}</label><type>Date</type></fields>"
        for name in ("Wanted__c", "Unwanted__c")
    )
    text = f"<CustomObject {NS}>{fields}</CustomObject>"

    outcome = deploy_to(package.only("CustomField", "Contact.Wanted__c", "objects/Contact.object", text))

    assert outcome.succeeded, outcome.problems
    assert "Wanted__c" in org.schema.objects["Contact"].fields
    assert "Unwanted__c" not in org.schema.objects["Contact"].fields


def test_a_hierarchy_custom_setting_has_an_owner_and_no_record_owner(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    text = (
        f"<CustomObject {NS}><customSettingsType>Hierarchy</customSettingsType>"
        "<fields><fullName>Url__c</fullName>"
        "<label>Url</label><type>Url</type></fields><label>Parcel Settings</label>"
        "<visibility>Public</visibility></CustomObject>"
    )

    outcome = deploy_to(
        package.only("CustomObject", "Parcel_Settings__c", "objects/Parcel_Settings__c.object", text)
    )

    assert outcome.succeeded, outcome.problems
    setting = org.schema.objects["Parcel_Settings__c"]
    assert setting.custom_setting == "Hierarchy"
    assert "SetupOwnerId" in setting.fields
    assert "OwnerId" not in setting.fields


def test_a_changed_value_set_reaches_the_fields_that_use_it(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    text = package.files["globalValueSets/Parcel_Status.globalValueSet"].replace("Gone", "Lost")

    path = "globalValueSets/Parcel_Status.globalValueSet"
    outcome = deploy_to(package.only("GlobalValueSet", "Parcel_Status", path, text))

    assert outcome.succeeded, outcome.problems
    values = org.schema.objects["Parcel__c"].fields["Status__c"].picklist_values
    assert [value.value for value in values] == ["Packed", "Lost"]


def test_a_field_text_is_a_lookup_default_formula(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    text = (
        f"<CustomObject {NS}><fields><fullName>Since__c</fullName><defaultValue>TODAY()</defaultValue>"
        "<label>Since</label><type>Date</type></fields></CustomObject>"
    )

    deploy_to(package.only("CustomField", "Lead.Since__c", "objects/Lead.object", text))

    assert org.schema.objects["Lead"].fields["Since__c"].default_formula == "TODAY()"


def test_a_field_is_the_same_whatever_the_capitals_of_its_name(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    record_id = Dml(org, SYSTEM).insert("Parcel__c", {"Code__c": "A-1"})
    package.files = {path: text for path, text in package.files.items() if path.startswith("objects")}
    package.members = {"CustomObject": ["Parcel__c"]}

    outcome = deploy_to(package.replace("<fullName>Code__c", "<fullName>code__c"))

    assert outcome.problems == []
    assert org.db.one('SELECT "Code__c" FROM "Parcel__c" WHERE "Id" = ?', (record_id,))["Code__c"] == "A-1"
    kept = [found.full_name for found in Components(org).inside("CustomField", "Parcel__c")]
    assert "Parcel__c.Code__c" in kept
    assert "Parcel__c.code__c" not in kept


def test_grants_and_look_ups_reach_what_they_name_in_other_capitals(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    package.replace("<referenceTo>Contact", "<referenceTo>contact")
    package.replace("<field>Parcel__c.Amount__c", "<field>parcel__c.amount__c")

    outcome = deploy_to(package)

    granted = org.db.all('SELECT "SobjectType", "Field" FROM "FieldPermissions"')
    assert outcome.problems == []
    assert [tuple(row) for row in granted] == [("Parcel__c", "Parcel__c.Amount__c")]
    assert org.schema.objects["Parcel__c"].fields["Contact__c"].reference_to == ("Contact",)


@pytest.mark.parametrize("name", ["1st__c", "Two Words__c", 'Quo"te__c', "Double__Score__c", "Last___c"])
def test_an_object_has_a_name_that_is_one(
    org: Org, package: Any, deploy_to: Callable[..., Outcome], name: str
) -> None:
    text = package.files["objects/Parcel__c.object"]

    outcome = deploy_to(package.only("CustomObject", name, f"objects/{name}.object", text))

    assert outcome.problems[0].text.startswith("Object Name: The Object Name field can only contain")
    assert name not in org.schema.objects


def test_numbers_without_a_format_count_plainly(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    field = "<fields><fullName>Serial__c</fullName><label>Serial</label><type>AutoNumber</type></fields>"
    deploy_to(package.replace("</fields>\n    <label>Parcel", f"</fields>{field}<label>Parcel"))

    for _ in range(2):
        Dml(org, SYSTEM).insert("Parcel__c", {"Code__c": "A"})

    rows = org.db.all('SELECT "Serial__c" FROM "Parcel__c" ORDER BY "Id"')
    assert [row["Serial__c"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("<precision>5</precision><scale>1</scale><type>Number</type>", [None, 12.5, None]),
        ("<type>Date</type>", [None, None, "2026-11-22"]),
        ("<defaultValue>false</defaultValue><type>Checkbox</type>", [0, 0, 0]),
        (
            "<length>2000</length><type>LongTextArea</type><visibleLines>3</visibleLines>",
            ["A-1", "12.5", "2026-11-22"],
        ),
    ],
)
def test_values_that_do_not_fit_the_new_type_of_a_field_are_lost(
    org: Org, package: Any, deploy_to: Callable[..., Outcome], settings: str, expected: list[object]
) -> None:
    deploy_to(package)
    for value in ("A-1", "12.5", "2026-11-22"):
        Dml(org, SYSTEM).insert("Parcel__c", {"Code__c": value})
    field = f"<fields><fullName>Code__c</fullName><label>Code</label>{settings}</fields>"
    text = f"<CustomObject {NS}>{field}</CustomObject>"

    outcome = deploy_to(package.only("CustomField", "Parcel__c.Code__c", "objects/Parcel__c.object", text))

    assert outcome.problems == []
    rows = org.db.all('SELECT "Code__c" FROM "Parcel__c" ORDER BY "Id"')
    assert [row["Code__c"] for row in rows] == expected


def test_what_is_broken_does_not_hold_up_another_type_of_its_name(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    package.files["tabs/Parcel__c.tab"] = f"<CustomTab {NS}><frob/></CustomTab>"

    outcome = deploy_to(package, rollback_on_error=False)

    assert {problem.type for problem in outcome.problems} == {"CustomTab"}
    assert "Parcel__c" in org.schema.objects


def test_a_type_that_is_only_kept_is_named_in_the_answer(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    text = (
        f"<RemoteSiteSetting {NS}><isActive>true</isActive><url>https://a.example</url></RemoteSiteSetting>"
    )
    text = text.replace("<isActive>", "<disableProtocolSecurity>false</disableProtocolSecurity><isActive>")

    path = "remoteSiteSettings/Parcels.remoteSite"
    outcome = deploy_to(package.only("RemoteSiteSetting", "Parcels", path, text))

    assert outcome.succeeded, outcome.problems
    (success,) = outcome.successes
    assert success.warning == "The local org keeps RemoteSiteSetting but does not evaluate it"
    assert Components(org).find(Member("RemoteSiteSetting", "Parcels")) is not None


def test_a_client_app_without_a_key_gets_one_and_keeps_it(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    app = (
        f"<ExternalClientApplication {NS}><distributionState>Local</distributionState><label>P</label>"
        "</ExternalClientApplication>"
    )
    settings = (
        f"<ExtlClntAppGlobalOauthSettings {NS}><callbackUrl>https://p.example/cb</callbackUrl>"
        "<externalClientApplication>Parcels</externalClientApplication><label>P</label>"
        "</ExtlClntAppGlobalOauthSettings>"
    )
    package.files = {
        "externalClientApps/Parcels.eca": app,
        "extlClntAppGlobalOauthSets/Parcels.ecaGlblOauth": settings,
    }
    package.members = {
        "ExternalClientApplication": ["Parcels"],
        "ExtlClntAppGlobalOauthSettings": ["Parcels"],
    }
    member = Member("ExtlClntAppGlobalOauthSettings", "Parcels")

    first = deploy_to(package)
    key = text_of(parse_xml(Components(org).find(member).content), "consumerKey")
    deploy_to(package)

    assert first.succeeded, first.problems
    assert key.startswith("3MVG9")
    assert text_of(parse_xml(Components(org).find(member).content), "consumerKey") == key


def test_a_failed_deploy_after_a_sound_one_leaves_the_sound_one(
    org: Org, package: Any, deploy_to: Callable[..., Outcome], contents: Callable[[], list[str]]
) -> None:
    deploy_to(package)
    before = contents()
    package.replace("<label>Amount</label>", "<label>Sum</label>").replace(
        "<field>Status__c", "<field>Mood__c"
    )

    outcome = deploy_to(package)

    assert not outcome.succeeded
    assert contents() == before
    assert org.schema.objects["Parcel__c"].fields["Amount__c"].label == "Amount"
    assert org.schema.objects["Parcel__c"].fields["Amount__c"].type is FieldType.CURRENCY
