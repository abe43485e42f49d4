"""Flows that are one screen of the org's own components: shown with what starts them, and not run.

Such a flow reads and writes nothing; its variables, formulas and global variables are all that its components
are given. Of any other flow the page says that it is not shown here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere
from emulators.salesforce.formula.evaluate import FormulaContext, evaluate
from emulators.salesforce.formula.variables import Variables
from emulators.salesforce.lightning.visit import NotThere, Visit
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.schema.model import SObjectType
from emulators.salesforce.soap.envelope import child_elements, child_named, local_name, parse_xml, text_of
from emulators.salesforce.store.values import datetime_text

_STEPS = {"actionCalls", "apexPluginCalls", "assignments", "collectionProcessors", "decisions", "loops"}
_STEPS |= {"recordCreates", "recordDeletes", "recordLookups", "recordUpdates", "subflows", "waits"}
_COMPONENT, _OWN = "ComponentInstance", "c:"
# Formulas of flows look at resources and global variables, never at a record's fields.
_NO_RECORD = SObjectType(name="Flow", label="Flow", label_plural="Flows", key_prefix="", fields={})


@dataclass(frozen=True, slots=True)
class Screen:
    """label: of the screen. components: name and properties (JSON) of each, in order."""

    label: str
    components: tuple[tuple[str, str], ...]


def flow_screen(visit: Visit, name: str, started_with: Mapping[str, list[str]]) -> Screen:
    """The only screen of a flow. started_with: values of its input variables, by name.

    Raises NotThere for an unknown or inactive flow, NotSupportedHere for one that is more than a screen.
    """
    stored = Components(visit.org).find(Member("Flow", name))
    root = parse_xml(stored.content) if stored is not None else None
    if root is None or text_of(root, "status") != "Active" or text_of(root, "processType") != "Flow":
        raise NotThere(name)
    screens = root.findall("{*}screens")
    steps = sorted({local_name(child) for child in child_elements(root)} & _STEPS)
    if len(screens) != 1 or steps:
        more = ", ".join(steps) or f"{len(screens)} screens"
        raise NotSupportedHere(f"running the flow {name}, which has {more}")
    resources = _Resources(visit, root, started_with)
    shown = tuple(_component(field, resources) for field in screens[0].iterfind("{*}fields"))
    return Screen(text_of(screens[0], "label") or text_of(root, "label"), shown)


def _component(field: etree._Element, resources: "_Resources") -> tuple[str, str]:
    component = text_of(field, "extensionName")
    if text_of(field, "fieldType") != _COMPONENT or not component.startswith(_OWN):
        raise NotSupportedHere(f"{text_of(field, 'name')} on the screen of a flow")
    properties = dict(_inputs(field, resources))
    return component.removeprefix(_OWN), json.dumps(properties)


def _inputs(field: etree._Element, resources: "_Resources") -> Iterator[tuple[str, Any]]:
    for given in field.iterfind("{*}inputParameters"):
        value = child_named(given, "value")
        if value is not None:
            yield text_of(given, "name"), resources.value(value)


class _Resources:
    def __init__(self, visit: Visit, root: etree._Element, started_with: Mapping[str, list[str]]) -> None:
        self._variables = {text_of(each, "name"): each for each in root.iterfind("{*}variables")}
        self._formulas = {text_of(each, "name"): each for each in root.iterfind("{*}formulas")}
        self._started_with = started_with
        now = datetime_text(visit.org.clock())
        globally = Variables(visit.org, visit.user)
        self._context = FormulaContext(_NO_RECORD, {}, None, now, now[:10], globally)

    def value(self, value: etree._Element) -> Any:
        reference = text_of(value, "elementReference")
        if not reference:
            return text_of(value, "booleanValue") == "true" or text_of(value, "stringValue")
        if reference in self._variables:
            return self._started(reference)
        if reference in self._formulas:
            expression = text_of(self._formulas[reference], "expression")
            return evaluate(expression.replace("{!", "").replace("}", ""), self._context)
        return evaluate(reference, self._context)

    def _started(self, name: str) -> Any:
        """What the flow was started with; only input variables take anything."""
        variable = self._variables[name]
        given = self._started_with.get(name, []) if text_of(variable, "isInput") == "true" else []
        if text_of(variable, "isCollection") == "true":
            return given
        return given[0] if given else None
