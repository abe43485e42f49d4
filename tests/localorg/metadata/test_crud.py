"""Components one at a time over SOAP; every answer must fit Salesforce's own contract."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM

NS = {"m": "http://soap.sforce.com/2006/04/metadata"}
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def component(kind: str, full_name: str, body: str) -> str:
    return f'<metadata {XSI} xsi:type="{kind}"><fullName>{full_name}</fullName>{body}</metadata>'


def parcel(name: str = "Parcel__c", label: str = "Parcel") -> str:
    field = (
        "<fields><fullName>Code__c</fullName><label>Code</label><length>20</length><type>Text</type></fields>"
    )
    body = (
        f"<deploymentStatus>Deployed</deploymentStatus>{field}<label>{label}</label>"
        "<nameField><label>Name</label><type>Text</type></nameField>"
        f"<pluralLabel>{label}s</pluralLabel><sharingModel>ReadWrite</sharingModel>"
    )
    return component("CustomObject", name, body)


def told(answer: Any) -> list[tuple[str, str, list[str]]]:
    return [
        (
            one.findtext("m:fullName", "", NS),
            one.findtext("m:success", "", NS),
            [error.findtext("m:statusCode", "", NS) for error in one.findall("m:errors", NS)],
        )
        for one in answer.findall("m:result", NS)
    ]


def test_what_is_created_is_applied_and_read_back(call: Callable[..., Any], org: Org) -> None:
    _, created = call("createMetadata", parcel())

    _, read = call("readMetadata", "<type>CustomObject</type><fullNames>Parcel__c</fullNames>")

    assert told(created) == [("Parcel__c", "true", [])]
    assert "Code__c" in org.schema.objects["Parcel__c"].fields
    record = read.find("m:result/m:records", NS)
    assert record.findtext("m:fields/m:fullName", "", NS) == "Code__c"
    assert record.findtext("m:label", "", NS) == "Parcel"


def test_creating_twice_and_updating_nothing_are_refused_by_themselves(call: Callable[..., Any]) -> None:
    _, first = call("createMetadata", parcel() + parcel())
    _, second = call("updateMetadata", parcel("Crate__c", "Crate") + parcel(label="Package"))

    assert told(first) == [
        ("Parcel__c", "true", []),
        ("Parcel__c", "false", ["DUPLICATE_DEVELOPER_NAME"]),
    ]
    assert told(second) == [
        ("Crate__c", "false", ["INVALID_CROSS_REFERENCE_KEY"]),
        ("Parcel__c", "true", []),
    ]


def test_upsert_says_what_it_created(call: Callable[..., Any]) -> None:
    call("createMetadata", parcel())

    _, answer = call("upsertMetadata", parcel() + parcel("Crate__c", "Crate"))

    assert [one.findtext("m:created", "", NS) for one in answer.findall("m:result", NS)] == ["false", "true"]


def test_a_field_is_created_by_itself(call: Callable[..., Any], org: Org) -> None:
    field = "<label>Shoe Size</label><precision>3</precision><scale>0</scale><type>Number</type>"

    _, answer = call("createMetadata", component("CustomField", "Contact.Shoe_Size__c", field))

    assert told(answer) == [("Contact.Shoe_Size__c", "true", [])]
    assert org.schema.objects["Contact"].fields["Shoe_Size__c"].precision == 3


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("PermissionSet", "<hasActivationRequired>false</hasActivationRequired>", "REQUIRED_FIELD_MISSING"),
        ("CustomLabels", "<colour>red</colour>", "FIELD_INTEGRITY_EXCEPTION"),
    ],
)
def test_a_broken_component_leaves_no_trace(
    call: Callable[..., Any], org: Org, kind: str, body: str, code: str
) -> None:
    before = org.db.all("SELECT * FROM _component ORDER BY type, full_name")

    _, answer = call("createMetadata", component(kind, "Broken", body))

    assert told(answer) == [("Broken", "false", [code])]
    assert org.db.all("SELECT * FROM _component ORDER BY type, full_name") == before


def test_what_is_deleted_is_gone_and_reads_as_nothing(call: Callable[..., Any], client: FlaskClient) -> None:
    call("createMetadata", parcel())

    _, deleted = call("deleteMetadata", "<type>CustomObject</type><fullNames>Parcel__c</fullNames>")
    _, again = call("deleteMetadata", "<type>CustomObject</type><fullNames>Parcel__c</fullNames>")
    _, read = call("readMetadata", "<type>CustomObject</type><fullNames>Parcel__c</fullNames>")

    assert told(deleted) == [("Parcel__c", "true", [])]
    assert told(again) == [("Parcel__c", "false", ["INVALID_CROSS_REFERENCE_KEY"])]
    assert len(read.find("m:result/m:records", NS)) == 0
    assert client.get("/services/data/v66.0/sobjects/Parcel__c").status_code == 404


def test_a_renamed_object_keeps_its_records_and_permissions(call: Callable[..., Any], org: Org) -> None:
    call("createMetadata", parcel())
    dml = Dml(org, SYSTEM)
    dml.insert("Parcel__c", {"Name": "First", "Code__c": "x"})
    grant = (
        "<fieldPermissions><editable>true</editable><field>Parcel__c.Code__c</field>"
        "<readable>true</readable></fieldPermissions><label>Packer</label>"
    )
    call("createMetadata", component("PermissionSet", "Packer", grant))
    names = "<oldFullName>Parcel__c</oldFullName><newFullName>Crate__c</newFullName>"

    _, renamed = call("renameMetadata", f"<type>CustomObject</type>{names}")
    _, twice = call("renameMetadata", f"<type>CustomObject</type>{names}")

    assert told(renamed) == [("Parcel__c", "true", [])]
    assert told(twice)[0][1:] == ("false", ["INVALID_CROSS_REFERENCE_KEY"])
    assert org.db.one('SELECT "Code__c" FROM "Crate__c"')[0] == "x"
    assert org.db.one('SELECT "Field" FROM "FieldPermissions"')[0] == "Crate__c.Code__c"
    _, read = call("readMetadata", "<type>CustomField</type><fullNames>Crate__c.Code__c</fullNames>")
    assert read.findtext("m:result/m:records/m:label", "", NS) == "Code"


def test_more_than_ten_are_refused(call: Callable[..., Any]) -> None:
    status, answer = call("createMetadata", parcel() * 11)

    assert status == 500
    assert answer.findtext("faultstring").startswith("EXCEEDED_ID_LIMIT: record limit reached. cannot submit")


def test_renaming_other_types_is_named_as_unsupported(call: Callable[..., Any]) -> None:
    names = "<oldFullName>A</oldFullName><newFullName>B</newFullName>"

    _, answer = call("renameMetadata", f"<type>PermissionSet</type>{names}")

    text = answer.findtext("m:result/m:errors/m:message", "", NS)
    assert text == "The local org does not support: renameMetadata of PermissionSet"


@pytest.mark.parametrize("new", ["Crate", "1Crate__c", "Cra&quot;te__c", ""])
def test_an_object_is_renamed_to_a_name_only(call: Callable[..., Any], new: str) -> None:
    call("createMetadata", parcel())
    names = f"<oldFullName>Parcel__c</oldFullName><newFullName>{new}</newFullName>"

    _, answer = call("renameMetadata", f"<type>CustomObject</type>{names}")

    assert told(answer)[0][1:] == ("false", ["INVALID_INPUT"])


@pytest.mark.parametrize("kind", ["CustomField", "RecordType", "CustomMetadata", "Layout", "QuickAction"])
@pytest.mark.parametrize("name", ["X", ".", "X.", ".X", "X-"])
def test_names_of_nothing_are_refused(call: Callable[..., Any], kind: str, name: str) -> None:
    status, answer = call("createMetadata", component(kind, name, ""))

    assert status == 200
    assert told(answer)[0][1] == "false"
