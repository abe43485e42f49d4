"""What follows from what an org says of itself."""

from dataclasses import replace
from typing import Any

import pytest

from tasks.readiness import Level, OrgFacts, findings  # the path first

READY = OrgFacts(
    edition="Enterprise Edition",
    api_versions=("65.0", "66.0"),
    instance_url="https://acme.my.salesforce.com",
    is_sandbox=True,
    marketing_user=True,
    calls_left=90_000,
    calls_a_day=100_000,
    permissions={"CustomizeApplication": True, "ModifyMetadata": True, "AssignPermissionSets": True},
    consumer_secret_access=True,
    objects=frozenset({"Contact", "Lead", "Campaign", "CampaignMember", "Task"}),
)


def levels(facts: OrgFacts) -> set[Level]:
    return {finding.level for finding in findings(facts, api_version="66.0")}


def test_an_org_that_has_everything_raises_nothing() -> None:
    assert levels(READY) == {Level.OK}


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({"edition": "Group Edition"}, Level.BLOCKS, "needs Enterprise"),
        ({"edition": "Professional Edition"}, Level.WARNING, "Confirm with Salesforce"),
        ({"api_versions": ("65.0",)}, Level.BLOCKS, "newest is 65.0"),
        ({"instance_url": "https://na12.salesforce.com"}, Level.BLOCKS, "Setup, My Domain"),
        ({"objects": frozenset({"Contact"})}, Level.BLOCKS, "Lead, Campaign, CampaignMember, Task"),
        ({"permissions": {**(READY.permissions or {}), "ModifyMetadata": False}}, Level.BLOCKS, "Grant it"),
        ({"permissions": {"ModifyMetadata": True}}, Level.UNKNOWN, "CustomizeApplication"),
        ({"permissions": None}, Level.UNKNOWN, "System Administrator"),
        ({"marketing_user": False}, Level.WARNING, "Tick Marketing User"),
        ({"marketing_user": None}, Level.UNKNOWN, "Marketing User"),
        ({"calls_left": 10}, Level.BLOCKS, "10 API requests"),
        ({"calls_left": 4_000}, Level.WARNING, "4000 of 100000"),
        ({"calls_left": None}, Level.UNKNOWN, "quota"),
        ({"consumer_secret_access": False}, Level.WARNING, "Switch it on"),
        ({"consumer_secret_access": None}, Level.UNKNOWN, "configure_connector needs it"),
        ({"edition": None}, Level.UNKNOWN, "edition"),
        ({"api_versions": ()}, Level.UNKNOWN, "API versions"),
    ],
)
def test_each_obstacle_is_weighed_and_comes_with_what_to_do(
    change: dict[str, Any], level: Level, words: str
) -> None:
    found = findings(replace(READY, **change), api_version="66.0")

    raised = [finding for finding in found if finding.level is not Level.OK]
    assert {finding.level for finding in raised} == {level}
    assert any(words in str(finding) for finding in raised)
    assert found[0].level is level


def test_an_org_that_says_nothing_at_all_is_not_held_up() -> None:
    assert Level.BLOCKS not in levels(OrgFacts(instance_url="https://acme.my.salesforce.com"))
