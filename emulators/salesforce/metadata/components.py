"""The org's metadata components as files: kept for retrieve, list and reference checks."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from emulators.salesforce.org import Org

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS _component (
  type TEXT NOT NULL,
  full_name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content BLOB NOT NULL,
  id TEXT NOT NULL,
  created TEXT NOT NULL,
  modified TEXT NOT NULL,
  PRIMARY KEY (type, full_name)
)""",
    """
CREATE TABLE IF NOT EXISTS _attachment (
  type TEXT NOT NULL,
  full_name TEXT NOT NULL,
  path TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (type, full_name, path)
)""",
    """
CREATE TABLE IF NOT EXISTS _package_member (
  package TEXT NOT NULL,
  type TEXT NOT NULL,
  full_name TEXT NOT NULL,
  PRIMARY KEY (package, type, full_name)
)""",
)


@dataclass(frozen=True, slots=True)
class StoredComponent:
    """One component. content: its XML, empty for other content; created, modified: ISO datetimes, UTC."""

    type: str
    full_name: str
    file_name: str
    content: bytes
    id: str
    created: str
    modified: str

    @property
    def is_new(self) -> bool:
        """True until it is deployed a second time."""
        return self.created == self.modified


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A component as manifests name it."""

    type: str
    full_name: str


class Components:
    """The components of one org."""

    def __init__(self, org: Org) -> None:
        self._org = org
        for table in _TABLES:
            org.db.execute(table)

    def find(self, member: Member) -> StoredComponent | None:
        """One component by its exact name."""
        row = self._org.db.one(
            "SELECT * FROM _component WHERE type = ? AND full_name = ?", (member.type, member.full_name)
        )
        return None if row is None else _component(row)

    def of_type(self, type_name: str) -> Iterator[StoredComponent]:
        """All components of a type, by name."""
        rows = self._org.db.all("SELECT * FROM _component WHERE type = ? ORDER BY full_name", (type_name,))
        return (_component(row) for row in rows)

    def inside(self, type_name: str, container: str) -> Iterator[StoredComponent]:
        """The components of a type that belong to an object: those named `container.something`."""
        return (found for found in self.of_type(type_name) if found.full_name.startswith(f"{container}."))

    def attachments(self, member: Member) -> dict[str, bytes]:
        """The further files of a component, by path."""
        rows = self._org.db.all(
            "SELECT path, content FROM _attachment WHERE type = ? AND full_name = ?",
            (member.type, member.full_name),
        )
        return {row["path"]: row["content"] for row in rows}

    def store(
        self,
        member: Member,
        file_name: str,
        content: bytes,
        attachments: Mapping[str, bytes],
        key_prefix: str,
        record_id: str = "",
    ) -> StoredComponent:
        """Keep a component, in place of an earlier one of that name. record_id: its Id, when it has one."""
        now = self._org.clock().isoformat()
        earlier = self.find(member)
        key = (member.type, member.full_name)
        component = StoredComponent(
            *key,
            file_name=file_name,
            content=content,
            id=record_id or (earlier.id if earlier else self._org.next_id(key_prefix)),
            created=earlier.created if earlier else now,
            modified=now,
        )
        row = (*key, file_name, content, component.id, component.created, component.modified)
        self._org.db.execute("INSERT OR REPLACE INTO _component VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._org.db.execute("DELETE FROM _attachment WHERE type = ? AND full_name = ?", key)
        self._org.db.execute_many(
            "INSERT INTO _attachment VALUES (?, ?, ?, ?)",
            [(*key, path, body) for path, body in attachments.items()],
        )
        return component

    def remove(self, member: Member) -> None:
        """Forget a component, also as a member of packages."""
        key = (member.type, member.full_name)
        for table in ("_component", "_attachment", "_package_member"):
            self._org.db.execute(f"DELETE FROM {table} WHERE type = ? AND full_name = ?", key)  # noqa: S608 -- our own table names

    def add_to_package(self, package: str, members: Iterable[Member]) -> None:
        """Note membership; it accumulates over deploys, and ends when a component is deleted."""
        self._org.db.execute_many(
            "INSERT OR IGNORE INTO _package_member VALUES (?, ?, ?)",
            [(package, member.type, member.full_name) for member in members],
        )

    def members_of(self, package: str) -> list[Member]:
        """What belongs to a package, sorted; empty for an unknown one."""
        rows = self._org.db.all(
            "SELECT type, full_name FROM _package_member WHERE package = ? ORDER BY type, full_name",
            (package,),
        )
        return [Member(row["type"], row["full_name"]) for row in rows]


def _component(row: sqlite3.Row) -> StoredComponent:
    return StoredComponent(**dict(row))
