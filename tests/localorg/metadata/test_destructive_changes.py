"""What destructive changes take away, what they take along, and what keeps them from it."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.metadata.manifest import read_manifest
from emulators.salesforce.metadata.retrieve import Retrieve
from emulators.salesforce.org import Org
from tests.localorg.metadata.conftest import manifest

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'


def test_a_deleted_field_is_gone_with_its_permissions(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)

    rule = {"ValidationRule": ["Parcel__c.Amount_Not_Negative"]}
    outcome = deploy_to(package.deleting({"CustomField": ["Parcel__c.Amount__c"], **rule}))

    assert outcome.succeeded, outcome.problems
    assert "Amount__c" not in org.schema.objects["Parcel__c"].fields
    assert org.db.all('SELECT 1 FROM "FieldPermissions"') == []
    assert Components(org).find(Member("CustomField", "Parcel__c.Amount__c")) is None


def test_a_deleted_object_takes_its_parts_along(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)

    members = {"CustomObject": ["Parcel__c"], "GlobalValueSet": ["Parcel_Status"], "CustomTab": ["Parcel__c"]}
    outcome = deploy_to(package.deleting(members, "destructiveChangesPost.xml"))

    assert outcome.succeeded, outcome.problems
    assert "Parcel__c" not in org.schema.objects
    assert list(Components(org).inside("CustomField", "Parcel__c")) == []


def with_formulas(package: Any) -> Any:
    """Two formula fields, one over the other, and that one over Code__c."""
    formulas = "".join(
        f"<fields><fullName>{name}</fullName><formula>{formula}</formula><label>{name}</label>"
        "<type>Text</type></fields>"
        for name, formula in (
            ("Twice__c", "Code__c &amp; code__c"),
            ("A_Long_One__c", "Twice__c &amp; Twice__c"),
        )
    )
    return package.replace("</fields>\n    <label>Parcel", f"</fields>{formulas}<label>Parcel")


@pytest.mark.parametrize(
    ("field", "user"),
    [
        ("Amount__c", "Validation Rule - Parcel__c.Amount_Not_Negative"),
        ("Code__c", "Custom Formula Field - Parcel__c.Twice__c"),
    ],
)
def test_a_field_that_a_formula_or_an_active_rule_uses_is_not_deleted(
    org: Org, package: Any, deploy_to: Callable[..., Outcome], field: str, user: str
) -> None:
    deploy_to(with_formulas(package))

    outcome = deploy_to(package.deleting({"CustomField": [f"Parcel__c.{field}"]}))

    (problem,) = outcome.problems
    assert problem.text == f"This custom field is referenced elsewhere in Salesforce. : {user}"
    assert field in org.schema.objects["Parcel__c"].fields


def test_formulas_are_deleted_before_what_they_use(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(with_formulas(package))
    names = ("Code__c", "Twice__c", "A_Long_One__c")

    outcome = deploy_to(package.deleting({"CustomField": [f"Parcel__c.{name}" for name in names]}))

    assert outcome.problems == []
    assert not set(names) & org.schema.objects["Parcel__c"].fields.keys()


def test_deleted_objects_leave_no_record_types_and_no_metadata_records(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    record_type = "<recordTypes><fullName>Big</fullName><active>true</active><label>Big</label></recordTypes>"
    package.replace("    <sharingModel>", f"{record_type}<sharingModel>")
    package.files["objects/Size__mdt.object"] = (
        f"<CustomObject {NS}><label>Size</label><pluralLabel>Sizes</pluralLabel></CustomObject>"
    )
    package.files["customMetadata/Size.L.md"] = f"<CustomMetadata {NS}><label>L</label></CustomMetadata>"
    package.members["CustomObject"].append("Size__mdt")
    package.members["CustomMetadata"] = ["Size.L"]
    made = deploy_to(package)

    outcome = deploy_to(package.deleting({"CustomObject": ["Parcel__c", "Size__mdt"]}))

    assert (made.problems, outcome.problems) == ([], [])
    assert org.db.all('SELECT 1 FROM "RecordType"') == []
    assert list(Components(org).of_type("CustomMetadata")) == []


def test_deleting_what_is_not_there_is_a_warning(package: Any, deploy_to: Callable[..., Outcome]) -> None:
    outcome = deploy_to(package.deleting({"CustomField": ["Contact.Nothing__c"]}))

    (success,) = outcome.successes
    assert outcome.succeeded
    assert success.warning == "No CustomField named: Contact.Nothing__c found"


def test_an_object_that_others_point_at_is_not_deleted(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    text = (
        f"<CustomObject {NS}><fields><fullName>Parcel__c</fullName><label>Parcel</label>"
        "<referenceTo>Parcel__c</referenceTo><type>Lookup</type></fields></CustomObject>"
    )
    deploy_to(package.only("CustomField", "Lead.Parcel__c", "objects/Lead.object", text))

    outcome = deploy_to(package.deleting({"CustomObject": ["Parcel__c"]}))

    assert "referenced elsewhere" in outcome.problems[0].text
    assert "Parcel__c" in org.schema.objects


def test_a_deleted_field_is_taken_off_what_shows_it_so_that_all_can_be_deployed_again(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    related = (
        f"<Layout {NS}><relatedLists><fields>NAME</fields><fields>Status__c</fields>"
        "<relatedList>Parcel__c.Contact__c</relatedList></relatedLists></Layout>"
    )
    package.files["layouts/Contact-Parcels.layout"] = related
    package.members["Layout"].append("Contact-Parcels")
    record_type = (
        "<recordTypes><fullName>Big</fullName><active>true</active><label>Big</label><picklistValues>"
        "<picklist>Status__c</picklist><values><fullName>Packed</fullName><default>false</default></values>"
        "</picklistValues></recordTypes>"
    )
    package.replace("    <sharingModel>", f"{record_type}<sharingModel>")
    shown = {"CustomObject": ["Parcel__c"], "Layout": list(package.members["Layout"])}
    made = deploy_to(package)

    outcome = deploy_to(package.deleting({"CustomField": ["Parcel__c.Status__c", "Parcel__c.Contact__c"]}))

    gathered = Retrieve(org, "66.0")
    gathered.add_manifest(read_manifest(etree.fromstring(manifest(shown))))
    files = {path.partition("/")[2]: body.decode() for path, body in gathered.result.files.items()}
    package.members, package.files = shown, {p: text for p, text in files.items() if p != "package.xml"}
    assert (made.problems, outcome.problems) == ([], [])
    assert not any("Status__c" in text or "Contact__c" in text for text in package.files.values())
    assert org.schema.objects["Parcel__c"].record_types["Big"].values == {}
    assert deploy_to(package).problems == []
