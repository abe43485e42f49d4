"""Flows: whole, safe in bulk, with a way out of every failure, and in words that the org knows."""

from collections.abc import Iterable, Iterator

from metagen.checks import flow_parts, flow_references
from metagen.components.flows import reference_of
from metagen.errors import Problem, did_you_mean
from metagen.model.flows import Condition, Element, ElementKind, FlowSpec
from metagen.model.spec import Spec
from metagen.nodes import Literal, Text

# What may fail, and what costs a query, a DML statement or a callout each time.
CAN_FAIL = {ElementKind.GET, ElementKind.CREATE, ElementKind.UPDATE, ElementKind.CALL}
NOT_IN_LOOPS = {*CAN_FAIL, ElementKind.SUBFLOW}
# Text fields whose values are the vocabulary's member statuses.
MEMBER_STATUS_FIELDS = {("CampaignMember", "Status"), ("CampaignMemberStatus", "Label")}


def problems_of(spec: Spec) -> Iterator[Problem]:
    """What a deploy would refuse, what would fail at night, and what nobody would hear of."""
    for flow in spec.flows.values():
        yield from _trigger(flow, spec)
        yield from _connections(flow)
        yield from _loops(flow)
        yield from flow_references.problems_of(flow, spec)
        for name, element in flow.elements.items():
            yield from flow_parts.problems_of(name, element)
            yield from _fields(element, spec)
            yield from _calls(name, element, spec)
        for variable in flow.variables.values():
            if variable.object and variable.object not in _objects(spec):
                hint = did_you_mean(variable.object, _objects(spec))
                yield Problem(variable.object.where, f"there is no object {variable.object}{hint}")


def _trigger(flow: FlowSpec, spec: Spec) -> Iterator[Problem]:
    trigger = flow.trigger
    if trigger is None:
        return
    if trigger.object not in _objects(spec):
        hint = did_you_mean(trigger.object, _objects(spec))
        yield Problem(trigger.object.where, f"there is no object {trigger.object}{hint}")
        return
    if not trigger.filters and not trigger.formula:
        yield Problem(trigger.where, f"{flow.name} would run for every {trigger.object}; say when")
    if trigger.filters and trigger.formula:
        yield Problem(trigger.where, f"{flow.name}: either filters or a formula")
    if trigger.formula and trigger.changed_to_meet:
        yield Problem(trigger.where, f"{flow.name}: changed_to_meet goes with filters, not with a formula")
    yield from _conditions(trigger.object, trigger.filters, spec)


def _connections(flow: FlowSpec) -> Iterator[Problem]:
    named: set[Text] = {flow.start}
    for element in flow.elements.values():
        named |= {*element.followers(), *([element.fault] if element.fault else [])}
    for name in named:
        if name not in flow.elements:
            hint = did_you_mean(name, flow.elements)
            yield Problem(name.where, f"{flow.name} has no element {name}{hint}")
    reached = _reach([flow.start], flow, faults=True)
    regular = _reach([flow.start], flow, faults=False)
    for name, element in flow.elements.items():
        if name not in reached:
            yield Problem(name.where, f"nothing leads to {name}")
        if element.kind in CAN_FAIL and name in regular and not element.fault:
            yield Problem(name.where, f"{name} can fail, so it needs a fault")


def _reach(start: Iterable[Text], flow: FlowSpec, *, faults: bool) -> set[str]:
    seen: set[str] = set()
    queue = list(start)
    while queue:
        name = queue.pop()
        if name in seen or name not in flow.elements:
            continue
        seen.add(name)
        element = flow.elements[name]
        queue += [*element.followers(), *([element.fault] if faults and element.fault else [])]
    return seen


def _loops(flow: FlowSpec) -> Iterator[Problem]:
    for loop_name, loop in flow.elements.items():
        if loop.kind is not ElementKind.LOOP or not loop.each:
            continue
        body: set[str] = set()
        queue = [loop.each]
        while queue:
            name = queue.pop()
            if name in body or name == loop_name or name not in flow.elements:
                continue
            body.add(name)
            queue += flow.elements[name].followers()
        for name, element in flow.elements.items():
            if name in body and element.kind in NOT_IN_LOOPS:
                yield Problem(name.where, f"{name} is in the loop {loop_name}; do it once, for all records")


def _fields(element: Element, spec: Spec) -> Iterator[Problem]:
    if element.object is None:
        return
    if element.object not in _objects(spec):
        hint = did_you_mean(element.object, _objects(spec))
        yield Problem(element.object.where, f"there is no object {element.object}{hint}")
        return
    yield from _conditions(element.object, element.filters, spec)
    for field in element.fields:
        yield from _field(element.object, field, spec)
    for field, value in element.set.items():
        yield from _field(element.object, field, spec)
        yield from _word(element.object, field, value, spec)


def _conditions(sobject: str, conditions: Iterable[Condition], spec: Spec) -> Iterator[Problem]:
    for condition in conditions:
        yield from _field(sobject, condition.left, spec)
        yield from _word(sobject, condition.left, condition.right, spec)


def _field(sobject: str, field: Text, spec: Spec) -> Iterator[Problem]:
    known = spec.field_names(sobject)
    if field not in known:
        yield Problem(field.where, f"{sobject} has no field {field}{did_you_mean(field, known)}")


def _word(sobject: str, field: Text, value: Literal, spec: Spec) -> Iterator[Problem]:
    words = spec.words_of(sobject, field)
    if (sobject, str(field)) in MEMBER_STATUS_FIELDS:
        words = tuple(status.value for status in spec.vocabulary.member_statuses)
    if words is None or not isinstance(value, Text) or reference_of(value) or value in words:
        return
    yield Problem(value.where, f"{sobject}.{field} has no value {value}{did_you_mean(value, words)}")


def _calls(name: Text, element: Element, spec: Spec) -> Iterator[Problem]:
    if element.operation:
        service, _, operation = element.operation.partition(".")
        known = spec.api.operations if service == spec.package.connector_service.name else {}
        if operation not in known:
            names = [f"{spec.package.connector_service.name}.{each}" for each in spec.api.operations]
            hint = did_you_mean(element.operation, names)
            yield Problem(element.operation.where, f"there is no operation {element.operation}{hint}")
            return
        yield from _inputs(name, element, known[operation].inputs, element.operation)
    if element.flow:
        called = spec.flows.get(element.flow)
        if called is None or called.trigger:
            hint = did_you_mean(element.flow, spec.flows)
            yield Problem(element.flow.where, f"there is no flow {element.flow} to call{hint}")
            return
        inputs = [each for each, variable in called.variables.items() if variable.input]
        yield from _inputs(name, element, inputs, element.flow)


def _inputs(name: Text, element: Element, known: Iterable[str], callee: str) -> Iterator[Problem]:
    known = list(known)
    for given in element.inputs:
        if given not in known:
            yield Problem(given.where, f"{name}: {callee} takes no {given}{did_you_mean(given, known)}")


def _objects(spec: Spec) -> list[str]:
    return [*spec.platform.objects, *spec.objects]
