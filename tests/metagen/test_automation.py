"""What the flows, the service, the reports and the languages of the package promise, read from its files."""

import json
from pathlib import Path

import pytest
from lxml import etree

from metagen.load import load_spec

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "force-app/main/generated"
LANGUAGES = ROOT / "unpackaged/config/languages"
FLOWS = sorted((GENERATED / "flows").glob("*.flow-meta.xml"))


def root(path: Path) -> etree._Element:
    return etree.parse(path).getroot()


def values(element: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [found.text or "" for found in element.findall(steps)]


def flow(name: str) -> etree._Element:
    return root(GENERATED / f"flows/{name}.flow-meta.xml")


def assigned(element: etree._Element, field: str) -> list[str]:
    return [
        (item.find("{*}value")[0].text or "")
        for item in element.iter("{*}assignmentItems")
        if values(item, "assignToReference") == [f"Status.{field}"]
    ]


def test_a_campaign_gets_the_six_statuses_with_one_default_and_one_response() -> None:
    provision = flow("Gift_Provision_Member_Statuses")

    wanted = [status.value for status in load_spec(ROOT / "spec").vocabulary.member_statuses]
    assert assigned(provision, "Label") == wanted
    assert assigned(provision, "IsDefault").count("true") == 1
    assert assigned(provision, "HasResponded").count("true") == 1
    places = assigned(provision, "SortOrder")
    assert len(set(places)) == len(wanted)


def test_statuses_that_are_there_are_kept() -> None:
    provision = flow("Gift_Provision_Member_Statuses")

    assert values(provision, "recordCreates/inputReference") == ["Find_the_Missing_Statuses"]
    assert provision.find("{*}recordDeletes") is None


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name.split(".")[0])
def test_a_flow_says_what_it_is_for_and_when_it_runs(path: Path) -> None:
    described = root(path)

    assert all(values(described, "description"))
    assert values(described, "apiVersion") == ["66.0"]
    if values(described, "start/object"):
        assert values(described, "start/filters/field") or values(described, "start/filterFormula")
        assert values(described, "triggerOrder")


def test_a_member_gift_is_requested_after_the_save_where_callouts_are_allowed() -> None:
    request = flow("Gift_Request_On_Campaign_Member")

    assert values(request, "start/scheduledPaths/pathType") == ["AsyncAfterCommit"]
    assert values(request, "start/connector/targetReference") == []
    assert values(request, "subflows/flowName") == ["Send_Gift"]


def test_the_callout_is_an_operation_of_the_exported_api() -> None:
    document = (ROOT / "spec/openapi.json").read_text()
    service = root(
        GENERATED / "externalServiceRegistrations/GiftConnector.externalServiceRegistration-meta.xml"
    )

    (action,) = values(flow("Send_Gift"), "actionCalls/actionName")
    assert action.partition(".")[2] in values(service, "operations/name")
    assert json.loads(values(service, "schema")[0]) == json.loads(document)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name.split(".")[0])
def test_every_failure_has_a_way_out(path: Path) -> None:
    described = root(path)
    faults = {target for each in described for target in values(each, "faultConnector/targetReference")}

    for element in described:
        kind = etree.QName(element).localname
        if kind in {"actionCalls", "recordCreates", "recordLookups", "recordUpdates"}:
            (name,) = values(element, "name")
            assert values(element, "faultConnector/targetReference") or name in faults, name


def test_access_to_the_credential_is_outside_the_package() -> None:
    inside = [
        path for path in GENERATED.rglob("*.xml") if b"externalCredentialPrincipal" in path.read_bytes()
    ]
    outside = root(ROOT / "unpackaged/post/gift_callout/permissionsets/Gift_Callout.permissionset-meta.xml")

    assert inside == []
    granted = values(outside, "externalCredentialPrincipalAccesses/externalCredentialPrincipal")
    credential = root(GENERATED / "externalCredentials/Gift_Connector.externalCredential-meta.xml")
    principals = [
        values(parameter, "parameterName")[0]
        for parameter in credential.iter("{*}externalCredentialParameters")
        if values(parameter, "parameterType") == ["NamedPrincipal"]
    ]
    assert granted == [f"Gift_Connector-{principals[0]}"]


def test_dashboards_run_as_whoever_looks() -> None:
    for path in (GENERATED / "dashboards").rglob("*.dashboard-meta.xml"):
        dashboard = root(path)
        assert values(dashboard, "dashboardType") == ["LoggedInUser"]
        assert values(dashboard, "runningUser") == []


def test_what_gifting_needs_of_a_recipient_is_mapped_for_both_objects() -> None:
    records = [root(path) for path in (GENERATED / "customMetadata").glob("*.md-meta.xml")]
    mapped = set()
    for record in records:
        held = dict(zip(values(record, "values/field"), values(record, "values/value"), strict=True))
        mapped.add((held["Object__c"], held["Attribute__c"], held["Required__c"]))

    for sobject in ("Contact", "Lead"):
        for attribute in ("First Name", "Last Name", "Email"):
            assert (sobject, attribute, "true") in mapped
        for attribute in ("Company", "Title", "Street", "Phone"):
            assert (sobject, attribute, "false") in mapped


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_field_has_a_label_of_its_own_in_each_language(language: str) -> None:
    fields = [
        path
        for path in (GENERATED / "objects").glob("*/fields/*.field-meta.xml")
        if path.parts[-3] != "Activity"
    ]

    for path in fields:
        sobject, name = path.parts[-3], path.name.split(".")[0]
        translation = LANGUAGES / f"objectTranslations/{sobject}-{language}/{name}.fieldTranslation-meta.xml"
        assert all(values(root(translation), "label")), translation


@pytest.mark.parametrize(("language", "label"), [("de", "Geschenk senden"), ("fr", "Envoyer un cadeau")])
def test_the_quick_action_of_lightning_speaks_the_language_too(language: str, label: str) -> None:
    actions = sorted((ROOT / "force-app/main/default/quickActions").glob("*.quickAction-meta.xml"))

    assert len(actions) == 2
    for path in actions:
        sobject, name = path.name.split(".")[:2]
        folder = f"objectTranslations/{sobject}-{language}"
        translated = root(LANGUAGES / folder / f"{sobject}-{language}.objectTranslation-meta.xml")
        assert values(translated, "quickActions/name") == [name]
        assert values(translated, "quickActions/label") == [label]


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.name.split(".")[0])
def test_no_two_elements_of_a_flow_stand_on_the_same_spot(path: Path) -> None:
    places = [
        (values(element, "locationX")[0], values(element, "locationY")[0])
        for element in root(path)
        if values(element, "locationX")
    ]

    assert len(places) > 1
    assert len(set(places)) == len(places)
