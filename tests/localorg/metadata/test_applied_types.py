"""What further types change in the org, and what they leave to be told."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.org import Org
from emulators.salesforce.security.entities import custom_permissions

NS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'

REP = "rep@local.example"
DATA = "/services/data/v66.0"


def xml(kind: str, body: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} {NS}>{body}</{kind}>'


def texts(outcome: Outcome) -> list[str]:
    return [problem.text for problem in outcome.problems]


def record_type(name: str, value: str = "Hot") -> str:
    return (
        f"<recordTypes><fullName>{name}</fullName><active>true</active><label>{name} People</label>"
        f"<picklistValues><picklist>Rating</picklist><values><fullName>{value}</fullName>"
        "<default>false</default></values></picklistValues></recordTypes>"
    )


@pytest.fixture
def query(client: FlaskClient) -> Callable[[str], Any]:
    def run(text: str) -> Any:
        answer = client.get(f"{DATA}/query", query_string={"q": text})
        assert answer.status_code == 200, answer.text
        return answer.json["records"]

    return run


@pytest.fixture
def deploy_files(package: Any, deploy_to: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Deploys files; the members follow from their names."""

    def run(*components: tuple[str, str, str, str], **options: Any) -> Outcome:
        package.files = {path: text for _, _, path, text in components}
        package.members = {}
        for kind, name, _, _ in components:
            package.members.setdefault(kind, []).append(name)
        return deploy_to(package, **options)

    return run


def lead(body: str) -> tuple[str, str, str, str]:
    return "CustomObject", "Lead", "objects/Lead.object", xml("CustomObject", body)


def admin_profile(body: str, name: str = "Admin") -> tuple[str, str, str, str]:
    return "Profile", name, f"profiles/{name}.profile", xml("Profile", body)


def test_a_record_type_is_a_row_a_description_and_a_profiles_default(
    deploy_files: Callable[..., Outcome], query: Callable[[str], Any], client: FlaskClient
) -> None:
    visibility = (
        "<recordTypeVisibilities><default>true</default><recordType>Lead.Warm</recordType>"
        "<visible>true</visible></recordTypeVisibilities>"
    )

    outcome = deploy_files(lead(record_type("Warm")), admin_profile(visibility))
    made = client.post(f"{DATA}/sobjects/Lead", json={"LastName": "L", "Company": "C"}).json

    assert texts(outcome) == []
    row = query("SELECT Id, Name, SobjectType, IsActive FROM RecordType")[0]
    assert (row["Name"], row["SobjectType"], row["IsActive"]) == ("Warm People", "Lead", True)
    infos = client.get(f"{DATA}/sobjects/Lead/describe").json["recordTypeInfos"]
    assert [(i["developerName"], i["defaultRecordTypeMapping"]) for i in infos] == [
        ("Warm", True),
        ("Master", False),
    ]
    assert made["success"]
    warm = query("SELECT Name FROM Lead WHERE RecordType.DeveloperName = 'Warm'")
    assert [record["Name"] for record in warm] == ["L"]


def test_a_record_type_offers_only_values_that_there_are(deploy_files: Callable[..., Outcome]) -> None:
    outcome = deploy_files(lead(record_type("Warm", "Lukewarm")))

    assert texts(outcome) == ["Picklist value: Lukewarm in picklist: Rating not found"]


METADATA_TYPE = xml(
    "CustomObject",
    "<fields><fullName>Rate__c</fullName><label>Rate</label><precision>5</precision><scale>2</scale>"
    "<type>Number</type></fields><label>Tariff</label><pluralLabel>Tariffs</pluralLabel>"
    "<visibility>Public</visibility>",
)


def tariff(name: str, rate: str, field: str = "Rate__c") -> tuple[str, str, str, str]:
    body = (
        f"<label>{name} tariff</label><protected>false</protected><values><field>{field}</field>"
        f'<value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="x" xsi:type="xsd:double">'
        f"{rate}</value></values>"
    )
    return "CustomMetadata", f"Tariff.{name}", f"customMetadata/Tariff.{name}.md", xml("CustomMetadata", body)


