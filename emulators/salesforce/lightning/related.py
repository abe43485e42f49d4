"""Related lists of a record page, custom and standard ones, as the layout places them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.lightning.layout import PageLayout, RelatedList
from emulators.salesforce.lightning.values import (
    Shown,
    name_field,
    record_name,
    records_of,
    screen_label,
    shown,
)
from emulators.salesforce.lightning.visit import Visit
from emulators.salesforce.schema.model import Field, SObjectType

# Standard lists have names of their own: child object and look-up, by name and the object of the page.
_STANDARD = {
    ("RelatedContactList", "Account"): ("Contact", "AccountId"),
    ("RelatedOpportunityList", "Account"): ("Opportunity", "AccountId"),
    ("RelatedOpportunityList", "Campaign"): ("Opportunity", "CampaignId"),
    ("RelatedCampaignList", "Contact"): ("CampaignMember", "ContactId"),
    ("RelatedCampaignList", "Lead"): ("CampaignMember", "LeadId"),
    ("RelatedCampaignMemberList", "Campaign"): ("CampaignMember", "CampaignId"),
}
_TITLES = {"RelatedCampaignList": "Campaign History"}
# So do their columns. A dot leads to the look-up's record.
_COLUMNS = {
    "FULL_NAME": "Name",
    "NAME": "Name",
    "CONTACT.TITLE": "Title",
    "CONTACT.EMAIL": "Email",
    "CONTACT.PHONE1": "Phone",
    "OPPORTUNITY.NAME": "Name",
    "OPPORTUNITY.STAGE_NAME": "StageName",
    "OPPORTUNITY.AMOUNT": "Amount",
    "OPPORTUNITY.CLOSE_DATE": "CloseDate",
    "CAMPAIGN.NAME": "CampaignId",
    "CM.STATUS": "Status",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list."""

    name: str
    href: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class ShownList:
    """A related list. relationship: its API name, where the schema has one."""

    title: str
    relationship: str
    sobject: SObjectType
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def related_lists(
    visit: Visit, sobject: SObjectType, record_id: str, layout: PageLayout
) -> Iterator[ShownList]:
    """Those of the layout that the user may see; activities have a place of their own on the page."""
    for wanted in layout.related:
        found = _shown(visit, sobject, record_id, wanted)
        if found is not None:
            yield found


def single_list(
    visit: Visit, sobject: SObjectType, record_id: str, layout: PageLayout, relationship: str
) -> ShownList | None:
    """The list of one child relationship, with the layout's columns where the layout has it."""
    for listed in related_lists(visit, sobject, record_id, layout):
        if listed.relationship == relationship:
            return listed
    for child, lookup in visit.org.schema.children_of(sobject.name):
        if lookup.child_relationship_name == relationship:
            return _shown(visit, sobject, record_id, RelatedList(child.name, lookup.name, ()))
    return None


def _shown(visit: Visit, parent: SObjectType, record_id: str, wanted: RelatedList) -> ShownList | None:
    child_name, lookup_name = _STANDARD.get((wanted.child, parent.name), (wanted.child, wanted.lookup))
    child = visit.org.schema.objects.get(child_name)
    lookup = child.field_named(lookup_name) if child else None
    if child is None or lookup is None or not child.modelled or not visit.access.readable(child):
        return None
    if not visit.access.field_readable(child, lookup):
        return None
    columns = [field for name in wanted.columns if (field := _column(visit, child, name))]
    rows = tuple(
        _row(visit, child, row, columns) for row in records_of(visit.org, child, (lookup.name, record_id))
    )
    title = _TITLES.get(wanted.child, child.label_plural)
    labels = tuple(screen_label(child, field) for field in columns)
    return ShownList(title, lookup.child_relationship_name, child, labels, rows)


def _column(visit: Visit, child: SObjectType, name: str) -> Field | None:
    """A field beside the record's name, which every list begins with."""
    field = child.field_named(_COLUMNS.get(name, name))
    if field is None or not visit.access.field_readable(child, field):
        return None
    return None if field is name_field(child) else field


def _row(visit: Visit, child: SObjectType, row: Mapping[str, Any], columns: list[Field]) -> Row:
    cells = tuple(shown(visit.org, visit.user, field, row[field.name]) for field in columns)
    href = f"/lightning/r/{child.name}/{row['Id']}/view" if child.searchable else ""
    return Row(record_name(child, row), href, cells)
