"""The package's flows, as pictures and in words."""

from collections.abc import Iterator

from docgen.diagrams import Diagram
from docgen.markdown import code, page, table, text_of
from metagen.model.flows import Element, ElementKind, FlowSpec, TriggeredBy
from metagen.model.spec import Spec

_INTRO = """\
The package's flows, each in Setup, Flows under the same name. Dashed arrows are what happens on a
failure. A flow that your org should not run can be switched off there;
[Diagnosis](troubleshooting.md#checks) then says what no longer happens."""
_ON = {
    TriggeredBy.CREATE: "is created",
    TriggeredBy.UPDATE: "is changed",
    TriggeredBy.CREATE_AND_UPDATE: "is created or changed",
}
_COLOURS = {
    ElementKind.CALL: "#e2f2e5",
    ElementKind.SUBFLOW: "#e2f2e5",
    ElementKind.CREATE: "#fde8ef",
    ElementKind.UPDATE: "#fde8ef",
    ElementKind.DECIDE: "#fff3d6",
}
_END = "end of the flow"


def pages(spec: Spec) -> dict[str, str]:
    """reference/flows.md."""
    lines = page("Flows", "`spec/flows`", _INTRO)
    lines += table(
        ("Flow", "Begins"),
        ((f"[{flow.label}](#{_anchor(flow)})", _begins(flow)) for flow in spec.flows.values()),
    )
    for flow in spec.flows.values():
        lines += _flow(flow)
    return {"reference/flows.md": text_of(lines)}


def diagrams(spec: Spec) -> dict[str, Diagram]:
    """One for each flow."""
    return {_file(flow): _diagram(flow) for flow in spec.flows.values()}


def _file(flow: FlowSpec) -> str:
    return f"flow-{_anchor(flow)}"


def _anchor(flow: FlowSpec) -> str:
    return str(flow.name).lower().replace("_", "-")


def _begins(flow: FlowSpec) -> str:
    if flow.trigger is None:
        return "when another flow calls it"
    said = f"when a {flow.trigger.object} {_ON[flow.trigger.on]}"
    return f"{said}, after its transaction" if flow.trigger.asynchronous else said


def _flow(flow: FlowSpec) -> Iterator[str]:
    yield from (
        "",
        f"## {flow.label} {{: #{_anchor(flow)} }}",
        "",
        f"{flow.description} API name: {code(flow.name)}.",
        "",
    )
    yield f"Begins {_begins(flow)}" + (
        f", if {code(_one_line(flow.trigger.formula))}." if flow.trigger and flow.trigger.formula else "."
    )
    yield from ("", f"![{flow.label}, step by step](diagrams/{_file(flow)}.svg)", "")
    given = [(name, one) for name, one in flow.variables.items() if one.input or one.output]
    yield from table(
        ("Variable", "", "Meaning"),
        ((code(name), "in" if one.input else "out", one.description) for name, one in given),
    )
    yield from table(("Element", "Does"), ((one.label, one.description) for one in flow.elements.values()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _diagram(flow: FlowSpec) -> Diagram:
    drawn = Diagram(f"{flow.label}, step by step")
    drawn.box("start", _begins(flow)[:1].upper() + _begins(flow)[1:], shape="oval", colour="#ffffff")
    drawn.box(_END, "End", shape="oval", colour="#ffffff")
    drawn.arrow("start", flow.start)
    for name, one in flow.elements.items():
        drawn.box(name, one.label, colour=_COLOURS.get(one.kind, ""))
        for target, words, is_failure in _ways_out(one, flow):
            drawn.arrow(name, target, words, dashed=is_failure)
    return drawn


def _ways_out(one: Element, flow: FlowSpec) -> Iterator[tuple[str, str, bool]]:
    """Where an element leads, with what is said on the way, and whether it is the way of a failure."""
    for outcome in one.outcomes.values():
        yield (outcome.next or _END, outcome.label, False)
    if one.each:
        yield (one.each, "each", False)
    is_loops_end = one.next in flow.elements and flow.elements[one.next].kind is ElementKind.LOOP
    words = one.otherwise or ("all done" if one.each else "next" if is_loops_end else "")
    yield (one.next or _END, words, False)
    if one.fault:
        yield (one.fault, "failure", True)
