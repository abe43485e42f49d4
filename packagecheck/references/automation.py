"""Flows: elements that are connected, and variables, objects, fields, values and actions that exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from packagecheck.files import Component, find_all, line_of, local_name, text_of
from packagecheck.finding import Finding
from packagecheck.references.names import STATUS_LIMIT
from packagecheck.world import World, closest

_ELEMENTS = (
    "actionCalls",
    "assignments",
    "collectionProcessors",
    "customErrors",
    "decisions",
    "loops",
    "recordCreates",
    "recordDeletes",
    "recordLookups",
    "recordRollbacks",
    "recordUpdates",
    "screens",
    "subflows",
    "transforms",
    "waits",
)
_RESOURCES = ("variables", "constants", "formulas", "textTemplates", "choices", "dynamicChoiceSets", "stages")
_RECORDS = ("recordCreates", "recordDeletes", "recordLookups", "recordUpdates")
_GLOBALS = (
    "$Record",
    "$Record__Prior",
    "$User",
    "$Flow",
    "$GlobalConstant",
    "$Api",
    "$Organization",
    "$Profile",
    "$Setup",
    "$Label",
    "$Permission",
    "$CustomMetadata",
    "$System",
    "$UserRole",
    "$Client",
    "$Orchestration",
)
_REFERENCE = re.compile(r"\{!(\$?\w+)(?:\.([\w.]+))?\}")
NEWEST_API = 66.0


@dataclass(slots=True)
class Flow:
    """One Flow and where its references may lead. records: resources that are records, with their object."""

    component: Component
    world: World
    elements: dict[str, etree._Element] = field(default_factory=dict)
    resources: set[str] = field(default_factory=set)
    records: dict[str, str] = field(default_factory=dict)

    def says(self, element: etree._Element | None, text: str) -> Finding:
        """A finding at an element."""
        return Finding(self.component.path, 0 if element is None else line_of(element), text)


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of Flows, or stumble over when they run."""
    for component in world.package.of_type("Flow"):
        if component.root is None:
            continue
        flow = _flow(component, world)
        for check in (_head, _names, _start, _connections, _objects_and_fields, _references, _calls):
            yield from check(flow)


def _flow(component: Component, world: World) -> Flow:
    flow = Flow(component, world)
    for element in component.each("start"):
        if text_of(element, "object"):
            flow.records["$Record"] = flow.records["$Record__Prior"] = text_of(element, "object")
    for tag in _ELEMENTS:
        for element in component.each(tag):
            name = text_of(element, "name")
            flow.elements[name] = element
            if tag in _RECORDS and text_of(element, "object"):
                flow.records[name] = text_of(element, "object")
    _add_resources(flow)
    return flow


def _add_resources(flow: Flow) -> None:
    for tag in _RESOURCES:
        for element in flow.component.each(tag):
            name = text_of(element, "name")
            flow.resources.add(name)
            if text_of(element, "objectType"):
                flow.records[name] = text_of(element, "objectType")
    for loop in flow.component.each("loops"):
        collection = text_of(loop, "collectionReference").partition(".")[0]
        if collection in flow.records:
            flow.records[text_of(loop, "name")] = flow.records[collection]


def _head(flow: Flow) -> Iterator[Finding]:
    component = flow.component
    for tag in ("label", "processType", "status"):
        if not component.text(tag):
            yield flow.says(None, f"the Flow has no {tag}")
    if not component.each("start"):
        yield flow.says(None, "the Flow has no start")
    version = component.text("apiVersion")
    try:
        if float(version) > NEWEST_API:
            yield flow.says(None, f"apiVersion {version} is newer than the package's {NEWEST_API}")
    except ValueError:
        yield flow.says(None, f"apiVersion is '{version}', which is no version")


def _names(flow: Flow) -> Iterator[Finding]:
    seen: set[str] = set()
    for tag in (*_ELEMENTS, *_RESOURCES):
        for element in flow.component.each(tag):
            name = text_of(element, "name")
            if not name:
                yield flow.says(element, f"{tag} without a name")
            if name in seen:
                yield flow.says(element, f"the name {name} is there twice")
            seen.add(name)


def _start(flow: Flow) -> Iterator[Finding]:
    for start in flow.component.each("start"):
        trigger, sobject = text_of(start, "triggerType"), text_of(start, "object")
        if trigger.startswith("Record") and not sobject:
            yield flow.says(start, f"a {trigger} Flow needs an object")
        if trigger.startswith("Record") and not text_of(start, "recordTriggerType"):
            yield flow.says(start, f"a {trigger} Flow needs a recordTriggerType")
        if trigger == "RecordBeforeSave" and find_all(start, "scheduledPaths"):
            yield flow.says(start, "a before-save Flow has no scheduled or asynchronous paths")
        if sobject and not flow.world.has_object(sobject):
            yield flow.says(start, f"there is no object {sobject}")
        elif sobject:
            for condition in find_all(start, "filters"):
                yield from _field(flow, condition, sobject, text_of(condition, "field"))
                yield from _value(flow, condition, sobject, text_of(condition, "field"))


