"""The order in which the chosen components of a deploy are applied."""

import re
from collections.abc import Iterable, Mapping

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.catalogue import rank_of
from emulators.salesforce.soap.envelope import text_of

_NAME = re.compile(r"\w+")
_DEEPEST = 10


def in_order(components: Iterable[Component]) -> list[Component]:
    """By type; among fields, those with a formula behind the fields that the formula may refer to."""
    chosen = list(components)
    formulas = {c.member: _formula(c) for c in chosen if c.member.type == "CustomField"}
    return sorted(chosen, key=lambda c: (rank_of(c.member.type), _depth(c.member, formulas, 0)))


def in_deletion_order(members: Iterable[Member], draft: Draft) -> list[Member]:
    """The other way round: whatever may need something goes before it."""
    chosen = list(members)
    formulas = {member: _formula_of(member, draft) for member in chosen if member.type == "CustomField"}
    return sorted(chosen, key=lambda m: (-rank_of(m.type), -_depth(m, formulas, 0)))


def _formula_of(member: Member, draft: Draft) -> str:
    object_name, _, name = member.full_name.rpartition(".")
    field = draft.field(object_name, name)
    return (field.formula or field.default_formula) if field else ""


def _formula(component: Component) -> str:
    if component.element is None:
        return ""
    return text_of(component.element, "formula") or text_of(component.element, "defaultValue")


def _depth(member: Member, formulas: Mapping[Member, str], above: int) -> int:
    """How many formulas stand below each other here. Circles end at the deepest that is followed."""
    formula = formulas.get(member, "")
    if not formula or above > _DEEPEST:
        return 0
    sobject = member.full_name.rpartition(".")[0]
    below = (Member(member.type, f"{sobject}.{name}") for name in set(_NAME.findall(formula)))
    return 1 + max(
        (_depth(m, formulas, above + 1) for m in below if m in formulas and m != member), default=0
    )
