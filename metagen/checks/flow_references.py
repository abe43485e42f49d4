"""What flows refer to: records and their fields, variables, elements, answers of the service."""

from collections.abc import Iterator, Sequence

from metagen.components.flows import REFERENCE, variables_of
from metagen.errors import Problem, did_you_mean
from metagen.model.flows import Element, ElementKind, FlowSpec, Variable
from metagen.model.spec import Spec
from metagen.nodes import Literal, Text

# What Flow itself offers, as far as it is used here.
GLOBALS = {
    "$Flow": {"FaultMessage", "CurrentDate", "CurrentDateTime"},
    "$Organization": {"Id"},
    "$User": {"Id"},
}


def problems_of(flow: FlowSpec, spec: Spec) -> Iterator[Problem]:
    """References that lead nowhere, each at its own line."""
    for text, path in _references(flow):
        if complaint := _complaint(path, flow, spec):
            yield Problem(text.where, complaint)


def _references(flow: FlowSpec) -> Iterator[tuple[Text, str]]:
    if flow.trigger:
        if flow.trigger.formula:
            yield from _within(flow.trigger.formula)
        for condition in flow.trigger.filters:
            yield from _value(condition.right)
    for formula in flow.formulas.values():
        yield from _within(formula.expression)
    for element in flow.elements.values():
        yield from _of_element(element)


def _of_element(element: Element) -> Iterator[tuple[Text, str]]:
    values: list[Literal] = [*element.set.values(), *element.inputs.values()]
    values += [condition.right for condition in element.filters]
    for outcome in element.outcomes.values():
        values += [condition.right for condition in outcome.when]
        yield from ((condition.left, condition.left) for condition in outcome.when)
    for step in element.steps:
        yield step.to, step.to
        values.append(step.value)
    if element.member_statuses:
        yield element.member_statuses.record, element.member_statuses.record
        yield element.member_statuses.collection, element.member_statuses.collection
        values.append(element.member_statuses.campaign)
    if element.records:
        yield element.records, element.records
    if element.formula:
        yield from _within(element.formula)
    for value in values:
        yield from _value(value)


def _within(text: Text) -> Iterator[tuple[Text, str]]:
    yield from ((text, path) for path in REFERENCE.findall(text))


def _value(value: Literal) -> Iterator[tuple[Text, str]]:
    if isinstance(value, Text):
        yield from _within(value)


def _complaint(path: str, flow: FlowSpec, spec: Spec) -> str:
    """Why a path leads nowhere; empty when it leads somewhere."""
    root, _, rest = path.partition(".")
    variables = variables_of(flow)
    if root in GLOBALS:
        return "" if rest in GLOBALS[root] else f"{root} has no {rest}"
    if root == "$Record":
        return _record(flow.trigger.object if flow.trigger else "", root, rest, spec)
    if root in variables:
        return _variable(variables[root], root, rest, spec)
    if root in flow.elements:
        return _output(flow.elements[Text(root)], root, rest, flow, spec)
    if root in flow.formulas:
        return f"{root} is a formula, which has no {rest}" if rest else ""
    return f"{flow.name} has no {root}{did_you_mean(root, [*variables, *flow.formulas, *flow.elements])}"


def _variable(variable: Variable, root: str, rest: str, spec: Spec) -> str:
    if not variable.structure:
        return _record(variable.object or "", root, rest, spec)
    service, _, schema = variable.structure.partition(".")
    is_ours = service == spec.package.connector_service.name
    if not is_ours or schema not in spec.api.schemas:
        return f"the service has no {variable.structure}"
    return _one_of(rest, spec.api.schemas[schema], variable.structure)


def _output(element: Element, root: str, rest: str, flow: FlowSpec, spec: Spec) -> str:
    if element.kind is ElementKind.GET:
        return _one_of(rest, element.fields, root) or _record(element.object or "", root, rest, spec)
    if element.kind is ElementKind.LOOP:
        return _record(_looped_object(element, flow), root, rest, spec)
    if element.kind is ElementKind.SUBFLOW:
        called = spec.flows.get(str(element.flow))
        outputs = [name for name, variable in called.variables.items() if variable.output] if called else []
        return _one_of(rest, outputs, str(element.flow))
    if element.kind is ElementKind.FILTER:
        return f"{root} is a collection, which has no {rest}" if rest else ""
    return f"{root} ({element.kind}) leaves nothing to refer to"


def _looped_object(loop: Element, flow: FlowSpec) -> str:
    source = flow.elements.get(loop.records) if loop.records else None
    variable = variables_of(flow).get(str(loop.records))
    return str((source or variable or loop).object or "")


def _record(sobject: str, root: str, rest: str, spec: Spec) -> str:
    if not rest:
        return ""
    if not sobject:
        return f"{root} is no record, so it has no {rest}"
    if spec.has_path(sobject, rest):
        return ""
    return f"{sobject} has no field {rest}{did_you_mean(rest, spec.field_names(sobject))}"


def _one_of(name: str, known: Sequence[str], owner: str) -> str:
    if not name or name in known:
        return ""
    return f"{owner} has no {name}{did_you_mean(name, known)}"
