"""Who applies which type, and in which order a deploy does."""

from collections.abc import Mapping

from emulators.salesforce.metadata.types.base import CheckedType, MetadataType
from emulators.salesforce.metadata.types.client_app import AppPart, GlobalOauthSettings, OauthPolicies
from emulators.salesforce.metadata.types.credentials import (
    ExternalCredential,
    ExternalServiceRegistration,
    NamedCredential,
)
from emulators.salesforce.metadata.types.custom_field import CustomField
from emulators.salesforce.metadata.types.custom_label import CustomLabel
from emulators.salesforce.metadata.types.custom_metadata import CustomMetadata
from emulators.salesforce.metadata.types.custom_object import CustomObject
from emulators.salesforce.metadata.types.custom_permission import CustomPermission
from emulators.salesforce.metadata.types.experience import FlexiPage, QuickAction
from emulators.salesforce.metadata.types.flow import Flow, FlowDefinition
from emulators.salesforce.metadata.types.global_value_set import GlobalValueSet
from emulators.salesforce.metadata.types.layout import Layout
from emulators.salesforce.metadata.types.navigation import CustomApplication, CustomTab
from emulators.salesforce.metadata.types.object_parts import CompactLayout, ListView, ValidationRule, WebLink
from emulators.salesforce.metadata.types.permission_set import PermissionSet
from emulators.salesforce.metadata.types.profile import Profile
from emulators.salesforce.metadata.types.record_type import RecordType
from emulators.salesforce.metadata.types.standard_value_set import StandardValueSet

# In this order: what stands later may need what stands earlier.
_EVALUATED: Mapping[str, MetadataType] = {
    "GlobalValueSet": GlobalValueSet(),
    "StandardValueSet": StandardValueSet(),
    "CustomObject": CustomObject(),
    "CustomField": CustomField(),
    "ValidationRule": ValidationRule(),
    "RecordType": RecordType(),
    "ListView": ListView(),
    "WebLink": WebLink(),
    "CompactLayout": CompactLayout(),
    "CustomPermission": CustomPermission(),
    "CustomMetadata": CustomMetadata(),
    "ExternalCredential": ExternalCredential(),
    "NamedCredential": NamedCredential(),
    "ExternalServiceRegistration": ExternalServiceRegistration(),
    "Flow": Flow(),
    "FlowDefinition": FlowDefinition(),
}
_AFTER_OTHERS: Mapping[str, MetadataType] = {
    "CustomLabel": CustomLabel(),
    "QuickAction": QuickAction(),
    "Layout": Layout(),
    "FlexiPage": FlexiPage(),
    "CustomTab": CustomTab(),
    "CustomApplication": CustomApplication(),
    "PermissionSet": PermissionSet(),
    "Profile": Profile(),
    "ExternalClientApplication": CheckedType(),
    "ExtlClntAppOauthSettings": AppPart(),
    "ExtlClntAppGlobalOauthSettings": GlobalOauthSettings(),
    "ExtlClntAppConfigurablePolicies": AppPart(),
    "ExtlClntAppOauthConfigurablePolicies": OauthPolicies(),
}
SCHEMA_TYPES = frozenset(
    {"GlobalValueSet", "StandardValueSet", "CustomObject", "CustomField", "ValidationRule", "RecordType"}
)
_STORED = MetadataType()


def handler_of(type_name: str) -> MetadataType:
    """Who applies components of a type; types without a module of their own are kept."""
    return _EVALUATED.get(type_name) or _AFTER_OTHERS.get(type_name) or _STORED


def rank_of(type_name: str) -> int:
    """The place of a type in a deploy; types that are only kept come before those that grant access."""
    order = [*_EVALUATED, "", *_AFTER_OTHERS]
    return order.index(type_name) if type_name in order else order.index("")
