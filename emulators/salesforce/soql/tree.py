"""The tree of a query. Every node that can be wrong knows its offset in the text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class LiteralKind(StrEnum):
    """What a value was written as; the field decides whether that is allowed."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DATE_LITERAL = "date literal"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Literal:
    """text: as written, quotes included; a date literal in capitals, without its number, which is count."""

    kind: LiteralKind
    text: str
    position: int
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A field, with the relationships that lead to it: ("Account", "Owner", "Name")."""

    parts: tuple[str, ...]
    position: int

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Call:
    """A function over a field: COUNT(Id), CALENDAR_YEAR(CreatedDate). name: in capitals."""

    name: str
    arguments: "tuple[Argument, ...]"
    position: int


Expression: TypeAlias = Path | Call
Argument: TypeAlias = Path | Call | Literal


@dataclass(frozen=True, slots=True)
class FieldItem:
    """One selected field or function."""

    expression: Expression
    alias: str = ""


@dataclass(frozen=True, slots=True)
class SubqueryItem:
    """Selected children."""

    query: "Query"
    position: int


@dataclass(frozen=True, slots=True)
class TypeofBranch:
    """The fields selected of a parent that is of one type."""

    sobject: str
    position: int
    fields: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class TypeofItem:
    """A polymorphic parent whose selected fields depend on its type. otherwise: those of any other type."""

    relationship: Path
    branches: tuple[TypeofBranch, ...]
    otherwise: tuple[Path, ...]
    position: int


SelectItem: TypeAlias = FieldItem | SubqueryItem | TypeofItem


class Grouping(StrEnum):
    """How GROUP BY groups: by all keys, by them and their sub-totals, or by every choice of them."""

    PLAIN = "plain"
    ROLLUP = "rollup"
    CUBE = "cube"


@dataclass(frozen=True, slots=True)
class Comparison:
    """left operator right; operator in capitals, `<>` as `!=`. right is a list for IN, INCLUDES and kin."""

    left: Expression
    operator: str
    right: "Literal | tuple[Literal, ...] | Query"
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by one operator, AND or OR: SOQL mixes them only across brackets."""

    operator: str
    conditions: "tuple[Condition, ...]"


Condition: TypeAlias = Comparison | Not | Junction


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key.

    nulls_first: None leaves it to the direction: first when ascending, last when descending, as users of real
    orgs report. The SOQL Reference says first and does not speak of the direction; whoever depends on it
    should write NULLS FIRST or NULLS LAST.
    Sources: jsforce pull request 1795; https://sfdcdevelopers.com/2026/05/06/soql-order-by-guide/;
    https://soqlskills.com/soql-order-by. No recorded answer of an org is known that would settle it.
    """

    expression: Expression
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The object or child relationship in FROM, and further aliases for parent paths."""

    name: str
    position: int
    alias: str = ""
    parents: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole SELECT."""

    select: tuple[SelectItem, ...]
    source: Source
    scope: str = ""
    where: Condition | None = None
    group_by: tuple[Expression, ...] = ()
    grouping: Grouping = Grouping.PLAIN
    having: Condition | None = None
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    all_rows: bool = False
    data_category: bool = False
    viewed: bool = False
    position: int = 0