def test_custom_metadata_records_are_queried_and_not_written(
    deploy_files: Callable[..., Outcome], query: Callable[[str], Any], client: FlaskClient
) -> None:
    kind = ("CustomObject", "Tariff__mdt", "objects/Tariff__mdt.object", METADATA_TYPE)
    first = deploy_files(kind, tariff("Inland", "4.5"), tariff("Abroad", "9"))
    second = deploy_files(tariff("Inland", "5"))
    broken = deploy_files(tariff("Inland", "5", "Price__c"))
    unread = deploy_files(tariff("Inland", "dear"))

    written = client.post(f"{DATA}/sobjects/Tariff__mdt", json={"DeveloperName": "X", "MasterLabel": "X"})

    assert texts(first) + texts(second) == []
    assert texts(broken) == ["In field: field - no CustomField named Tariff__mdt.Price__c found"]
    assert texts(unread) == ['For input string: "dear"']
    found = query("SELECT DeveloperName, MasterLabel, Rate__c FROM Tariff__mdt ORDER BY DeveloperName")
    assert [(r["DeveloperName"], r["MasterLabel"], r["Rate__c"]) for r in found] == [
        ("Abroad", "Abroad tariff", 9.0),
        ("Inland", "Inland tariff", 5.0),
    ]
    assert written.status_code >= 400


def test_the_tooling_api_names_a_metadata_type_without_its_suffix(
    deploy_files: Callable[..., Outcome], client: FlaskClient
) -> None:
    deploy_files(("CustomObject", "Tariff__mdt", "objects/Tariff__mdt.object", METADATA_TYPE))
    text = "SELECT DeveloperName FROM EntityDefinition WHERE QualifiedApiName = 'Tariff__mdt'"

    answer = client.get(f"{DATA}/tooling/query", query_string={"q": text}).json

    assert [record["DeveloperName"] for record in answer["records"]] == ["Tariff"]


def test_custom_metadata_is_read_by_those_who_are_granted_its_type(
    deploy_files: Callable[..., Outcome], client_of: Callable[[str], FlaskClient]
) -> None:
    kind = ("CustomObject", "Tariff__mdt", "objects/Tariff__mdt.object", METADATA_TYPE)
    grant = (
        "<customMetadataTypeAccesses><enabled>true</enabled><name>Tariff__mdt</name>"
        "</customMetadataTypeAccesses>"
    )
    rep = client_of(REP)
    text = {"q": "SELECT Rate__c FROM Tariff__mdt"}
    assert texts(deploy_files(kind, tariff("Inland", "4.5"))) == []
    before = rep.get(f"{DATA}/query", query_string=text)

    assert texts(deploy_files(admin_profile(grant, "Minimum Access - Salesforce"))) == []
    after = rep.get(f"{DATA}/query", query_string=text)

    assert before.json[0]["errorCode"] == "INVALID_TYPE"
    assert after.json["records"][0]["Rate__c"] == 4.5


def test_a_list_custom_setting_has_names_and_no_owner(
    deploy_files: Callable[..., Outcome], org: Org, client: FlaskClient
) -> None:
    body = (
        "<customSettingsType>List</customSettingsType><label>Country</label><visibility>Public</visibility>"
    )
    outcome = deploy_files(
        ("CustomObject", "Country__c", "objects/Country__c.object", xml("CustomObject", body))
    )

    first = client.post(f"{DATA}/sobjects/Country__c", json={"Name": "DE"})
    second = client.post(f"{DATA}/sobjects/Country__c", json={"Name": "DE"})

    assert texts(outcome) == []
    assert "SetupOwnerId" not in org.schema.objects["Country__c"].fields
    assert (first.status_code, second.json[0]["errorCode"]) == (201, "DUPLICATE_VALUE")


PERMISSION = (
    "CustomPermission",
    "Send_Anything",
    "customPermissions/Send_Anything.customPermission",
    xml("CustomPermission", "<isLicensed>false</isLicensed><label>Send Anything</label>"),
)


