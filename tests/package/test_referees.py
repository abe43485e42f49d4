"""What the referees rest on: declarations, class files, formulas, and places of findings."""

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
import yaml
from lxml import etree

from packagecheck import matrix, org, outside, references, schema
from packagecheck.__main__ import all_files
from packagecheck.declarations import DeclarationUnknown, read_declarations
from packagecheck.files import Package, package_of, read_files
from packagecheck.finding import Finding, RefereeFailed, RefereeMissing
from packagecheck.metadata_format import metadata_files
from packagecheck.references import automation
from packagecheck.standard import standard_objects
from packagecheck.world import world_of
from tests.package.matrix_run import PACKAGE, ROOT

Judge = Callable[[Package, Path], Iterator[Finding]]
INSTALLED = ROOT / "node/checks/node_modules"
needs_installation = pytest.mark.skipif(not INSTALLED.is_dir(), reason="node/checks is not installed")


def test_declarations_are_read_with_what_they_inherit(tmp_path: Path) -> None:
    path = tmp_path / "metadata.d.ts"
    path.write_text(
        "export type Metadata = {\n    fullName?: string;\n};\n"
        "export type Kind = 'A' | 'B';\n"
        "export type Other = Kind;\n"
        "export type Thing = Metadata & {\n    kind: Other;\n    parts: Thing[];\n};\n"
    )

    found = read_declarations(path)

    assert set(found.types["Thing"]) == {"fullName", "kind", "parts"}
    assert found.types["Thing"]["parts"].repeated
    assert found.types["Thing"]["kind"].required
    assert found.enums[found.resolve("Other")] == {"A", "B"}


def test_a_shape_of_declaration_that_is_not_understood_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "metadata.d.ts"
    path.write_text("export interface Thing {\n}\n")

    with pytest.raises(DeclarationUnknown, match=r"metadata\.d\.ts:1: export interface Thing"):
        read_declarations(path)


def test_an_installation_that_is_missing_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(RefereeMissing, match="run `make setup`"):
        list(schema.judge(package_of({}), tmp_path))
    with pytest.raises(RefereeMissing, match="run `make setup`"):
        list(references.judge(package_of({}), tmp_path))


@needs_installation
def test_standard_objects_are_known_with_their_relationships() -> None:
    contact = standard_objects(ROOT).get("Contact")

    assert contact is not None
    assert {"LastName", "Email", "AccountId"} <= contact.fields
    assert contact.relationships["Account"] == "Account"
    assert contact.children["CampaignMembers"] == "CampaignMember"
    assert standard_objects(ROOT).get("Kontact") is None


@needs_installation
def test_paths_lead_through_lookups_of_the_package_and_of_the_platform() -> None:
    world = world_of(package_of(read_files(PACKAGE)), ROOT)

    assert world.path_problem("Gift__c", "Contact__r.Account.Name") is None
    assert world.path_problem("Task", "Gift_Event_Key__c") is None
    assert world.path_problem("Gift__c", "Contact__r.Acount.Name") == "Contact has no relationship Acount"
    assert "is Name meant?" in (world.path_problem("Gift__c", "Contact__r.Account.Naame") or "")


@needs_installation
def test_a_finding_says_file_and_line() -> None:
    files = {
        "generated/objects/Contact/fields/A__c.field-meta.xml": (
            b'<?xml version="1.0"?>\n<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">\n'
            b"    <label>A</label>\n    <lenght>3</lenght>\n</CustomField>\n"
        )
    }

    told = [str(finding) for finding in schema.judge(package_of(files), ROOT)]

    assert told == [
        "generated/objects/Contact/fields/A__c.field-meta.xml:4: CustomField has no element lenght"
    ]


@needs_installation
@pytest.mark.parametrize("judge", [schema.judge, references.judge], ids=["schema", "references"])
def test_what_is_deployed_beside_the_package_fits_it(judge: Judge) -> None:
    files = all_files(ROOT)
    translated = [path for path in files if path.endswith(".fieldTranslation-meta.xml")]

    assert len(translated) > 100
    assert [str(finding) for finding in judge(package_of(files), ROOT)] == []


@needs_installation
def test_a_translation_of_a_field_that_is_not_there_is_found() -> None:
    path = "unpackaged/config/languages/objectTranslations/Gift__c-de/{}__c.fieldTranslation-meta.xml"
    files = all_files(ROOT)
    files[path.format("Karrier")] = files[path.format("Carrier")].replace(b"Carrier__c", b"Karrier__c")

    told = [str(finding) for finding in references.judge(package_of(files), ROOT)]

    assert told == [f"{path.format('Karrier')}: Gift__c has no field Karrier__c to translate"]


@needs_installation
def test_a_translation_of_an_action_that_is_not_there_is_found() -> None:
    path = "unpackaged/config/languages/objectTranslations/Lead-de/Lead-de.objectTranslation-meta.xml"
    files = all_files(ROOT)
    files[path] = files[path].replace(b"Send_a_Gift", b"Send_Gift", 1)

    told = [str(finding) for finding in references.judge(package_of(files), ROOT)]

    assert told == [f"{path}:3: there is no QuickAction Lead.Send_Gift to translate"]


def test_a_referee_that_breaks_down_is_not_one_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin/java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho out of memory >&2\nexit 3\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(java.parent))
    (tmp_path / outside.CHECKS / "node_modules/@salesforce/code-analyzer-pmd-engine/dist/java-lib").mkdir(
        parents=True
    )

    with pytest.raises(RefereeFailed, match="java -cp failed:\nout of memory"):
        outside.pmd([tmp_path], tmp_path)


def test_referees_and_what_is_written_by_hand_are_of_the_packages_api_version() -> None:
    version = yaml.safe_load((ROOT / "spec/package.yml").read_text())["api_version"]
    flows = (PACKAGE / "default/flows").glob("*.xml")
    by_hand = [etree.parse(flow).findtext("{*}apiVersion") for flow in flows]

    assert (version, float(version)) == (matrix.API_VERSION, automation.NEWEST_API)
    assert org.API.startswith(f"/services/data/v{version}/")
    assert by_hand == [version]


def test_tests_of_components_are_not_deployed(tmp_path: Path) -> None:
    for path in ("default/lwc/a/a.js", "default/lwc/a/__tests__/a.test.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")

    files = metadata_files(package_of(read_files(tmp_path)), "66.0")

    assert sorted(files) == ["lwc/a/a.js", "package.xml"]


def test_parts_of_one_kind_stand_together_when_files_are_put_together() -> None:
    languages = read_files(ROOT / "unpackaged/config/languages")
    beside = {f"languages/{path}": body for path, body in languages.items()}

    for path, body in metadata_files(package_of(beside), "66.0").items():
        tags = [tag for tag, _ in groupby(etree.QName(child).localname for child in etree.fromstring(body))]
        assert len(tags) == len(set(tags)), path
