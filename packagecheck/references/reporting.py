"""Report types, reports and dashboards: columns that exist, groupings that fit the format."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.world import World, closest

_GROUPINGS = {"Tabular": (0, 0), "Summary": (1, 3), "Matrix": (2, 4)}


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of reporting."""
    for component in world.package.of_type("ReportType"):
        yield from _report_type(component, world)
    for component in world.package.of_type("Report"):
        yield from _report(component, world)
    for component in world.package.of_type("Dashboard"):
        yield from _dashboard(component, world)


def _report_type(component: Component, world: World) -> Iterator[Finding]:
    base = component.text("baseObject")
    if not world.has_object(base):
        yield Finding(component.path, 0, f"baseObject {base} does not exist")
        return
    for element in component.each("sections/columns"):
        table, name = text_of(element, "table"), text_of(element, "field")
        sobject, problem = _table(base, table, world)
        problem = problem or (sobject and world.path_problem(sobject, name))
        if problem:
            yield Finding(
                component.path, line_of(element), f"the column {table}.{name} leads nowhere: {problem}"
            )
    for element in component.each("join"):
        relationship = text_of(element, "relationship")
        if _child(base, relationship, world) is None:
            yield Finding(
                component.path, line_of(element), f"{base} has no child relationship {relationship}"
            )


def _table(base: str, table: str, world: World) -> tuple[str, str | None]:
    """The object that a column's table is: the base, and from there child relationships, then lookups."""
    first, *steps = table.split(".")
    if first != base:
        return "", f"the report type is about {base}, not {first}"
    sobject = base
    for step in steps:
        child = _child(sobject, step, world)
        target = child or world.leads_to(sobject, step)
        if target is None:
            return "", f"{sobject} has no relationship {step}"
        sobject = target
    return sobject, None


def _child(sobject: str, relationship: str, world: World) -> str | None:
    if relationship.endswith("__r"):
        name = relationship.removesuffix("__r").lower()
        for child, described in world.custom_fields.items():
            for each in described.values():
                if each.refers_to == sobject and each.relationship.lower() == name:
                    return child
        return None
    known = world.standard.get(sobject)
    return known.children.get(relationship) if known else None


def _report(component: Component, world: World) -> Iterator[Finding]:
    kind = component.text("reportType")
    own = world.package.named("ReportType", kind.removesuffix("__c"))
    if kind.endswith("__c") and own is None:
        known = [each.name for each in world.package.of_type("ReportType")]
        yield Finding(component.path, 0, f"there is no report type {kind}{closest(kind, known)}")
    down, across = component.each("groupingsDown"), component.each("groupingsAcross")
    low, high = _GROUPINGS.get(component.text("format"), (0, 9))
    groupings = len(down) + len(across)
    if not low <= groupings <= high:
        text = f"a {component.text('format')} report has {low} to {high} groupings, this one {groupings}"
        yield Finding(component.path, 0, text)
    columns = [*component.each("columns"), *down, *across, *component.each("filter/criteriaItems")]
    for element in columns:
        tag = "column" if etree.QName(element).localname == "criteriaItems" else "field"
        yield from _column(component, element, text_of(element, tag), own, world)
    folder = component.name.partition("/")[0]
    if world.package.named("ReportFolder", folder) is None:
        yield Finding(component.path, 0, f"the report folder {folder} is not in the package")


def _column(
    component: Component, element: etree._Element, column: str, own: Component | None, world: World
) -> Iterator[Finding]:
    """Columns of own report types are spelt Object$Field, with further $ for each step of the way."""
    table, dollar, name = column.rpartition("$")
    if not dollar or own is None:
        return
    sobject, problem = _table(own.text("baseObject"), table.replace("$", "."), world)
    problem = problem or (sobject and world.path_problem(sobject, name))
    if problem:
        yield Finding(component.path, line_of(element), f"the column {column} leads nowhere: {problem}")
        return
    offered = _offered(own)
    if offered and f"{table.replace('.', '$')}${name}" not in offered:
        yield Finding(component.path, line_of(element), f"the report type {own.name} does not offer {column}")
    found = world.custom_field(sobject, name) if sobject else None
    if found is not None and found.values is not None:
        for value in text_of(element, "value").split(","):
            if value.strip() and value.strip() not in found.values:
                text = f"{name} has no value '{value.strip()}'{closest(value, found.values)}"
                yield Finding(component.path, line_of(element), text)


@lru_cache(maxsize=64)
def _offered(own: Component) -> frozenset[str]:
    """The columns of a report type, with $ between the steps."""
    columns = own.each("sections/columns")
    return frozenset(f"{text_of(e, 'table').replace('.', '$')}${text_of(e, 'field')}" for e in columns)


def _dashboard(component: Component, world: World) -> Iterator[Finding]:
    folder = component.name.partition("/")[0]
    if world.package.named("DashboardFolder", folder) is None:
        yield Finding(component.path, 0, f"the dashboard folder {folder} is not in the package")
    if component.root is None:
        return
    for element in component.root.iterfind(".//{*}report"):
        name = (element.text or "").strip()
        if world.package.named("Report", name) is None:
            known = [each.name for each in world.package.of_type("Report")]
            yield Finding(
                component.path, line_of(element), f"there is no report {name}{closest(name, known)}"
            )
    if component.text("dashboardType") == "SpecifiedUser" and not component.text("runningUser"):
        yield Finding(component.path, 0, "a dashboard that runs as a specified user needs the runningUser")
