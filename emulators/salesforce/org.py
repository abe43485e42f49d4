"""One local org: its schema, its records, its users."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from emulators.salesforce.background import Background
from emulators.salesforce.ids import make_id, to_18
from emulators.salesforce.limits import Limits
from emulators.salesforce.locks import RowLocks
from emulators.salesforce.schema.completion import complete, polymorphic_targets
from emulators.salesforce.schema.full import full_schema
from emulators.salesforce.schema.model import Schema
from emulators.salesforce.schema.serial import dump_schema, load_schema
from emulators.salesforce.schema.standard import standard_schema
from emulators.salesforce.security.users import OrgUser, find_user
from emulators.salesforce.store.database import Database, quote
from emulators.salesforce.store.seed import ORGANIZATION_NAME, seed
from emulators.salesforce.store.tables import create_own_tables, migrate


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class Org:
    """The local org. Hold `lock` while using it; every request does for its whole duration.

    background: what runs after a commit, in its own time.
    system_user_id: the administrator in whose name the org itself writes. is_new: made, not found on disk.
    named_objects: those that polymorphic look-ups show, so that their names are kept at hand. described_at:
    when describes last changed.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self.db = db
        self.clock = clock
        self.lock = threading.RLock()
        self.limits = Limits()
        self.row_locks = RowLocks()
        self.background = Background()
        self.name = ORGANIZATION_NAME
        self.org_id = ""
        self.system_user_id = ""
        self.full = False
        self.is_new = True
        self.named_objects: frozenset[str] = frozenset()
        self.described_at = clock().replace(microsecond=0)
        self._schema = Schema({})

    @classmethod
    def create(
        cls, path: Path | None = None, *, clock: Callable[[], datetime] = utc_now, full: bool = False
    ) -> "Org":
        """Open the org at path, or make it; without a path it lives in memory and ends with the process.

        full: a fresh org also has the hundreds of standard objects that are only described, without records.
        """
        org = cls(Database(path), clock)
        org.full = full
        with org.transaction():
            org._open()
        return org

    @classmethod
    def copy_of(cls, other: "Org", *, clock: Callable[[], datetime] = utc_now) -> "Org":
        """An org in memory that begins with what another holds, in a fraction of the time of a new one."""
        org = cls(Database(None), clock)
        org.full = other.full
        org.org_id, org.system_user_id = other.org_id, other.system_user_id
        org.take_over(other.db, other.schema)
        return org

    def reset(self) -> None:
        """Forget everything in place and begin anew: records, deployed schema, users, usage.

        Tables of other modules go as well; they make theirs again.
        """
        with self.transaction():
            for row in self.db.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
                if not row["name"].startswith("sqlite_"):
                    self.db.execute(f"DROP TABLE {quote(row['name'])}")
            self.schema = Schema({})
            self._open()
        self._forget_moment()

    def take_over(self, content: Database, schema: Schema | None = None) -> None:
        """Become what a copy holds. schema: the copy's own, when at hand; else it is read from there."""
        content.copy_to(self.db)
        if schema is None:
            with self.transaction():
                self._open()
        else:
            self.schema = schema
        self._forget_moment()

    def _forget_moment(self) -> None:
        """What belongs to no record: usage, locks ordered, work not begun."""
        self.limits = Limits()
        self.row_locks = RowLocks()
        self.background.clear()

    def _open(self) -> None:
        create_own_tables(self.db)
        saved = self.setting("schema")
        self.is_new = saved is None
        if saved is None:
            self.replace_schema(full_schema() if self.full else standard_schema())
            seed(self.db, self.next_id, self.clock())
        else:
            self.schema = load_schema(saved)
        organization = self.db.all('SELECT "Id", "CreatedById" FROM "Organization"')[0]
        self.org_id, self.system_user_id = organization

    @property
    def schema(self) -> Schema:
        """The objects and fields as they are now."""
        return self._schema

    @schema.setter
    def schema(self, schema: Schema) -> None:
        self._schema = schema
        self.named_objects = polymorphic_targets(schema)
        self.rights_changed()

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Let others use the org while this thread, which holds the lock once, waits for somebody else.

        Outside of transactions.
        """
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, schema included; nests."""
        with self.db.transaction():
            yield

    def replace_schema(self, new: Schema) -> None:
        """Bring tables and schema to `new`. Inside a transaction: a rollback restores both."""
        old = self.schema
        new = complete(new)
        migrate(self.db, old, new)
        self.set_setting("schema", dump_schema(new))
        self.schema = new
        self.db.on_rollback(lambda: setattr(self, "schema", old))

    def rights_changed(self) -> None:
        """Schema or permissions changed: what clients remember of describes is out of date.

        HTTP dates have no fractions, so two changes in one second are told apart by a second.
        """
        later = self.described_at + timedelta(seconds=1)
        self.described_at = max(later, self.clock().replace(microsecond=0))

    def next_id(self, key_prefix: str) -> str:
        """A fresh Id of 18 characters."""
        return make_id(key_prefix, self.next_number(f"id {key_prefix}"))

    def next_number(self, sequence: str) -> int:
        """The next number of a named sequence, from 1."""
        row = self.db.one(
            'INSERT INTO "_sequence" VALUES (?, 1) '
            "ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last",
            (sequence,),
        )
        return int(row["last"]) if row else 0

    def user(self, username_or_id: str) -> OrgUser | None:
        """A user by user name or Id."""
        try:
            return find_user(self.db, to_18(username_or_id))
        except ValueError:
            return find_user(self.db, username_or_id)

    def setting(self, name: str) -> str | None:
        """A value that outlives the process."""
        row = self.db.one('SELECT value FROM "_setting" WHERE name = ?', (name,))
        return row["value"] if row else None

    def set_setting(self, name: str, value: str) -> None:
        self.db.execute(
            'INSERT INTO "_setting" VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
            (name, value),
        )

    def close(self) -> None:
        self.background.clear()
        self.db.close()
