"""Named and external credentials, and the services called through them: kept; what one uses must exist.

Only what stands in for a flow calls out, over the loopback interface; see `callouts`.
"""

from collections.abc import Iterator

from emulators.salesforce.callouts.credentials import Credentials
from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType
from emulators.salesforce.metadata.types.object_parts import elements_named
from emulators.salesforce.soap.envelope import text_of


class ExternalCredential(CheckedType):
    """What was set for its principals goes with it."""

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        Credentials(draft.org).forget(member.full_name)


class NamedCredential(CheckedType):
    """Its parameters name an external credential, and a URL to call."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        for entry in elements_named(component.element, "namedCredentialParameters"):
            name = text_of(entry, "externalCredential")
            if name and not draft.exists("ExternalCredential", name):
                text = f"In field: externalCredential - no ExternalCredential named {name} found"
                yield component.problem(text, entry)


class ExternalServiceRegistration(CheckedType):
    """The named credential that it calls through must exist; its operations are not evaluated."""

    evaluated = False

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        if component.element is None:
            return
        name = text_of(component.element, "namedCredentialReference")
        if name and not draft.exists("NamedCredential", name):
            text = f"In field: namedCredentialReference - no NamedCredential named {name} found"
            yield component.problem(text)
