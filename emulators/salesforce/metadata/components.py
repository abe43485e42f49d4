"""The org's metadata components as files: what was deployed is kept for retrieve, list and reference checks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from emulators.salesforce.org import Org

_COMPONENT_TABLE = """
CREATE TABLE IF NOT EXISTS _component (
  type TEXT NOT NULL,
  full_name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content BLOB NOT NULL,
  id TEXT NOT NULL,
  created TEXT NOT NULL,
  modified TEXT NOT NULL,
  PRIMARY KEY (type, full_name)
)
"""
_MEMBER_TABLE = """
CREATE TABLE IF NOT EXISTS _package_member (
  package TEXT NOT NULL,
  type TEXT NOT NULL,
  full_name TEXT NOT NULL,
  PRIMARY KEY (package, type, full_name)
)
"""


@dataclass(frozen=True, slots=True)
class StoredComponent:
    """One component. content: the XML of its file; created, modified: ISO datetimes, UTC."""

    type: str
    full_name: str
    file_name: str
    content: bytes
    id: str
    created: str
    modified: str


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A component as manifests name it."""

    type: str
    full_name: str


class Components:
    """The components of one org."""

    def __init__(self, org: Org) -> None:
        self._org = org
        org.db.execute(_COMPONENT_TABLE)
        org.db.execute(_MEMBER_TABLE)

    def find(self, member: Member) -> StoredComponent | None:
        """One component by its exact name."""
        row = self._org.db.one(
            "SELECT * FROM _component WHERE type = ? AND full_name = ?", (member.type, member.full_name)
        )
        return StoredComponent(**dict(row)) if row is not None else None

    def of_type(self, type_name: str) -> Iterator[StoredComponent]:
        """All components of a type, by name."""
        rows = self._org.db.all("SELECT * FROM _component WHERE type = ? ORDER BY full_name", (type_name,))
        return (StoredComponent(**dict(row)) for row in rows)

    def store(self, member: Member, file_name: str, content: bytes, key_prefix: str) -> StoredComponent:
        """Keep a component, in place of an earlier one of that name."""
        now = self._org.clock().isoformat()
        earlier = self.find(member)
        component = StoredComponent(
            type=member.type,
            full_name=member.full_name,
            file_name=file_name,
            content=content,
            id=earlier.id if earlier else self._org.next_id(key_prefix),
            created=earlier.created if earlier else now,
            modified=now,
        )
        self._org.db.execute(
            "INSERT OR REPLACE INTO _component VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                component.type,
                component.full_name,
                component.file_name,
                component.content,
                component.id,
                component.created,
                component.modified,
            ),
        )
        return component

    def remove(self, member: Member) -> None:
        """Forget a component, also as a member of packages."""
        key = (member.type, member.full_name)
        self._org.db.execute("DELETE FROM _component WHERE type = ? AND full_name = ?", key)
        self._org.db.execute("DELETE FROM _package_member WHERE type = ? AND full_name = ?", key)

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
