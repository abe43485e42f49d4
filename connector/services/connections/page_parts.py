"""What the package offers to the pages of an org's objects, and what of it is on the layouts."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.ports import LayoutDescription, RecordPageDescription, SalesforceOrg


@dataclass(frozen=True, slots=True)
class PageParts:
    """API names. button, action, component: empty where the package has none for the object."""

    sobject: str
    button: str = ""
    action: str = ""
    component: str = ""


# As force-app has them; a test compares.
PARTS = (
    PageParts("Contact", "Send_a_Gift", "Contact.Send_a_Gift", "giftPanel"),
    PageParts("Lead", "Send_a_Gift", "Lead.Send_a_Gift", "giftPanel"),
    PageParts("Campaign", "Send_Gifts"),
    PageParts("Account"),
    PageParts("Opportunity"),
)
_RELATED = "Gift__c"


@dataclass(frozen=True, slots=True)
class LayoutShown:
    """A layout and what of the package it has; None for what the package does not have for the object."""

    layout: LayoutDescription
    has_button: bool | None
    has_action: bool | None
    has_gifts: bool


def layouts_shown(org: SalesforceOrg, parts: PageParts) -> Sequence[LayoutShown]:
    """The layouts that whoever holds this org's token gets to see. Raises the org's errors."""
    return [
        LayoutShown(
            layout=layout,
            has_button=parts.button in layout.buttons if parts.button else None,
            has_action=parts.action in layout.actions if parts.action else None,
            has_gifts=_RELATED in layout.related_objects,
        )
        for layout in org.layouts(parts.sobject)
    ]


@dataclass(frozen=True, slots=True)
class RecordPageShown:
    """A Lightning record page, and what of the package it has.

    None for what the package does not have for the object; has_action also where the layout decides.
    """

    page: RecordPageDescription
    has_component: bool | None
    has_action: bool | None


def record_pages_shown(org: SalesforceOrg, parts: PageParts) -> Sequence[RecordPageShown]:
    """The org's own record pages of the object. Raises the org's errors."""
    return [
        RecordPageShown(
            page=page,
            has_component=parts.component in page.components if parts.component else None,
            has_action=parts.action in page.actions if parts.action and page.actions is not None else None,
        )
        for page in org.record_pages(parts.sobject)
    ]


def patch_command(task: str, objects: Sequence[str], alias: str, *, dry_run: bool = False) -> str:
    """task: patch_layouts or unpatch_layouts. alias: of the org in CumulusCI."""
    names = ",".join(objects)
    return f"cci task run {task} --org {alias} --objects {names}" + (" --dry_run True" if dry_run else "")
