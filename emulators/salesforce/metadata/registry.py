"""The metadata types: where their files live, what they hold, and who applies them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OBJECT_CHILDREN = MappingProxyType(
    {
        "fields": "CustomField",
        "listViews": "ListView",
        "webLinks": "WebLink",
        "compactLayouts": "CompactLayout",
        "validationRules": "ValidationRule",
        "recordTypes": "RecordType",
        "fieldSets": "FieldSet",
        "businessProcesses": "BusinessProcess",
        "sharingReasons": "SharingReason",
        "indexes": "Index",
    }
)


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """One type as describeMetadata shows it.

    children: element name to the type of the components inside, named `Parent.Child`.
    meta_file: each component is a file of any content beside `<file>-meta.xml`.
    bundle: each component is a folder.
    """

    name: str
    folder: str
    suffix: str
    key_prefix: str = "0Mt"
    children: Mapping[str, str] = field(default_factory=dict, hash=False)
    meta_file: bool = False
    in_folder: bool = False
    bundle: bool = False


TYPES = (
    TypeInfo("CustomObject", "objects", "object", "01I", OBJECT_CHILDREN),
    TypeInfo("GlobalValueSet", "globalValueSets", "globalValueSet", "0Nt"),
    TypeInfo("StandardValueSet", "standardValueSets", "standardValueSet", "0Nv"),
    TypeInfo("PermissionSet", "permissionsets", "permissionset", "0PS"),
    TypeInfo("PermissionSetGroup", "permissionsetgroups", "permissionsetgroup", "0PG"),
    TypeInfo("MutingPermissionSet", "mutingpermissionsets", "mutingpermissionset", "0QM"),
    TypeInfo("Profile", "profiles", "profile", "00e"),
    TypeInfo("CustomPermission", "customPermissions", "customPermission", "0CP"),
    TypeInfo("Layout", "layouts", "layout", "00h"),
    TypeInfo("CustomTab", "tabs", "tab", "01r"),
    TypeInfo("CustomApplication", "applications", "app", "02u"),
    TypeInfo("ExternalClientApplication", "externalClientApps", "eca", "0xI"),
    TypeInfo("ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth", "0x9"),
    TypeInfo("ExtlClntAppGlobalOauthSettings", "extlClntAppGlobalOauthSets", "ecaGlblOauth", "0xR"),
    TypeInfo("ExtlClntAppConfigurablePolicies", "extlClntAppPolicies", "ecaPlcy", "0xP"),
    TypeInfo("ExtlClntAppOauthConfigurablePolicies", "extlClntAppOauthPolicies", "ecaOauthPlcy", "0xO"),
    TypeInfo("ConnectedApp", "connectedApps", "connectedApp", "0H4"),
    TypeInfo("RemoteSiteSetting", "remoteSiteSettings", "remoteSite", "0rp"),
    TypeInfo("CspTrustedSite", "cspTrustedSites", "cspTrustedSite", "08y"),
    TypeInfo("CorsWhitelistOrigin", "corsWhitelistOrigins", "corsWhitelistOrigin", "0Cx"),
    TypeInfo("NamedCredential", "namedCredentials", "namedCredential", "0XA"),
    TypeInfo("ExternalCredential", "externalCredentials", "externalCredential", "0pu"),
    TypeInfo("ExternalAuthIdentityProvider", "externalAuthIdentityProviders", "externalAuthIdentityProvider"),
    TypeInfo(
        "ExternalServiceRegistration", "externalServiceRegistrations", "externalServiceRegistration", "0uj"
    ),
    TypeInfo("Certificate", "certs", "crt", "0P1", meta_file=True),
    TypeInfo("AuthProvider", "authproviders", "authprovider", "0SO"),
    TypeInfo("Flow", "flows", "flow", "301"),
    TypeInfo("FlowDefinition", "flowDefinitions", "flowDefinition", "300"),
    TypeInfo("FlexiPage", "flexipages", "flexipage", "0M0"),
    TypeInfo("QuickAction", "quickActions", "quickAction", "09D"),
    TypeInfo("PathAssistant", "pathAssistants", "pathAssistant", "0Pt"),
    TypeInfo("Workflow", "workflows", "workflow", "01Q"),
    TypeInfo("ApprovalProcess", "approvalProcesses", "approvalProcess", "04a"),
    TypeInfo("CustomLabels", "labels", "labels", "101", MappingProxyType({"labels": "CustomLabel"})),
    TypeInfo("CustomMetadata", "customMetadata", "md", "m00"),
    TypeInfo("CustomNotificationType", "notificationtypes", "notiftype", "0ML"),
    TypeInfo("CustomObjectTranslation", "objectTranslations", "objectTranslation", "01h"),
    TypeInfo("Translations", "translations", "translation", "01h"),
    TypeInfo("GlobalValueSetTranslation", "globalValueSetTranslations", "globalValueSetTranslation"),
    TypeInfo("StandardValueSetTranslation", "standardValueSetTranslations", "standardValueSetTranslation"),
    TypeInfo("LeadConvertSettings", "LeadConvertSettings", "LeadConvertSetting", "06P"),
    TypeInfo("DuplicateRule", "duplicateRules", "duplicateRule", "0Bm"),
    TypeInfo("MatchingRules", "matchingRules", "matchingRule", "0JD"),
    TypeInfo("SharingRules", "sharingRules", "sharingRules", "0SR"),
    TypeInfo("Queue", "queues", "queue", "00G"),
    TypeInfo("Group", "groups", "group", "00G"),
    TypeInfo("Role", "roles", "role", "00E"),
    TypeInfo("Settings", "settings", "settings", "0Se"),
    TypeInfo("HomePageLayout", "homePageLayouts", "homePageLayout", "00h"),
    TypeInfo("HomePageComponent", "homePageComponents", "homePageComponent", "00l"),
    TypeInfo("CustomPageWebLink", "weblinks", "weblink", "00b"),
    TypeInfo("ReportType", "reportTypes", "reportType", "070"),
    TypeInfo("Report", "reports", "report", "00O", in_folder=True),
    TypeInfo("Dashboard", "dashboards", "dashboard", "01Z", in_folder=True),
    TypeInfo("EmailTemplate", "email", "email", "00X", meta_file=True, in_folder=True),
    TypeInfo("Document", "documents", "", "015", meta_file=True, in_folder=True),
    TypeInfo("StaticResource", "staticresources", "resource", "081", meta_file=True),
    TypeInfo("ApexClass", "classes", "cls", "01p", meta_file=True),
    TypeInfo("ApexTrigger", "triggers", "trigger", "01q", meta_file=True),
    TypeInfo("ApexPage", "pages", "page", "066", meta_file=True),
    TypeInfo("ApexComponent", "components", "component", "099", meta_file=True),
    TypeInfo("LightningComponentBundle", "lwc", "", "0Rb", bundle=True),
    TypeInfo("AuraDefinitionBundle", "aura", "", "0Ab", bundle=True),
    TypeInfo("LightningMessageChannel", "messageChannels", "messageChannel", "0KM"),
    TypeInfo("PlatformEventChannel", "platformEventChannels", "platformEventChannel", "0YL"),
    TypeInfo(
        "PlatformEventChannelMember", "platformEventChannelMembers", "platformEventChannelMember", "0v8"
    ),
    TypeInfo("InstalledPackage", "installedPackages", "installedPackage", "0A3"),
    TypeInfo("RestrictionRule", "restrictionRules", "rule", "9Sy"),
    TypeInfo("Prompt", "prompts", "prompt", "0P0"),
    TypeInfo("Community", "communities", "community", "09a"),
    TypeInfo("Network", "networks", "network", "0DB"),
    TypeInfo("CustomSite", "sites", "site", "0DM"),
)

BY_NAME: Mapping[str, TypeInfo] = {info.name: info for info in TYPES}
BY_FOLDER: Mapping[str, TypeInfo] = {info.folder: info for info in TYPES}
PARENT_OF: Mapping[str, TypeInfo] = {child: info for info in TYPES for child in info.children.values()}
CHILD_KEY_PREFIXES = {"CustomField": "00N", "ListView": "00B", "WebLink": "00b", "CompactLayout": "0AH"}
CHILD_KEY_PREFIXES |= {"ValidationRule": "03d", "RecordType": "012", "FieldSet": "0IX", "CustomLabel": "101"}


def key_prefix_of(type_name: str) -> str:
    """The key prefix of components of a type, also of those that live inside another's file."""
    info = BY_NAME.get(type_name)
    return info.key_prefix if info else CHILD_KEY_PREFIXES.get(type_name, "0Mt")


def is_known(type_name: str) -> bool:
    """True for every type the org has, and for types inside another's file."""
    return type_name in BY_NAME or type_name in PARENT_OF
