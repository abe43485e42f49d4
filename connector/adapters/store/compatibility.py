"""Which programs a schema serves: what an upgrade without downtime rests on.

A migration expands: it adds tables, and columns that may be left out. So programs from OLDEST_HEAD on
work on when a newer program has migrated the database, and may go on until they are replaced. What they
no longer need is taken away by a contracting migration in a later release; that raises OLDEST_HEAD, and
whoever upgrades from before stops the old programs first. The database itself keeps the oldest head
(table schema_floor): an old program cannot know what newer ones did.
"""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, column, delete, insert, inspect, select, table

from connector.errors import ConfigurationError

# The head of the oldest program that the newest schema still serves. Those before it take any schema but
# their own for a wrong one, and call themselves not ready.
OLDEST_HEAD = "0060"
_MIGRATIONS = Path(__file__).parent / "migrations/versions"
_REVISION = re.compile(r'^(down_)?revision = "(\w+)"', re.MULTILINE)
_VERSION = table("alembic_version", column("version_num"))


@cache
def newest_revision() -> str:
    """The head of this program's own migrations, read without Alembic, which takes long to import."""
    found = [one for path in _MIGRATIONS.glob("[0-9]*.py") for one in _REVISION.findall(path.read_text())]
    followed = {revision for is_down, revision in found if is_down}
    [newest] = {revision for is_down, revision in found if not is_down} - followed
    return str(newest)


def check(connection: Connection, floor: Table) -> None:
    """Raises ConfigurationError where this program and the schema do not work together."""
    found = _scalar(connection, _VERSION.name, _VERSION.c.version_num)
    if found == newest_revision():
        return
    from connector.adapters.store.migrating import known_revisions

    known = known_revisions()
    if found is None or found in known:
        raise ConfigurationError(
            f"The database schema is at version {found or 'none'}",
            code="schema_version",
            remedy="run `connector db upgrade`",
        )
    if _scalar(connection, floor.name, floor.c.oldest_head) not in known:
        raise ConfigurationError(
            f"The database schema, at version {found}, is newer than this program",
            code="schema_newer",
            remedy="install the program that upgraded it, or restore the backup made before",
        )


def keep_floor(connection: Connection, floor: Table) -> None:
    """Write down, after an upgrade, which programs it serves."""
    connection.execute(delete(floor))
    connection.execute(insert(floor).values(oldest_head=OLDEST_HEAD))


def _scalar(connection: Connection, name: str, wanted: ColumnElement[str]) -> str | None:
    """The one value of a table; None where there is no such table."""
    return connection.scalar(select(wanted)) if inspect(connection).has_table(name) else None
