"""CustomLabel: all of an org's labels share one file, and each can be deleted by itself."""

from lxml import etree

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.types.base import MetadataType
from emulators.salesforce.soap.envelope import child_elements, parse_xml, text_of

HOLDER = Member("CustomLabels", "CustomLabels")


class CustomLabel(MetadataType):
    """Kept by itself and in the file of all labels."""

    def remove(self, member: Member, draft: Draft) -> None:
        super().remove(member, draft)
        holder = draft.components.find(HOLDER)
        if holder is None:
            return
        root = parse_xml(holder.content)
        for label in list(child_elements(root)):
            if text_of(label, "fullName") == member.full_name:
                root.remove(label)
        if next(child_elements(root), None) is None:
            draft.components.remove(HOLDER)
        else:
            draft.components.store(HOLDER, holder.file_name, etree.tostring(root), {}, "101")
