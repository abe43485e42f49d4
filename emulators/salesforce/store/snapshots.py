"""Contents of an org, kept by name in files."""

import re
from pathlib import Path

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org
from emulators.salesforce.store.database import Database

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SUFFIX = ".sqlite"


class Snapshots:
    """The snapshots in a directory: records, schema, metadata and sessions as they were."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def names(self) -> list[str]:
        """All of them, sorted."""
        return sorted(path.stem for path in self._directory.glob(f"*{_SUFFIX}"))

    def save(self, name: str, org: Org) -> None:
        """Keep the org's content, in place of an earlier one of that name. Raises INVALID_INPUT."""
        path = self._path(name)
        self._directory.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._copy(org.db, path)

    def restore(self, name: str, org: Org) -> None:
        """Make the org what it was. Raises INVALID_INPUT for a name that was not saved."""
        path = self._path(name)
        if not path.exists():
            raise SalesforceError("INVALID_INPUT", f"no snapshot {name}")
        content = Database(path)
        try:
            org.take_over(content)
        finally:
            content.close()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise SalesforceError("INVALID_INPUT", "a snapshot's name has letters, digits, - and _")
        return self._directory / f"{name}{_SUFFIX}"

    @staticmethod
    def _copy(source: Database, path: Path) -> None:
        target = Database(path)
        try:
            source.copy_to(target)
        finally:
            target.close()
