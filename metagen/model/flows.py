"""spec/flows/*.yml: one automation per file, as elements that name what comes after them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from metagen.errors import Location
from metagen.nodes import Literal, Number, Text


class ElementKind(StrEnum):
    """What an element does."""

    GET = "get"
    CREATE = "create"
    UPDATE = "update"
    DECIDE = "decide"
    ASSIGN = "assign"
    LOOP = "loop"
    FILTER = "filter"
    CALL = "call"
    SUBFLOW = "subflow"


class Operator(StrEnum):
    """Comparisons, in Salesforce's words."""

    EQUAL_TO = "EqualTo"
    NOT_EQUAL_TO = "NotEqualTo"
    IS_NULL = "IsNull"
    IS_EMPTY = "IsEmpty"


class AssignmentOperator(StrEnum):
    """Replace what a variable holds, or add to it: to text at its end, to a collection as its last."""

    ASSIGN = "Assign"
    ADD = "Add"


class TriggeredBy(StrEnum):
    """What must happen to a record."""

    CREATE = "Create"
    UPDATE = "Update"
    CREATE_AND_UPDATE = "CreateAndUpdate"


class DataType(StrEnum):
    """What a variable or formula holds."""

    TEXT = "String"
    BOOLEAN = "Boolean"
    RECORD = "SObject"
    STRUCTURE = "Apex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """left: a field of the object at hand, or in a decision a reference without braces."""

    left: Text
    operator: Operator = Operator.EQUAL_TO
    right: Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One step of an assign element. to: a reference without braces."""

    to: Text
    operator: AssignmentOperator = AssignmentOperator.ASSIGN
    value: Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStatusSteps:
    """Stands for the steps that add each member status of the vocabulary to a collection.

    record: the variable each is made in. first_place: SortOrder of the first, free in every campaign.
    """

    record: Text
    collection: Text
    campaign: Literal
    first_place: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One way out of a decision, taken when all conditions hold."""

    label: Text
    when: tuple[Condition, ...]
    next: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element; which parts a kind has stands in checks/flow_parts.py.

    next, fault: the element that follows, and the one that follows a failure; none ends the flow.
    records: the variable that is looped over, filtered, created or updated. set: fields to write instead.
    each: the first element of a loop's body. outcomes: tried in order; next follows when none fits.
    operation: Service.operation of an External Service.
    """

    where: Location
    kind: ElementKind
    label: Text
    description: Text
    next: Text | None = None
    fault: Text | None = None
    object: Text | None = None
    filters: tuple[Condition, ...] = ()
    fields: tuple[Text, ...] = ()
    first_only: bool = False
    set: dict[Text, Literal] = field(default_factory=dict)
    records: Text | None = None
    each: Text | None = None
    formula: Text | None = None
    outcomes: dict[Text, Outcome] = field(default_factory=dict)
    otherwise: Text | None = None
    steps: tuple[Assignment, ...] = ()
    member_statuses: MemberStatusSteps | None = None
    operation: Text | None = None
    flow: Text | None = None
    inputs: dict[Text, Literal] = field(default_factory=dict)

    def followers(self) -> Iterator[Text]:
        """Every element that may come next, failures left out."""
        yield from (outcome.next for outcome in self.outcomes.values() if outcome.next)
        yield from (name for name in (self.each, self.next) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """object: of records. structure: Service.Schema of an External Service, for what it takes as a whole."""

    where: Location
    type: DataType
    description: Text
    object: Text | None = None
    structure: Text | None = None
    collection: bool = False
    input: bool = False
    output: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A value computed whenever it is asked for."""

    type: DataType
    description: Text
    expression: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A record that is saved. Either filters or a formula say when; a flow without is refused.

    changed_to_meet: an update counts only when the record did not meet the filters before.
    asynchronous: after the record's own transaction, where callouts are allowed.
    order: place among the flows of one object and event.
    """

    where: Location
    object: Text
    on: TriggeredBy
    order: Number
    filters: tuple[Condition, ...] = ()
    formula: Text | None = None
    changed_to_meet: bool = False
    asynchronous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSpec:
    """A flow. Without a trigger it is one that other flows call. start: its first element."""

    where: Location
    name: Text
    label: Text
    description: Text
    start: Text
    elements: dict[Text, Element]
    trigger: Trigger | None = None
    variables: dict[Text, Variable] = field(default_factory=dict)
    formulas: dict[Text, Formula] = field(default_factory=dict)
