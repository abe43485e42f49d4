"""What CONTRIBUTING.md tells newcomers to do is done here, word for word."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.dml import rules
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.rules import RULES
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from metagen.errors import SpecInvalid
from metagen.load import load_spec
from metagen.render import render_project
from metagen.shipped import start_project

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
FIELD = "force-app/main/generated/objects/Gift__c/fields/Ribbon_Color__c.field-meta.xml"
GOLDEN = """\
<?xml version="1.0" encoding="UTF-8"?>
<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">
    <fullName>Ribbon_Color__c</fullName>
    <description>The color of the ribbon, as the platform calls it.</description>
    <externalId>false</externalId>
    <inlineHelpText>Which ribbon the gift comes with.</inlineHelpText>
    <label>Ribbon Color</label>
    <length>40</length>
    <required>false</required>
    <type>Text</type>
    <unique>false</unique>
</CustomField>
"""


def block(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    return str(found)


def rendered(project: Path) -> dict[str, bytes]:
    return render_project(load_spec(project / "spec"), project / "templates")


def test_a_field_is_added_to_the_description_and_becomes_one_file(tmp_path: Path) -> None:
    start_project(tmp_path)
    before = rendered(tmp_path)
    forgotten = insert(tmp_path, "spec/objects/Gift__c.yml", "\nfields:\n", block("yaml"))
    with pytest.raises(SpecInvalid) as told:
        rendered(tmp_path)
    [layout] = re.findall(r"`(left: \[Name, .*?\])`", TEXT)
    replaced = re.sub(r"left: \[Name, Gift_Name__c, .*?\]", layout, forgotten, count=1)
    (tmp_path / "spec/objects/Gift__c.yml").write_text(replaced)
    for phrase, path in re.findall(r"`(Ribbon Color: .*?)` in `(spec/languages/\w+\.yml)`", TEXT):
        insert(tmp_path, path, "\nphrases:\n", f"  {phrase}\n")
    after = rendered(tmp_path)

    assert "missing in spec/languages/de.yml" in str(told.value)
    assert "missing from the layout" in str(told.value)
    assert {path for path in after if path not in before and "ranslation" not in path} == {FIELD}
    assert after[FIELD].decode() == GOLDEN
    changed = {Path(path).name for path in before if after[path] != before[path]}
    assert {name for name in changed if "ranslation" not in name} == {
        "Gift__c-Gift Layout.layout-meta.xml",
        *(f"Gift_{role}.permissionset-meta.xml" for role in ("Admin", "Integration", "User")),
    }


def insert(project: Path, path: str, behind: str, text: str) -> str:
    """Put lines behind a heading; the whole text as it is then."""
    file = project / path
    assert behind in file.read_text()
    file.write_text(file.read_text().replace(behind, f"{behind}{text}", 1))
    return file.read_text()


def test_what_is_told_about_a_platform_is_there() -> None:
    part = TEXT.partition("## Add a gifting platform")[2].partition("\n## ")[0]
    named = re.findall(r"[`(]((?:connector|tests|docs)/[\w./-]+)[`)]", part)

    assert len(named) == 4
    assert [name for name in named if not (ROOT / name).exists()] == []
    # The walk itself: tests/connector/adapters/test_a_third_provider.py
    assert (ROOT / "tests/connector/adapters/test_a_third_provider.py").exists()


@pytest.fixture
def dml(monkeypatch: pytest.MonkeyPatch) -> Iterator[Dml]:
    """An org with the rule of the guide in its table."""
    written: dict[str, Any] = {}
    exec(block("python"), written)  # noqa: S102 - our own guide
    changed = replace(RULES["Campaign"], check=(*RULES["Campaign"].check, written["check_dates"]))
    monkeypatch.setitem(rules.RULES, "Campaign", changed)
    org = Org.create()
    yield Dml(org, SYSTEM)
    org.close()


def test_a_rule_is_added_to_the_local_org_and_refuses_what_it_should_alone(dml: Dml) -> None:
    with pytest.raises(SalesforceError) as refused:
        dml.insert("Campaign", {"Name": "Spring", "StartDate": "2026-03-02", "EndDate": "2026-03-01"})
    taken = dml.insert("Campaign", {"Name": "Spring", "StartDate": "2026-03-02", "EndDate": "2026-03-02"})

    assert refused.value.code == "FIELD_INTEGRITY_EXCEPTION"
    assert taken.startswith("701")
