"""Questions to an org that are asked in one go, since each call counts against its allocation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.ports import Record, SalesforceOrg

Answer = TypeVar("Answer")
Other = TypeVar("Other")
Rows = Sequence[Record]


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """Some queries, and what their rows mean.

    read: takes the rows of each query, in the order of soqls.
    """

    soqls: Sequence[str]
    read: Callable[[Sequence[Rows]], Answer]


def ask_both(org: SalesforceOrg, first: Question[Answer], second: Question[Other]) -> tuple[Answer, Other]:
    """The answers to two questions, in as few calls as their queries need; in none where they have none."""
    soqls = [*first.soqls, *second.soqls]
    rows = org.query_together(soqls) if soqls else []
    middle = len(first.soqls)
    return first.read(rows[:middle]), second.read(rows[middle:])


def ask(org: SalesforceOrg, question: Question[Answer]) -> Answer:
    """The answer to one question; without a call where it has no query."""
    return question.read(org.query_together(question.soqls) if question.soqls else [])
