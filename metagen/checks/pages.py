"""The app and its pages name tabs, pages, objects and components that exist."""

import re
from collections.abc import Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.pages import RecordPage
from metagen.model.spec import Spec

STANDARD_TAB = "standard-"
COLOUR = re.compile(r"#[0-9A-F]{6}")
# Salesforce's components and templates that the pages use; others are added here when they are.
STANDARD_COMPONENTS = {
    "force:detailPanel",
    "force:highlightsPanel",
    "force:relatedListContainer",
    "force:relatedListSingleContainer",
    "runtime_sales_activities:activityPanel",
}
REGIONS = {"flexipage:recordHomeTemplateDesktop": {"header", "main", "sidebar"}}


def problems_of(spec: Spec) -> Iterator[Problem]:
    """References to what is not there."""
    tabs = [described.name for described in spec.objects.values() if described.tab]
    for application in spec.applications.values():
        if not COLOUR.fullmatch(application.colour):
            yield Problem(application.colour.where, f"{application.colour} is no colour; such as #B83A4B is")
        for tab in application.tabs:
            if tab not in tabs and not tab.startswith(STANDARD_TAB):
                yield Problem(tab.where, f"there is no tab {tab}{did_you_mean(tab, tabs)}")
        for sobject, name in application.pages.items():
            if name not in spec.pages:
                yield Problem(name.where, f"there is no page {name}{did_you_mean(name, spec.pages)}")
            elif spec.pages[name].object != sobject:
                yield Problem(name.where, f"{name} is a page of {spec.pages[name].object}")
    for page in spec.pages.values():
        yield from _page(page, spec)


def _page(page: RecordPage, spec: Spec) -> Iterator[Problem]:
    objects = [*spec.platform.objects, *spec.objects]
    if page.object not in objects:
        yield Problem(
            page.object.where, f"there is no object {page.object}{did_you_mean(page.object, objects)}"
        )
    regions = REGIONS.get(page.template)
    if regions is None:
        yield Problem(page.template.where, f"the template {page.template} is not known here")
    known = [*STANDARD_COMPONENTS, *spec.handwritten.components]
    seen: set[str] = set()
    for region, components in page.regions.items():
        if regions is not None and region not in regions:
            yield Problem(region.where, f"{page.template} has no region {region}")
        for placed in components:
            if placed.component not in known:
                hint = did_you_mean(placed.component, known)
                yield Problem(placed.component.where, f"there is no component {placed.component}{hint}")
            if placed.identifier in seen:
                yield Problem(placed.identifier.where, f"{placed.identifier} is on the page twice")
            seen.add(placed.identifier)
