"""Components back into files: by manifest and by package name."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

from lxml import etree

from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.metadata.manifest import Manifest, read_manifest
from emulators.salesforce.metadata.retrieve import Retrieve, Retrieved
from emulators.salesforce.org import Org

NS = {"m": "http://soap.sforce.com/2006/04/metadata"}


def wanted(members: dict[str, list[str]]) -> Manifest:
    types = "".join(
        f"<types>{''.join(f'<members>{n}</members>' for n in names)}<name>{kind}</name></types>"
        for kind, names in members.items()
    )
    return read_manifest(etree.fromstring(f'<unpackaged xmlns="{NS["m"]}">{types}</unpackaged>'))


def retrieve(org: Org, members: dict[str, list[str]]) -> Retrieved:
    gathered = Retrieve(org, "66.0")
    gathered.add_manifest(wanted(members))
    return gathered.result


def test_what_was_deployed_comes_back_and_can_be_deployed_again(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)
    result = retrieve(org, package.members)

    package.files = {
        path.removeprefix("unpackaged/"): body.decode()
        for path, body in result.files.items()
        if not path.endswith("package.xml")
    }
    outcome = deploy_to(package)

    assert outcome.succeeded, outcome.problems
    fields = etree.fromstring(result.files["unpackaged/objects/Parcel__c.object"]).findall("m:fields", NS)
    assert [field.findtext("m:fullName", "", NS) for field in fields] == [
        "Amount__c",
        "Code__c",
        "Contact__c",
        "Fragile__c",
        "Status__c",
    ]


def test_a_folder_of_reports_comes_back_as_one(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    folder = f'<ReportFolder xmlns="{NS["m"]}"><name>Parcels</name></ReportFolder>'
    deploy_to(package.only("Report", "Parcels", "reports/Parcels-meta.xml", folder))

    result = retrieve(org, {"Report": ["Parcels"]})

    assert set(result.files) == {"unpackaged/package.xml", "unpackaged/reports/Parcels-meta.xml"}
    package.files["reports/Parcels-meta.xml"] = result.files["unpackaged/reports/Parcels-meta.xml"].decode()
    assert deploy_to(package).problems == []


def test_a_wildcard_of_objects_means_the_custom_ones(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)

    result = retrieve(org, {"CustomObject": ["*"]})

    assert set(result.files) == {"unpackaged/package.xml", "unpackaged/objects/Parcel__c.object"}


def test_a_single_field_comes_alone_in_its_objects_file(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    deploy_to(package)

    result = retrieve(org, {"CustomField": ["Parcel__c.Code__c"]})

    root = etree.fromstring(result.files["unpackaged/objects/Parcel__c.object"])
    assert [etree.QName(child).localname for child in root] == ["fields"]


def test_what_is_not_there_is_told(org: Org) -> None:
    result = retrieve(org, {"Layout": ["Nothing-Layout"], "Nonsense": ["*"]})

    assert {text for _, text in result.messages} == {
        "Entity of type 'Layout' named 'Nothing-Layout' cannot be found",
        "Entity type: 'Nonsense' is unknown",
    }


def test_the_administrators_profile_is_there_before_any_deploy(org: Org) -> None:
    result = retrieve(org, {"Profile": ["Admin"]})

    root = etree.fromstring(result.files["unpackaged/profiles/Admin.profile"])
    assert root.findtext("m:userLicense", "", NS) == "Salesforce"


def test_a_package_accumulates_over_deploys_and_forgets_what_is_deleted(
    org: Org, package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    package.full_name = "Parcels"
    deploy_to(package)
    day = "<fields><fullName>Day__c</fullName><label>Day</label><type>Date</type></fields>"
    text = f'<CustomObject xmlns="{NS["m"]}">{day}</CustomObject>'
    deploy_to(package.only("CustomField", "Lead.Day__c", "objects/Lead.object", text))
    deploy_to(package.deleting({"CustomTab": ["Parcel__c"]}))

    gathered = Retrieve(org, "66.0")
    gathered.add_package("Parcels")
    files = gathered.result.files

    assert "Parcels/objects/Lead.object" in files
    assert "Parcels/layouts/Parcel__c-Parcel Layout.layout" in files
    assert "Parcels/tabs/Parcel__c.tab" not in files
    assert b"<fullName>Parcels</fullName>" in files["Parcels/package.xml"]


def test_an_unknown_package_is_told(org: Org) -> None:
    gathered = Retrieve(org, "66.0")

    gathered.add_package("Nobody")

    assert gathered.result.messages == [
        ("package.xml", "INVALID_CROSS_REFERENCE_KEY: No package named 'Nobody' found")
    ]


def test_the_zip_holds_the_files(org: Org, package: Any, deploy_to: Callable[..., Outcome]) -> None:
    deploy_to(package)

    content = retrieve(org, package.members).archive()

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "unpackaged/tabs/Parcel__c.tab" in archive.namelist()
