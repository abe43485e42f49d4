"""Which principals of external credentials a user may call out with."""

from collections.abc import Iterator

from emulators.salesforce.callouts.credentials import Principal
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org
from emulators.salesforce.soap.envelope import child_elements, local_name, parse_xml, text_of

_ASSIGNED = (
    'SELECT p."Name" FROM "PermissionSetAssignment" a JOIN "PermissionSet" p ON p."Id" = a."PermissionSetId" '
    'WHERE a."AssigneeId" = ? AND p."IsOwnedByProfile" = 0 ORDER BY p."Name"'
)


def usable_principals(org: Org, user_id: str) -> Iterator[Principal]:
    """Those that permission sets grant, to administrators too; profiles are not looked at."""
    components = Components(org)
    for row in org.db.all(_ASSIGNED, (user_id,)):
        found = components.find(Member("PermissionSet", row["Name"]))
        for child in child_elements(parse_xml(found.content)) if found else ():
            granted = text_of(child, "enabled") == "true"
            if granted and local_name(child) == "externalCredentialPrincipalAccesses":
                external_credential, _, name = text_of(child, "externalCredentialPrincipal").partition("-")
                yield Principal(external_credential, name)
