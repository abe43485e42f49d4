"""Each mistake fails the whole deploy with Salesforce's text, and leaves the org as it was."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from emulators.salesforce.metadata.deploy import Outcome

OBJECT = "objects/Parcel__c.object"
PERMISSIONS = "permissionsets/Parcel_User.permissionset"
NS = "{http://soap.sforce.com/2006/04/metadata}"


Breaking = Callable[[Any], object]


def swap(old: str, new: str) -> Breaking:
    return lambda package: package.replace(old, new)


def with_field(xml: str) -> Breaking:
    """One more field, after the others: elements of a kind stand together."""
    return swap("</fields>\n    <label>Parcel", f"</fields>\n    <fields>{xml}</fields>\n    <label>Parcel")


def field(name: str, kind: str, more: str = "") -> str:
    return f"<fullName>{name}</fullName><label>Some</label>{more}<type>{kind}</type>"


CASES = {
    "a permission set names a field that is not there": (
        swap("<field>Parcel__c.Amount__c", "<field>Parcel__c.Weight__c"),
        (PERMISSIONS, "In field: field - no CustomField named Parcel__c.Weight__c found"),
    ),
    "numbers have no place in their format": (
        with_field(field("Serial__c", "AutoNumber", "<displayFormat>S</displayFormat>")),
        (OBJECT, "displayFormat must contain the number once, such as {0} or {0000}"),
    ),
    "numbers have a date in their format": (
        swap("P-{0000}", "P-{YYYY}-{0000}"),
        (OBJECT, "The local org does not support: display formats with dates"),
    ),
    "a permission set names a part of an address": (
        swap("<field>Parcel__c.Amount__c", "<field>Contact.MailingCity"),
        (PERMISSIONS, "In field: field - no CustomField named Contact.MailingCity found"),
    ),
    "a permission set names a required field": (
        swap("<field>Parcel__c.Amount__c", "<field>Parcel__c.Code__c"),
        (PERMISSIONS, "You cannot deploy to a required field: Parcel__c.Code__c"),
    ),
    "a permission set names an object that is not there": (
        swap("<object>Parcel__c", "<object>Box__c"),
        (PERMISSIONS, "In field: object - no CustomObject named Box__c found"),
    ),
    "a permission set names an unknown user permission": (
        swap("<name>ApiEnabled", "<name>FlyToTheMoon"),
        (PERMISSIONS, "Unknown user permission: FlyToTheMoon"),
    ),
    "a permission set has no label": (
        swap("<label>Parcel User</label>", ""),
        (PERMISSIONS, "Required field is missing: label"),
    ),
    "a permission set allows edit without read": (
        swap("<allowRead>true", "<allowRead>false"),
        (PERMISSIONS, "Permission CreateParcel__c depends on permission(s): ReadParcel__c"),
    ),
    "a layout places a field that is not there": (
        swap("<field>Status__c", "<field>Colour__c"),
        (
            "layouts/Parcel__c-Parcel Layout.layout",
            "In field: field - no CustomField named Parcel__c.Colour__c found",
        ),
    ),
    "a layout shows a button that is not there": (
        swap("<customButtons>Track", "<customButtons>Fly"),
        (
            "layouts/Parcel__c-Parcel Layout.layout",
            "In field: customButtons - no WebLink named Parcel__c.Fly found",
        ),
    ),
    "a look-up points at an object that is not there": (
        swap("<referenceTo>Contact", "<referenceTo>Nobody__c"),
        (OBJECT, "referenceTo value of 'Nobody__c' does not resolve to a valid sObject type"),
    ),
    "two look-ups give the same name to the children": (
        with_field(
            field(
                "Second__c",
                "Lookup",
                "<referenceTo>Contact</referenceTo><relationshipName>Parcels</relationshipName>",
            )
        ),
        (OBJECT, "There is already a Child Relationship named Parcels on Contact."),
    ),
    "a required look-up may be set to null": (
        with_field(field("Second__c", "Lookup", "<referenceTo>Lead</referenceTo><required>true</required>")),
        (OBJECT, "must specify either cascade delete or restrict delete for required lookup foreign key"),
    ),
    "a picklist uses a value set that is not there": (
        swap("<valueSetName>Parcel_Status", "<valueSetName>Moods"),
        (OBJECT, "In field: valueSetName - no GlobalValueSet named Moods found"),
    ),
    "a list view shows a column that is not there": (
        swap("<columns>Status__c", "<columns>Mood__c"),
        (OBJECT, "Could not resolve list view column: Mood__c"),
    ),
    "a validation rule names a field that is not there": (
        swap("Amount__c &lt; 0", "Weight__c &lt; 0"),
        (OBJECT, "Field Weight__c does not exist. Check spelling."),
    ),
    "a tab shows an object that is not there": (
        lambda package: package.only(
            "CustomTab", "Box__c", "tabs/Box__c.tab", package.files["tabs/Parcel__c.tab"]
        ),
        ("tabs/Box__c.tab", "In field: fullName - no CustomObject named Box__c found"),
    ),
    "a member of package.xml has no file": (
        lambda package: package.members["CustomObject"].append("Box__c"),
        (
            "package.xml",
            (
                "An object 'Box__c' of type CustomObject was named in package.xml, "
                "but was not found in zipped directory"
            ),
        ),
    ),
    "a field of package.xml is not in the object's file": (
        lambda package: package.members.setdefault("CustomField", []).append("Parcel__c.Weight__c"),
        (
            "package.xml",
            (
                "An object 'Parcel__c.Weight__c' of type CustomField was named in package.xml, "
                "but was not found in zipped directory"
            ),
        ),
    ),
    "a file is not named in package.xml": (
        lambda package: package.members.pop("Layout"),
        ("layouts/Parcel__c-Parcel Layout.layout", "Not in package.xml"),
    ),
    "package.xml names a type that does not exist": (
        lambda package: package.members.update(CustomObjekt=["Parcel__c"]),
        ("package.xml", "Unknown type name 'CustomObjekt' specified in package.xml"),
    ),
    "a folder does not exist": (
        lambda package: package.files.update({"objekts/Box__c.object": "<CustomObject/>"}),
        ("objekts/Box__c.object", "Not in package.xml"),
    ),
    "a field stands twice": (
        with_field(field("Code__c", "Date")),
        (OBJECT, "Duplicate name 'Parcel__c.Code__c' specified"),
    ),
    "a field has a type that does not exist": (
        swap("<type>Checkbox", "<type>Tickbox"),
        (OBJECT, "Error parsing file: 'Tickbox' is not a valid value for the enum 'FieldType'"),
    ),
    "a field has no label": (
        swap("<label>Amount</label>", ""),
        (OBJECT, "Must specify a non-empty label for the CustomField"),
    ),
    "a text has no length": (
        swap("<length>20</length>", ""),
        (OBJECT, "Must specify 'length' for a CustomField of type Text"),
    ),
    "a text is too long": (
        swap("<length>20<", "<length>256<"),
        (OBJECT, "Invalid length, maximum is: 255"),
    ),
    "a long text is too short": (
        with_field(field("Story__c", "LongTextArea", "<length>30</length><visibleLines>3</visibleLines>")),
        (OBJECT, "Invalid length, minimum is: 256"),
    ),
    "a checkbox has no default": (
        swap("<defaultValue>false</defaultValue>", ""),
        (OBJECT, "Must specify 'defaultValue' for a CustomField of type Checkbox"),
    ),
    "a checkbox is required": (
        swap("<label>Fragile</label>", "<label>Fragile</label><required>true</required>"),
        (OBJECT, "Can not specify 'required' for a CustomField of type Checkbox"),
    ),
    "a date has a length": (
        with_field(field("Day__c", "Date", "<length>10</length>")),
        (OBJECT, "Can not specify 'length' for a CustomField of type Date"),
    ),
    "a standard field does not exist": (
        with_field(field("Colour", "Text", "<length>10</length>")),
        (OBJECT, "Could not resolve standard field's name."),
    ),
    "an object has no label": (
        swap("    <label>Parcel</label>\n    <listViews>", "    <listViews>"),
        (OBJECT, "Must specify a non-empty label for the CustomObject"),
    ),
    "an object's name has no suffix": (
        lambda package: package.only(
            "CustomObject", "Parcel", "objects/Parcel.object", package.files[OBJECT]
        ),
        ("objects/Parcel.object", "fullName must end with: __c or __kav or __x or __mdt or __e or __b"),
    ),
    "an element does not belong": (
        swap("<type>Checkbox", "<colour>red</colour><type>Checkbox"),
        (OBJECT, f"Error parsing file: Element {NS}colour invalid at this location in type CustomField"),
    ),
    "elements of a kind do not stand together": (
        swap("<sharingModel>", "<fields><fullName>Late__c</fullName></fields><sharingModel>"),
        (OBJECT, "Error parsing file: Element fields is duplicated at this location in type CustomObject"),
    ),
    "a boolean is none": (
        swap("<editable>true", "<editable>yes"),
        (PERMISSIONS, "Error parsing file: 'yes' is not a valid value for the type xsd:boolean"),
    ),
    "a value stands twice in a value set": (
        swap("<fullName>Gone", "<fullName>packed"),
        ("globalValueSets/Parcel_Status.globalValueSet", "Duplicate value found: packed"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_fails_the_deploy_with_its_text_and_changes_nothing(
    case: str, package: Any, deploy_to: Callable[..., Outcome], contents: Callable[[], list[str]]
) -> None:
    break_it, (file_name, text) = CASES[case]
    break_it(package)
    before = contents()

    outcome = deploy_to(package)

    assert not outcome.succeeded
    assert (file_name, text) in {(problem.file_name, problem.text) for problem in outcome.problems}
    assert contents() == before


def test_a_file_that_is_not_well_formed_fails_with_its_position(
    package: Any, deploy_to: Callable[..., Outcome], contents: Callable[[], list[str]]
) -> None:
    package.replace("</PermissionSet>", "")
    before = contents()

    outcome = deploy_to(package)

    (problem,) = [p for p in outcome.problems if p.file_name == PERMISSIONS]
    assert problem.text.startswith("Error parsing file: ")
    assert problem.line > 20
    assert contents() == before


def test_a_deploy_without_package_xml_fails(
    package: Any, deploy_to: Callable[..., Outcome], contents: Callable[[], list[str]]
) -> None:
    package.with_manifest = False
    before = contents()

    outcome = deploy_to(package)

    assert "No package.xml found" in {problem.text for problem in outcome.problems}
    assert contents() == before


def test_the_problem_stands_at_its_line(package: Any, deploy_to: Callable[..., Outcome]) -> None:
    package.replace("<field>Parcel__c.Amount__c", "<field>Parcel__c.Weight__c")

    outcome = deploy_to(package)

    (problem,) = outcome.problems
    assert package.files[PERMISSIONS].splitlines()[problem.line - 1].strip() == "<fieldPermissions>"
    assert (problem.type, problem.full_name) == ("PermissionSet", "Parcel_User")


def test_all_mistakes_are_told_at_once(package: Any, deploy_to: Callable[..., Outcome]) -> None:
    package.replace("<length>20</length>", "").replace("<field>Status__c", "<field>Colour__c")

    outcome = deploy_to(package)

    assert {problem.file_name for problem in outcome.problems} >= {
        OBJECT,
        "layouts/Parcel__c-Parcel Layout.layout",
    }


def _recorded_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("amp-labs/**/*.xml")):
        for message in etree.parse(path).iter(f"{NS}message"):
            yield message.text


RECORDED = {
    "permission set": (
        swap("<field>Parcel__c.Amount__c", "<field>Parcel__c.Interests05__c"),
        "In field: field - no CustomField named {object}.Interests05__c found",
    ),
    "required": (
        swap("<field>Parcel__c.Amount__c", "<field>Parcel__c.Code__c"),
        "You cannot deploy to a required field: {object}.{field}",
    ),
    "checkbox": (
        swap("<label>Fragile</label>", "<label>Fragile</label><required>true</required>"),
        "Can not specify 'required' for a CustomField of type Checkbox",
    ),
    "length": (
        with_field(field("Story__c", "LongTextArea", "<length>30</length><visibleLines>3</visibleLines>")),
        "Invalid length, minimum is: 256",
    ),
}


@pytest.mark.parametrize("case", RECORDED)
def test_our_texts_are_those_that_salesforce_was_recorded_to_say(
    case: str, package: Any, deploy_to: Callable[..., Outcome], ground_truth: Path
) -> None:
    break_it, pattern = RECORDED[case]
    recorded = set(_recorded_texts(ground_truth))
    said = pattern.format(object="TestObject15__c", field="Interests__c")
    ours = pattern.format(object="Parcel__c", field="Code__c")

    outcome = deploy_to(break_it(package))

    assert said in recorded
    assert ours in {problem.text for problem in outcome.problems}
