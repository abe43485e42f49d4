"""Each element of a flow has the parts that its kind needs, and no others."""

from collections.abc import Iterator
from dataclasses import MISSING, fields

from metagen.errors import Problem
from metagen.model.flows import Element, ElementKind
from metagen.nodes import Text

# kind: parts of which at least one of each group must be there, and parts that may be.
PARTS: dict[ElementKind, tuple[tuple[set[str], ...], set[str]]] = {
    ElementKind.GET: (({"object"}, {"filters"}, {"fields"}), {"first_only", "fault"}),
    ElementKind.CREATE: (({"records", "set"},), {"object", "fault"}),
    ElementKind.UPDATE: (({"object"}, {"filters"}, {"set"}), {"fault"}),
    ElementKind.DECIDE: (({"outcomes"}, {"otherwise"}), set()),
    ElementKind.ASSIGN: (({"steps", "member_statuses"},), set()),
    ElementKind.LOOP: (({"records"}, {"each"}), set()),
    ElementKind.FILTER: (({"records"}, {"formula"}, {"object"}), set()),
    ElementKind.CALL: (({"operation"},), {"inputs", "fault"}),
    ElementKind.SUBFLOW: (({"flow"},), {"inputs"}),
}
# A part that means nothing without another.
NEEDED_BY = {(ElementKind.CREATE, "set"): "object"}
COMMON = {"where", "kind", "label", "description", "next"}


def problems_of(name: Text, element: Element) -> Iterator[Problem]:
    """Parts that are missing, and parts that mean nothing for the kind."""
    needed, allowed = PARTS[element.kind]
    given = _given(element)
    for group in needed:
        if not group & given:
            yield Problem(name.where, f"{name} ({element.kind}) needs {' or '.join(sorted(group))}")
    for (kind, part), other in NEEDED_BY.items():
        if element.kind is kind and part in given and other not in given:
            yield Problem(name.where, f"{name} ({kind}) with {part} needs {other}")
    for part in sorted(given - COMMON - allowed - set().union(*needed)):
        yield Problem(name.where, f"{name} ({element.kind}) takes no {part}")


def _given(element: Element) -> set[str]:
    given = set()
    for part in fields(element):
        value = getattr(element, part.name)
        default = part.default if part.default_factory is MISSING else part.default_factory()
        if value != default:
            given.add(part.name)
    return given
