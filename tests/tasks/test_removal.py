"""Everything in the package is removed, and nothing before what holds it."""

from pathlib import Path

import pytest

from tasks.removal import Member, TypeUnknown, members_of, stages_of, with_flow_versions

ROOT = Path(__file__).parents[2]


def write(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("<x/>")
    return root


def test_every_file_of_the_package_has_a_place_in_the_removal() -> None:
    members = members_of(ROOT / "force-app")

    removed = [
        (kind, name) for _, stage in stages_of(members) for kind, names in stage.items() for name in names
    ]
    assert sorted(removed) == sorted((member.type, member.name) for member in members)
    assert ("CustomObject", "Gift__c") in removed
    assert ("CustomField", "Contact.Gift_Opt_Out__c") in removed
    assert not any(name.startswith("Gift__c.") for _, name in removed)


def test_what_holds_goes_before_what_is_held(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        "applications/Gifting.app-meta.xml",
        "dashboards/Gifting/Overview.dashboard-meta.xml",
        "dashboards/Gifting.dashboardFolder-meta.xml",
        "flows/Send_Gift.flow-meta.xml",
        "flexipages/Gift.flexipage-meta.xml",
        "externalCredentials/Gift.externalCredential-meta.xml",
        "globalValueSets/Status.globalValueSet-meta.xml",
        "lwc/giftPanel/giftPanel.js",
        "lwc/giftPanel/giftPanel.js-meta.xml",
        "lwc/__tests__/jest.config.js",
        "objects/Contact/fields/A__c.field-meta.xml",
        "objects/Gift__c/Gift__c.object-meta.xml",
        "objects/Gift__c/fields/B__c.field-meta.xml",
        "objectTranslations/Gift__c-de/Gift__c-de.objectTranslation-meta.xml",
        "permissionsets/P.permissionset-meta.xml",
        "quickActions/Contact.Send.quickAction-meta.xml",
        "reports/Gifting/Spend.report-meta.xml",
        "reports/Gifting.reportFolder-meta.xml",
        "reportTypes/Gifts.reportType-meta.xml",
        "tabs/Gift__c.tab-meta.xml",
    )

    order = {kind: n for n, (_, stage) in enumerate(stages_of(members_of(root))) for kind in stage}

    def before(first: str, second: str) -> bool:
        return order[first] < order[second]

    assert before("Dashboard", "Report")
    assert before("Report", "ReportType")
    assert before("CustomApplication", "FlexiPage")
    assert before("QuickAction", "LightningComponentBundle")
    assert before("Flow", "CustomObject")
    assert before("PermissionSet", "CustomField")
    assert before("PermissionSet", "ExternalCredential")
    assert before("CustomField", "GlobalValueSet")
    assert Member("Report", "Gifting/Spend") in members_of(root)
    assert Member("Report", "Gifting") in members_of(root)


def test_flows_are_deleted_version_by_version() -> None:
    members = [Member("Flow", "Send_Gift"), Member("CustomTab", "Gift__c")]

    spelled = with_flow_versions(members, {"Send_Gift": [1, 3]})

    assert spelled == [
        Member("Flow", "Send_Gift-1"),
        Member("Flow", "Send_Gift-3"),
        Member("CustomTab", "Gift__c"),
    ]


@pytest.mark.parametrize("path", ["sites/A.site-meta.xml", "objects/Gift__c/indexes/I.index-meta.xml"])
def test_a_kind_of_component_without_a_rule_is_an_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(TypeUnknown, match="no rule says how to remove"):
        members_of(write(tmp_path, path))


def test_a_type_without_a_stage_is_an_error_and_not_left_behind() -> None:
    with pytest.raises(TypeUnknown, match="ApexClass"):
        list(stages_of([Member("ApexClass", "x")]))