def test_a_custom_permission_reaches_those_whose_profile_or_set_grants_it(
    deploy_files: Callable[..., Outcome], org: Org, query: Callable[[str], Any]
) -> None:
    grant = (
        "<customPermissions><enabled>true</enabled><name>Send_Anything</name></customPermissions>"
        "<objectPermissions><allowCreate>false</allowCreate><allowDelete>false</allowDelete>"
        "<allowEdit>false</allowEdit><allowRead>true</allowRead><modifyAllRecords>false</modifyAllRecords>"
        "<object>Contact</object><viewAllRecords>false</viewAllRecords></objectPermissions>"
    )
    outcome = deploy_files(PERMISSION, admin_profile(grant, "Minimum Access - Salesforce"))
    rep, admin = (org.user(name).id for name in (REP, "admin@local.example"))

    assert texts(outcome) == []
    assert custom_permissions(org, rep) == ["Send_Anything"]
    assert custom_permissions(org, admin) == []
    assert query("SELECT SetupEntityType FROM SetupEntityAccess")[0]["SetupEntityType"] == "CustomPermission"


def test_a_profile_grants_its_users_what_it_says(
    deploy_files: Callable[..., Outcome], client_of: Callable[[str], FlaskClient]
) -> None:
    grant = (
        "<fieldPermissions><editable>false</editable><field>Contact.Email</field>"
        "<readable>true</readable></fieldPermissions><objectPermissions><allowCreate>false</allowCreate>"
        "<allowDelete>false</allowDelete><allowEdit>false</allowEdit><allowRead>true</allowRead>"
        "<modifyAllRecords>false</modifyAllRecords><object>Contact</object>"
        "<viewAllRecords>false</viewAllRecords></objectPermissions>"
    )
    rep = client_of(REP)
    text = {"q": "SELECT Email FROM Contact"}
    before = rep.get(f"{DATA}/query", query_string=text)

    deploy_files(admin_profile(grant, "Minimum Access - Salesforce"))

    assert before.json[0]["errorCode"] == "INVALID_TYPE"
    assert rep.get(f"{DATA}/query", query_string=text).status_code == 200


def test_a_profile_that_the_org_has_not_is_kept_and_the_deploy_says_so(
    deploy_files: Callable[..., Outcome],
) -> None:
    known, unknown = (
        deploy_files(admin_profile("", name)) for name in ("Minimum Access - Salesforce", "Sales")
    )

    assert known.successes[0].warning == ""
    assert unknown.successes[0].warning.startswith("The local org makes no profiles")


def test_a_standard_value_set_changes_its_fields(deploy_files: Callable[..., Outcome], org: Org) -> None:
    body = (
        "<sorted>false</sorted><standardValue><fullName>Gift</fullName><default>true</default>"
        "<label>Gift</label></standardValue>"
    )
    path = "standardValueSets/CampaignType.standardValueSet"

    outcome = deploy_files(("StandardValueSet", "CampaignType", path, xml("StandardValueSet", body)))

    assert texts(outcome) == []
    assert [v.value for v in org.schema.objects["Campaign"].fields["Type"].picklist_values] == ["Gift"]


def flow(status: str, label: str) -> tuple[str, str, str, str]:
    body = (
        f"<label>{label}</label><processType>AutoLaunchedFlow</processType><start><locationX>0</locationX>"
        f"<locationY>0</locationY></start><status>{status}</status>"
    )
    return "Flow", "Greet", "flows/Greet.flow", xml("Flow", body)


def test_flows_have_versions_and_the_deploy_says_that_none_is_run(
    deploy_files: Callable[..., Outcome], query: Callable[[str], Any]
) -> None:
    outcomes = [
        deploy_files(flow("Active", "One")),
        deploy_files(flow("Active", "One")),
        deploy_files(flow("Active", "Two")),
        deploy_files(flow("Draft", "Three")),
    ]

    assert [text for outcome in outcomes for text in texts(outcome)] == []
    assert "does not evaluate" in outcomes[0].successes[0].warning
    versions = query("SELECT VersionNumber, Status FROM FlowVersionView ORDER BY VersionNumber")
    assert [(v["VersionNumber"], v["Status"]) for v in versions] == [
        (1, "Obsolete"),
        (2, "Active"),
        (3, "Draft"),
    ]
    told = query("SELECT ApiName, IsActive, ActiveVersionId, LatestVersionId FROM FlowDefinitionView")[0]
    assert (told["IsActive"], told["ActiveVersionId"], told["LatestVersionId"]) == (
        True,
        "Greet-2",
        "Greet-3",
    )


