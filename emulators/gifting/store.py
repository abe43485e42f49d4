"""Everything the platform remembers, in one SQLite database that survives a restart."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Document = dict[str, Any]

SCHEMA = """
create table if not exists setting (name text primary key, value text not null);
create table if not exists campaign (
    position integer primary key autoincrement, id text not null unique, document text not null);
create table if not exists gift_request (
    position integer primary key autoincrement, id text not null unique, campaign_id text not null,
    email text not null, status text not null, idempotency_key text not null, document text not null);
create index if not exists gift_request_by_campaign on gift_request (campaign_id, position);
create index if not exists gift_request_by_key on gift_request (idempotency_key);
create table if not exists endpoint (id text primary key, url text not null, secret text not null);
create table if not exists delivery (
    id integer primary key autoincrement, position integer not null, event_id text not null,
    event_type text not null, gift_request_id text not null, url text not null, secret text not null,
    body blob not null, due_at real not null, held integer not null default 0, state text not null default
    'pending', attempts text not null default '[]');
create table if not exists brilliant_product (id integer primary key autoincrement, document text not null);
create table if not exists brilliant_order (id integer primary key autoincrement, document text not null);
create index if not exists delivery_by_position on delivery (position);
create index if not exists delivery_waiting on delivery (state, held, position);
"""
TABLES = (
    "setting",
    "campaign",
    "gift_request",
    "endpoint",
    "delivery",
    "brilliant_product",
    "brilliant_order",
)


class Store:
    """One connection, used by one thread at a time."""

    def __init__(self, path: str = ":memory:") -> None:
        """path: a file, or ":memory:" for a platform that forgets."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = normal;" + SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; nested uses join the outermost one."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.rollback()
                raise
            self._db.commit()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        found = self.rows(statement, parameters)
        return found[0] if found else None

    def settings(self) -> Document:
        return {row["name"]: json.loads(row["value"]) for row in self.rows("select * from setting")}

    def set(self, name: str, value: Any) -> None:
        with self.transaction() as db:
            db.execute("insert or replace into setting values (?, ?)", (name, json.dumps(value)))

    def clear(self) -> None:
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"delete from {table}")  # noqa: S608 - the names are the constants above

    def close(self) -> None:
        with self._lock:
            self._db.close()
