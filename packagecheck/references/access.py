"""Permission sets: only what exists, never what Salesforce refuses to grant, each right with its ground."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.world import World, closest

_RESTS_ON = {
    "allowCreate": ("allowRead",),
    "allowEdit": ("allowRead",),
    "allowDelete": ("allowRead", "allowEdit"),
    "viewAllRecords": ("allowRead",),
    "modifyAllRecords": ("allowRead", "allowEdit", "allowDelete", "viewAllRecords"),
}
# Always there, so there is no right to give.
_WITHOUT_SECURITY = {
    "Contact": {"Name", "FirstName", "LastName"},
    "Lead": {"Name", "FirstName", "LastName", "Company", "Status", "IsConverted"},
    "Campaign": {"Name"},
    "CampaignMember": {"CampaignId", "ContactId", "LeadId", "Status"},
    "Account": {"Name"},
    "Opportunity": {"Name", "StageName", "CloseDate"},
    "Task": {"Subject", "Status", "Priority", "OwnerId"},
    "Event": {"Subject", "OwnerId"},
}
_ALWAYS = {
    "Id",
    "OwnerId",
    "CreatedById",
    "CreatedDate",
    "LastModifiedById",
    "LastModifiedDate",
    "SystemModstamp",
}
_READ_NEEDS_READ_OF = {
    "Contact": "Account",
    "Opportunity": "Account",
    "Case": "Account",
    "Contract": "Account",
}
# Access to these follows from other objects or from user permissions.
_NO_OBJECT_RIGHTS = {"CampaignMember", "Task", "Event", "Activity", "User", "CampaignMemberStatus"}
# Compound fields by what the names of their parts begin with; access is given to an address as a whole.
# Source: Object Reference, Compound Address Fields, and the values of FieldPermissions.Field.
_ADDRESSES = {
    "Account": {"Billing": "BillingAddress", "Shipping": "ShippingAddress"},
    "Contact": {"Mailing": "MailingAddress", "Other": "OtherAddress"},
    "Lead": {"": "Address"},
}
_ADDRESS_PARTS = ("Street", "City", "State", "StateCode", "PostalCode", "Country", "CountryCode")
# Standard objects that permission sets open and Apex does not know, so that none describes them.
# Source: Named Credentials Developer Guide, Enable User External Credentials.
_OPENED_WITHOUT_APEX = {"UserExternalCredential"}


def findings(world: World) -> Iterator[Finding]:
    """Rights that an org would refuse to deploy."""
    for component in world.package.of_type("PermissionSet"):
        if not component.text("label"):
            yield Finding(component.path, 0, "the permission set has no label")
        for check in (_objects, _fields, _references, _repeated):
            for line, text in check(component, world):
                yield Finding(component.path, line, text)


def _objects(component: Component, world: World) -> Iterator[tuple[int, str]]:
    readable = {
        text_of(each, "object")
        for each in component.each("objectPermissions")
        if text_of(each, "allowRead") == "true"
    }
    for element in component.each("objectPermissions"):
        name = text_of(element, "object")
        if not world.has_object(name) and name not in _OPENED_WITHOUT_APEX:
            yield line_of(element), f"there is no object {name}"
        elif name in _NO_OBJECT_RIGHTS:
            yield line_of(element), f"{name} takes no object permissions; access follows from elsewhere"
        for right, grounds in _RESTS_ON.items():
            if text_of(element, right) == "true":
                missing = [ground for ground in grounds if text_of(element, ground) != "true"]
                if missing:
                    yield line_of(element), f"{right} on {name} depends on {', '.join(missing)}"
        needed = _READ_NEEDS_READ_OF.get(name)
        if name in readable and needed and needed not in readable:
            yield line_of(element), f"read on {name} depends on read on {needed}"
        master = _master_of(name, world)
        if name in readable and master and master not in readable:
            yield line_of(element), f"read on {name} depends on read on its master {master}"


def _master_of(sobject: str, world: World) -> str | None:
    described = world.custom_fields.get(sobject, {}).values()
    return next((each.refers_to for each in described if each.type == "MasterDetail"), None)


def _fields(component: Component, world: World) -> Iterator[tuple[int, str]]:
    for element in component.each("fieldPermissions"):
        full = text_of(element, "field")
        sobject, _, name = full.partition(".")
        line = line_of(element)
        if sobject == "Activity":
            yield line, "fields of Activity are granted through Task and Event"
        elif not world.has_object(sobject):
            yield line, f"there is no object {sobject}"
        elif name in _ADDRESSES.get(sobject, {}).values():
            continue
        elif whole := _address_of(sobject, name):
            yield line, f"{full} is a part of {sobject}.{whole}, to which access is given as a whole"
        elif name not in world.field_names(sobject):
            yield line, f"there is no field {full}{closest(name, world.field_names(sobject))}"
        elif _without_security(sobject, name, world):
            yield line, f"{full} is required or always readable; a permission set cannot name it"
        else:
            yield from _rights_on_field(element, sobject, name, world)


def _address_of(sobject: str, name: str) -> str | None:
    """The compound field that a field is a part of."""
    for beginning, whole in _ADDRESSES.get(sobject, {}).items():
        if name in {f"{beginning}{part}" for part in _ADDRESS_PARTS}:
            return whole
    return None


def _rights_on_field(
    element: etree._Element, sobject: str, name: str, world: World
) -> Iterator[tuple[int, str]]:
    found = world.custom_field(sobject, name)
    editable = text_of(element, "editable") == "true"
    if editable and text_of(element, "readable") == "false":
        yield line_of(element), f"{sobject}.{name} is editable and not readable"
    if editable and found is not None and (found.formula or found.type in ("AutoNumber", "Summary")):
        yield line_of(element), f"{sobject}.{name} is computed; nobody can edit it"


def _without_security(sobject: str, name: str, world: World) -> bool:
    found = world.custom_field(sobject, name)
    if found is not None:
        return found.required
    owner = world.own_object(sobject)
    return (
        name in _ALWAYS
        or name in _WITHOUT_SECURITY.get(sobject, set())
        or (owner is not None and name == "Name")
    )


def _references(component: Component, world: World) -> Iterator[tuple[int, str]]:
    package = world.package
    for path, type_name, what in (
        ("tabSettings/tab", "CustomTab", "tab"),
        ("customPermissions/name", "CustomPermission", "custom permission"),
        ("applicationVisibilities/application", "CustomApplication", "application"),
        ("customSettingAccesses/name", "CustomObject", "custom setting"),
        ("customMetadataTypeAccesses/name", "CustomObject", "custom metadata type"),
        ("flowAccesses/flow", "Flow", "Flow"),
    ):
        for element in component.each(path):
            name = (element.text or "").strip()
            standard = name.startswith(("standard-", "standard__"))
            if not standard and package.named(type_name, name) is None:
                known = [each.name for each in package.of_type(type_name)]
                yield line_of(element), f"there is no {what} {name}{closest(name, known)}"
    for path in ("classAccesses/apexClass", "pageAccesses/apexPage"):
        for element in component.each(path):
            yield line_of(element), f"the package has no Apex, and so no {(element.text or '').strip()}"
    granted = {
        text_of(each, "name")
        for each in component.each("userPermissions")
        if text_of(each, "enabled") == "true"
    }
    if "EditTask" in granted and "ActivitiesAccess" not in granted:
        yield 0, "EditTask depends on ActivitiesAccess"


def _repeated(component: Component, world: World) -> Iterator[tuple[int, str]]:
    del world
    for path in (
        "fieldPermissions/field",
        "objectPermissions/object",
        "tabSettings/tab",
        "userPermissions/name",
    ):
        counted = Counter((each.text or "").strip() for each in component.each(path))
        for name, count in counted.items():
            if count > 1:
                yield 0, f"{name} is granted {count} times"
