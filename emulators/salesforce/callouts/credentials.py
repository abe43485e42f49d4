"""Parameters of external credentials' principals: what no metadata carries, such as API keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulators.salesforce.org import Org

_TABLE = """
CREATE TABLE IF NOT EXISTS _credential (
  external_credential TEXT NOT NULL COLLATE NOCASE,
  principal TEXT NOT NULL COLLATE NOCASE,
  name TEXT NOT NULL COLLATE NOCASE,
  value TEXT NOT NULL,
  PRIMARY KEY (external_credential, principal, name)
)"""
_OF_PRINCIPAL = "external_credential = ? AND principal = ?"


@dataclass(frozen=True, slots=True)
class Principal:
    """A named principal of an external credential, by the names that both have in metadata."""

    external_credential: str
    name: str


class Credentials:
    """The parameters of one org's principals."""

    def __init__(self, org: Org) -> None:
        self._db = org.db
        self._db.execute(_TABLE)

    def put(self, principal: Principal, parameters: Mapping[str, str]) -> None:
        """Set a principal's parameters, in place of those it had."""
        key = (principal.external_credential, principal.name)
        self.remove(principal)
        rows = [(*key, name, value) for name, value in parameters.items()]
        self._db.execute_many("INSERT INTO _credential VALUES (?, ?, ?, ?)", rows)

    def names(self, principal: Principal) -> list[str]:
        """The parameters that are set. Their values are for callouts alone."""
        key = (principal.external_credential, principal.name)
        rows = self._db.all(f"SELECT name FROM _credential WHERE {_OF_PRINCIPAL} ORDER BY name", key)  # noqa: S608 -- fixed text
        return [row["name"] for row in rows]

    def value(self, principal: Principal, name: str) -> str | None:
        """What `$Credential.<external credential>.<name>` stands for, for who may use the principal."""
        key = (principal.external_credential, principal.name, name)
        row = self._db.one(f"SELECT value FROM _credential WHERE {_OF_PRINCIPAL} AND name = ?", key)  # noqa: S608 -- fixed text
        return row["value"] if row else None

    def remove(self, principal: Principal) -> None:
        """Forget a principal's parameters."""
        key = (principal.external_credential, principal.name)
        self._db.execute(f"DELETE FROM _credential WHERE {_OF_PRINCIPAL}", key)  # noqa: S608 -- fixed text

    def forget(self, external_credential: str) -> None:
        """Forget all principals of an external credential."""
        self._db.execute("DELETE FROM _credential WHERE external_credential = ?", (external_credential,))
