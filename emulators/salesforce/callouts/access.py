"""Which principals of external credentials a user may call out with."""

from collections.abc import Iterator

from emulators.salesforce.callouts.credentials import Principal
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org
from emulators.salesforce.security.assignments import held_permission_sets
from emulators.salesforce.soap.envelope import child_elements, local_name, parse_xml, text_of


def usable_principals(org: Org, user_id: str) -> Iterator[Principal]:
    """Those that permission sets grant, to administrators too; profiles are not looked at."""
    components = Components(org)
    for held in held_permission_sets(org, user_id):
        found = None if held.of_profile else components.find(Member("PermissionSet", held.name))
        for child in child_elements(parse_xml(found.content)) if found else ():
            granted = text_of(child, "enabled") == "true"
            if granted and local_name(child) == "externalCredentialPrincipalAccesses":
                external_credential, _, name = text_of(child, "externalCredentialPrincipal").partition("-")
                yield Principal(external_credential, name)
