"""The statements over which two SOQL parsers are compared: a list by hand, and every pairing of clauses.

Each clause stands with each other one that may follow it, once put together rightly and once broken by the
loss of a word, so that both acceptance and refusal are tried.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

HERE = Path(__file__).parent / "soql"

_SELECTIONS = ("Id", "Id, Owner.Name", "Name, (SELECT Id FROM Contacts)")
_WHERES = (
    "WHERE Name LIKE 'a%'",
    "WHERE (Name = 'a' OR Fax IN ('b', 'c')) AND CreatedDate > LAST_N_MONTHS:3",
    "WHERE Id IN (SELECT AccountId FROM Contact)",
)
_TAILS = (
    "ORDER BY Name DESC NULLS LAST",
    "LIMIT 10",
    "OFFSET 3",
    "ORDER BY Name LIMIT 5 OFFSET 2",
    "LIMIT 1 FOR VIEW",
    "USING SCOPE mine",
)
_GROUPS = ("GROUP BY Name", "GROUP BY ROLLUP(Name)", "GROUP BY Name HAVING COUNT(Id) > 1")
_LITERALS = (
    *("YESTERDAY", "TODAY", "TOMORROW", "LAST_90_DAYS", "NEXT_90_DAYS"),
    *(
        f"{which}_{unit}"
        for which in ("LAST", "THIS", "NEXT")
        for unit in ("WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
    ),
)
_COUNTED = tuple(
    pattern.format(unit)
    for pattern in ("LAST_N_{}:2", "NEXT_N_{}:2", "N_{}_AGO:2")
    for unit in ("DAYS", "WEEKS", "MONTHS", "QUARTERS", "YEARS", "FISCAL_QUARTERS", "FISCAL_YEARS")
)
_OPERATORS = ("=", "!=", "<>", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN", "INCLUDES", "EXCLUDES", "~", "!")
_VALUES = ("'a'", "1", "-1.5", "null", "true", "TODAY", "2026-01-31", "('a', 'b')", "(1, null)", "x")


def statements() -> list[str]:
    """All of them, each once, in a fixed order."""
    return list(dict.fromkeys([*_written(), *_paired(), *_broken(), *_dated(), *_compared()]))


def _written() -> Iterator[str]:
    for line in (HERE / "statements.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _paired() -> Iterator[str]:
    for selection, where, tail in product(_SELECTIONS, ("", *_WHERES), _TAILS):
        if tail.startswith("USING"):
            yield _joined("SELECT", selection, "FROM Account", tail, where)
        yield _joined("SELECT", selection, "FROM Account", where, tail)
    for where, group, tail in product(("", *_WHERES), _GROUPS, ("", *_TAILS)):
        yield _joined("SELECT Name, COUNT(Id) FROM Account", where, group, tail)


def _broken() -> Iterator[str]:
    """One statement without each of its words in turn."""
    whole = (
        "SELECT Name , COUNT(Id) n FROM Account WHERE Fax = 'a' GROUP BY Name "
        "HAVING COUNT(Id) > 1 ORDER BY Name LIMIT 1"
    )
    words = whole.split(" ")
    for place in range(len(words)):
        yield " ".join(words[:place] + words[place + 1 :])


def _dated() -> Iterator[str]:
    for literal in (*_LITERALS, *_COUNTED):
        yield f"SELECT Id FROM Lead WHERE CreatedDate = {literal}"  # noqa: S608 -- SOQL, no SQL


def _compared() -> Iterator[str]:
    for operator, value in product(_OPERATORS, _VALUES):
        yield f"SELECT Id FROM Lead WHERE Field__c {operator} {value}"  # noqa: S608 -- SOQL, no SQL


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