def test_the_tooling_api_tells_the_active_version(
    deploy_files: Callable[..., Outcome], client: FlaskClient
) -> None:
    deploy_files(flow("Active", "One"))
    text = "SELECT DeveloperName, ActiveVersion.VersionNumber FROM FlowDefinition"

    answer = client.get(f"{DATA}/tooling/query", query_string={"q": text}).json

    assert answer["records"][0]["DeveloperName"] == "Greet"
    assert answer["records"][0]["ActiveVersion"]["VersionNumber"] == 1


@pytest.mark.parametrize(
    ("kind", "name", "path", "body", "problem"),
    [
        (
            "QuickAction",
            "Contact.Send",
            "quickActions/Contact.Send.quickAction",
            (
                "<label>Send</label><lightningWebComponent>sendGift</lightningWebComponent>"
                "<optionsCreateFeedItem>false</optionsCreateFeedItem><type>LightningWebComponent</type>"
            ),
            "In field: lightningWebComponent - no LightningComponentBundle named sendGift found",
        ),
        (
            "FlexiPage",
            "Contact_Page",
            "flexipages/Contact_Page.flexipage",
            (
                "<flexiPageRegions><itemInstances><componentInstance><componentName>c:gifts</componentName>"
                "</componentInstance></itemInstances><name>main</name><type>Region</type></flexiPageRegions>"
                "<masterLabel>P</masterLabel><sobjectType>Contact</sobjectType><template><name>flexipage:x</name>"
                "</template><type>RecordPage</type>"
            ),
            "We couldn't retrieve the design time component information for component c:gifts",
        ),
        (
            "NamedCredential",
            "Connector",
            "namedCredentials/Connector.namedCredential",
            (
                "<label>Connector</label><namedCredentialParameters><externalCredential>Keys</externalCredential>"
                "<parameterName>ExternalCredential</parameterName><parameterType>Authentication</parameterType>"
                "</namedCredentialParameters><namedCredentialType>SecuredEndpoint</namedCredentialType>"
            ),
            "In field: externalCredential - no ExternalCredential named Keys found",
        ),
    ],
)
def test_what_points_at_nothing_is_refused(
    deploy_files: Callable[..., Outcome], kind: str, name: str, path: str, body: str, problem: str
) -> None:
    assert texts(deploy_files((kind, name, path, xml(kind, body)))) == [problem]


def test_without_rollback_the_sound_components_stay(deploy_files: Callable[..., Outcome], org: Org) -> None:
    broken = lead(record_type("Warm", "Lukewarm"))

    outcome = deploy_files(PERMISSION, broken, rollback_on_error=False)

    assert (outcome.succeeded, outcome.partial, len(outcome.problems)) == (True, True, 1)
    assert org.db.one('SELECT count(*) FROM "CustomPermission"')[0] == 1
    assert org.db.one('SELECT count(*) FROM "RecordType"')[0] == 0


def test_user_permissions_that_nothing_looks_at_are_told(deploy_files: Callable[..., Outcome]) -> None:
    granted = "".join(
        f"<userPermissions><enabled>{on}</enabled><name>{name}</name></userPermissions>"
        for name, on in (("ManageRoles", "true"), ("ViewRoles", "false"), ("ConvertLeads", "true"))
    )
    body = f"<label>Power</label>{granted}"

    outcome = deploy_files(
        ("PermissionSet", "Power", "permissionsets/Power.permissionset", xml("PermissionSet", body))
    )

    assert outcome.succeeded, texts(outcome)
    assert [success.warning for success in outcome.successes] == [
        "The local org keeps these user permissions but does not evaluate them: ManageRoles"
    ]


def test_settings_have_a_root_element_of_their_own(deploy_files: Callable[..., Outcome]) -> None:
    path = "settings/OauthOidc.settings"
    good = xml("OauthOidcSettings", "<blockOAuthUnPwFlow>false</blockOAuthUnPwFlow>")
    bad = xml("OauthOidcSettings", "<blockEverything>false</blockEverything>")

    accepted = deploy_files(("Settings", "OauthOidc", path, good))
    refused = deploy_files(("Settings", "OauthOidc", path, bad))

    assert accepted.succeeded, texts(accepted)
    assert "blockEverything" in texts(refused)[0]
