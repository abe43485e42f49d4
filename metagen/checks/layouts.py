"""Layouts, list views, compact layouts and rules name fields and buttons that exist."""

import re
from collections.abc import Iterable, Iterator

from metagen.errors import Problem, did_you_mean
from metagen.model.objects import Layout, ObjectSpec
from metagen.model.spec import Spec
from metagen.nodes import Text

SYSTEM_FIELDS = ("Name", "OwnerId", "CreatedById", "LastModifiedById")
COMPACT_LAYOUT_LIMIT = 10
LIST_VIEW_COLUMN_LIMIT = 15


def problems_of(spec: Spec) -> Iterator[Problem]:
    """References to fields that are not there, and more fields than a view holds."""
    for described in spec.objects.values():
        known = [*SYSTEM_FIELDS, *described.fields]
        for name in _referred(described):
            if name not in known:
                hint = did_you_mean(name, known)
                yield Problem(name.where, f"{described.name} has no field {name}{hint}")
        yield from _formulas(described, known)
        yield from _limits(described)
        for name, link in described.web_links.items():
            if bool(link.path) is bool(link.flow):
                yield Problem(name.where, f"{name} needs either a path at the connector or a flow")
        if described.layout:
            yield from _layout(described.layout, described)


def _referred(described: ObjectSpec) -> Iterator[Text]:
    if described.compact_layout:
        yield from described.compact_layout.fields
    if described.layout:
        yield from _placed(described.layout)
        yield from described.layout.read_only
    for view in described.list_views.values():
        yield from view.columns
        yield from (condition.field for condition in view.filters)


def _placed(layout: Layout) -> Iterator[Text]:
    for section in layout.sections:
        yield from section.left
        yield from section.right


def _formulas(described: ObjectSpec, known: Iterable[str]) -> Iterator[Problem]:
    for rule in described.validation_rules.values():
        for name in re.findall(r"\b\w+__c\b", rule.formula):
            if name not in known:
                hint = did_you_mean(name, known)
                yield Problem(rule.formula.where, f"the formula names {name}, which does not exist{hint}")


def _limits(described: ObjectSpec) -> Iterator[Problem]:
    compact = described.compact_layout
    if compact and len(compact.fields) > COMPACT_LAYOUT_LIMIT:
        yield Problem(compact.name.where, f"{compact.name} holds at most {COMPACT_LAYOUT_LIMIT} fields")
    for name, view in described.list_views.items():
        if not view.columns:
            yield Problem(name.where, f"{name} needs a column")
        if len(view.columns) > LIST_VIEW_COLUMN_LIMIT:
            yield Problem(name.where, f"{name} holds at most {LIST_VIEW_COLUMN_LIMIT} columns")


def _layout(layout: Layout, described: ObjectSpec) -> Iterator[Problem]:
    seen: set[Text] = set()
    for name in _placed(layout):
        if name in seen:
            yield Problem(name.where, f"{name} is on the layout twice")
        seen.add(name)
    for button in layout.buttons:
        if button not in described.web_links:
            hint = did_you_mean(button, described.web_links)
            yield Problem(button.where, f"{described.name} has no web link {button}{hint}")
    for name in described.fields:
        if name not in seen:
            yield Problem(layout.name.where, f"{name} is missing from the layout {layout.name}")