def _connections(flow: Flow) -> Iterator[Finding]:
    """Every connector leads to an element, and every element is reached."""
    reached: set[str] = set()
    root = flow.component.root
    for target in [] if root is None else root.iterfind(".//{*}targetReference"):
        name = (target.text or "").strip()
        reached.add(name)
        if name not in flow.elements:
            text = f"the connector leads to {name}, which does not exist{closest(name, flow.elements)}"
            yield flow.says(target, text)
    if flow.elements and not (
        flow.component.each("start/connector") or flow.component.each("start/scheduledPaths/connector")
    ):
        yield flow.says(None, "nothing is connected to the start")
        return
    for name, element in flow.elements.items():
        if name not in reached:
            yield flow.says(element, f"nothing leads to {name}")


def _objects_and_fields(flow: Flow) -> Iterator[Finding]:
    for tag in _RECORDS:
        for element in flow.component.each(tag):
            sobject = text_of(element, "object")
            if not sobject:
                reference = text_of(element, "inputReference").partition(".")[0]
                sobject = flow.records.get(reference, "")
            if not sobject:
                continue
            if not flow.world.has_object(sobject):
                yield flow.says(element, f"there is no object {sobject}")
                continue
            for path in ("filters", "inputAssignments", "outputAssignments"):
                for part in find_all(element, path):
                    yield from _field(flow, part, sobject, text_of(part, "field"))
                    yield from _value(flow, part, sobject, text_of(part, "field"))
            for part in [*find_all(element, "queriedFields"), *find_all(element, "sortField")]:
                yield from _field(flow, part, sobject, (part.text or "").strip())


def _field(flow: Flow, element: etree._Element, sobject: str, name: str) -> Iterator[Finding]:
    if name and (problem := flow.world.path_problem(sobject, name)):
        yield flow.says(element, problem)


def _value(flow: Flow, element: etree._Element, sobject: str, name: str) -> Iterator[Finding]:
    """A text that is compared with, or written into, a picklist is one of its values."""
    text = text_of(element, "value/stringValue")
    if not text:
        return
    found = flow.world.custom_field(sobject, name)
    if found is not None and found.values is not None and found.restricted and text not in found.values:
        yield flow.says(element, f"{sobject}.{name} has no value '{text}'{closest(text, found.values)}")
    status = (sobject, name) in (("CampaignMemberStatus", "Label"), ("CampaignMember", "Status"))
    if status and len(text) > STATUS_LIMIT:
        yield flow.says(element, f"status '{text}' has {len(text)} characters; {STATUS_LIMIT} fit")


def _references(flow: Flow) -> Iterator[Finding]:
    root = flow.component.root
    if root is None:
        return
    for element in root.iter():
        tag = local_name(element)
        text = (element.text or "").strip()
        if tag in ("elementReference", "assignToReference", "leftValueReference", "collectionReference"):
            yield from _resolved(flow, element, text)
        elif tag in ("stringValue", "text", "expression", "errorMessage", "filterFormula"):
            for name, rest in _REFERENCE.findall(text):
                yield from _resolved(flow, element, f"{name}.{rest}" if rest else name)


def _resolved(flow: Flow, element: etree._Element, reference: str) -> Iterator[Finding]:
    first, _, rest = reference.partition(".")
    if first in flow.records and rest:
        if problem := flow.world.path_problem(flow.records[first], rest):
            yield flow.says(element, f"{reference}: {problem}")
        return
    known = flow.resources | set(flow.elements)
    if first in known:
        return
    if first == "$Setup":
        setting, _, name = rest.partition(".")
        if name and (problem := flow.world.path_problem(setting, name)):
            yield flow.says(element, f"{reference}: {problem}")
    elif first == "$Label" and flow.world.package.files:
        return
    elif first == "$Record" and "$Record" not in flow.records:
        yield flow.says(element, "$Record is known in Flows of a record only")
    elif first not in _GLOBALS:
        yield flow.says(element, f"{first} is no resource of this Flow{closest(first, known)}")


def _calls(flow: Flow) -> Iterator[Finding]:
    package = flow.world.package
    for element in flow.component.each("subflows"):
        name = text_of(element, "flowName")
        called = package.named("Flow", name)
        if called is None:
            known = [each.name for each in package.of_type("Flow")]
            yield flow.says(element, f"there is no Flow {name}{closest(name, known)}")
            continue
        inputs = {text_of(v, "name") for v in called.each("variables") if text_of(v, "isInput") == "true"}
        for part in find_all(element, "inputAssignments"):
            given = text_of(part, "name")
            if given not in inputs:
                yield flow.says(part, f"{name} takes no input {given}{closest(given, inputs)}")
    for element in flow.component.each("actionCalls"):
        if text_of(element, "actionType") == "externalService":
            yield from _service_call(flow, element)
        elif text_of(element, "actionType") == "apex":
            yield flow.says(element, f"the package has no Apex, and so no {text_of(element, 'actionName')}")


def _service_call(flow: Flow, element: etree._Element) -> Iterator[Finding]:
    """Actions of an external service are named Service.operation."""
    service, _, operation = text_of(element, "actionName").partition(".")
    found = flow.world.package.named("ExternalServiceRegistration", service)
    if found is None:
        known = [each.name for each in flow.world.package.of_type("ExternalServiceRegistration")]
        yield flow.says(element, f"there is no external service {service}{closest(service, known)}")
        return
    operations = {text_of(each, "name") for each in found.each("operations")}
    if operations and operation not in operations:
        yield flow.says(element, f"{service} has no operation {operation}{closest(operation, operations)}")
