"""What every metadata type can do; a type overrides what it knows better."""

from collections.abc import Iterator

from lxml import etree

from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.registry import key_prefix_of
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.org import Org

MISSING_TO_DELETE = "No {type} named: {name} found"


class MetadataType:
    """A type that is kept and given back, and not otherwise evaluated.

    check: what is wrong with a component, before it is applied; apply: put it into effect and keep it;
    remove: take it out of effect and forget it (raises Refused); retrieve: its element as it goes into
    a file.
    evaluated: False makes the deploy say, as a warning, that nothing looked inside. remark: that warning.
    """

    evaluated = False

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        """The problems of a component; none here."""
        del component, draft
        yield from ()

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        """Put the component into effect and keep it."""
        return keep(component, draft)

    def remark(self, component: Component, draft: Draft) -> str:
        """What a deploy says, as a warning, about a component that it took; empty for nothing."""
        del draft
        kept = f"The local org keeps {component.member.type} but does not evaluate it"
        return "" if self.evaluated else kept

    def remove(self, member: Member, draft: Draft) -> None:
        """Undo and forget. Raises Refused."""
        if not draft.exists(member.type, member.full_name):
            raise Refused(MISSING_TO_DELETE.format(type=member.type, name=member.full_name))
        draft.components.remove(member)

    def builtin_names(self, org: Org) -> list[str]:
        """Components that are there without a deploy."""
        del org
        return []

    def builtin(self, name: str, org: Org) -> etree._Element:
        """The element of such a component while no deploy has changed it."""
        raise NotImplementedError(name, org)

    def retrieve(self, element: etree._Element) -> etree._Element:
        """The element of a retrieved file, made from the kept one."""
        return element


class CheckedType(MetadataType):
    """A type whose references are checked, but which changes nothing else in the org."""

    evaluated = True


def keep(
    component: Component, draft: Draft, element: etree._Element | None = None, record_id: str = ""
) -> StoredComponent:
    """Store a component as it is, or with another element in its place.

    record_id: of the record that it became; its Id is then the component's as well.
    """
    kept = component.element if element is None else element
    return draft.components.store(
        component.member,
        component.file_name,
        b"" if kept is None else etree.tostring(kept),
        component.attachments,
        key_prefix_of(component.member.type),
        record_id,
    )
