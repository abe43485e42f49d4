"""Runs queries: text in, records out."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.schema.model import Schema
from emulators.salesforce.soql.columns import describe_columns
from emulators.salesforce.soql.functions import register, zone_named
from emulators.salesforce.soql.parser import parse
from emulators.salesforce.soql.plans import plan_of
from emulators.salesforce.soql.projection import Leaf
from emulators.salesforce.soql.scope import Reader, Rights
from emulators.salesforce.soql.statement import Statement
from emulators.salesforce.soql.translate import translate
from emulators.salesforce.store.database import Database

Cut = Callable[[dict[str, Any], int, list[str]], None]
"""Takes the answer to a sub-query that was cut, the sub-query's place, and the Ids of its other records."""

DEFAULT_BASE_PATH = "/services/data/v66.0/sobjects"


class Queryable(Protocol):
    """Where records are: an org, or anything else that has a schema and a database."""

    db: Database
    schema: Schema
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query found.

    records: ready for JSON. total_size: of the whole query. rest: Ids of the records not yet built. leaves:
    the selected values of a record and their types.
    """

    records: list[dict[str, Any]]
    total_size: int
    rest: list[str] = field(default_factory=list)
    leaves: tuple[Leaf, ...] = ()


def run_query(  # noqa: PLR0913 -- all but three are options, named at every call
    org: Queryable,
    access: Rights,
    text: str,
    *,
    all_rows: bool = False,
    batch_size: int | None = None,
    base_path: str = DEFAULT_BASE_PATH,
    user_id: str = "",
    time_zone: str = "GMT",
    cut: Cut | None = None,
) -> QueryResult:
    """Run a query as a user.

    all_rows: deleted records too. batch_size: build at most so many records and name the others; without it
    all are built. base_path: what record URLs begin with. user_id: whose records `USING SCOPE mine` means.
    time_zone: the key of the user's, in which date literals count. cut: told of children that do not fit on a
    page; without it they all come at once.
    Raises SalesforceError.
    """
    with _bounded():
        statement = _statement(org, access, text, all_rows, base_path, user_id, time_zone)
        if statement.counting:
            return QueryResult([], statement.count(org.db))
        if batch_size is None:
            records = statement.records(org.db)
            found = QueryResult(records, len(records), leaves=statement.leaves)
        else:
            found = _first_batch(org.db, statement, batch_size)
        _settle_children(org.db, statement, cut)
        return found


def run_next(  # noqa: PLR0913 -- as above
    org: Queryable,
    access: Rights,
    text: str,
    ids: Sequence[str],
    *,
    all_rows: bool = False,
    base_path: str = DEFAULT_BASE_PATH,
    user_id: str = "",
    time_zone: str = "GMT",
    cut: Cut | None = None,
    child: int | None = None,
) -> list[dict[str, Any]]:
    """A later batch: those of the records that are still there and still match.

    child: the records are those of the sub-query at this place. Raises SalesforceError.
    """
    with _bounded():
        statement = _statement(org, access, text, all_rows, base_path, user_id, time_zone)
        if child is not None:
            statement = statement.children[child].statement
        records = statement.records_of(org.db, ids)
        _settle_children(org.db, statement, cut)
        return records


def explain_query(
    org: Queryable, access: Rights, text: str, *, user_id: str, time_zone: str
) -> dict[str, Any]:
    """The plan of a query. Raises SalesforceError."""
    with _bounded():
        statement = _statement(
            org, access, text, all_rows=False, base_path="", user_id=user_id, time_zone=time_zone
        )
        return plan_of(statement, statement.base.sobject.name, org.db, text)


def query_columns(org: Queryable, access: Rights, text: str) -> dict[str, Any]:
    """What a query would select, without running it. Raises SalesforceError."""
    reader = Reader(text, org.schema, access, "", org.clock().astimezone(UTC).date())
    query = parse(text)
    return describe_columns(query, translate(query, reader, "", all_rows=True))


def _first_batch(db: Database, statement: Statement, batch_size: int) -> QueryResult:
    records = statement.records(db, at_most=batch_size + 1)
    if len(records) <= batch_size:
        return QueryResult(records, len(records), leaves=statement.leaves)
    if statement.grouped:
        raise SalesforceError(
            "EXCEEDED_ID_LIMIT",
            "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single "
            "batch",
        )
    ids = statement.ids(db)
    return QueryResult(records[:batch_size], len(ids), ids[batch_size:], statement.leaves)


def _settle_children(db: Database, statement: Statement, cut: Cut | None) -> None:
    """Tell of the answers to sub-queries that were cut, or complete them."""
    for place, children in enumerate(statement.children):
        for answer, rest in children.overflow:
            if cut is not None:
                cut(answer, place, rest)
                continue
            answer["records"] += children.statement.records_of(db, rest)
            answer["done"] = True
        # Only the children of a query's own records have pages of their own; those below come whole.
        _settle_children(db, children.statement, None)


def _statement(
    org: Queryable,
    access: Rights,
    text: str,
    all_rows: bool,
    base_path: str,
    user_id: str,
    time_zone: str,
) -> Statement:
    register(org.db.connection)
    zone = zone_named(time_zone)
    reader = Reader(text, org.schema, access, user_id, org.clock().astimezone(zone).date(), zone)
    return translate(parse(text), reader, base_path, all_rows=all_rows)


@contextmanager
def _bounded() -> Iterator[None]:
    """SQLite's own bounds (columns, tables in a join, length of a pattern) in Salesforce's words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "too " not in str(error) and "at most" not in str(error):
            raise
        raise SalesforceError(
            "QUERY_TOO_COMPLICATED",
            "Query is either selecting too many fields or the filter conditions are too complicated.",
        ) from error
