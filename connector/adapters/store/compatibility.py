"""Which programs a schema serves: what an upgrade without downtime rests on.

A migration expands: it adds tables, and columns that may be left out. So programs from OLDEST_HEAD on
work on when a newer program has migrated the database, and may go on until they are replaced. What they
no longer need is taken away by a contracting migration in a later release; that raises OLDEST_HEAD, and
whoever upgrades from before stops the old programs first. The database itself keeps the oldest head
(table schema_floor): an old program cannot know what newer ones did.
"""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, delete, insert, inspect, select

from connector.errors import ConfigurationError

# The head of the oldest program that the newest schema still serves.
OLDEST_HEAD = "0051"


def check(connection: Connection, scripts: ScriptDirectory, floor: Table) -> None:
    """Raises ConfigurationError where this program and the schema do not work together."""
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found == scripts.get_current_head():
        return
    if found is None or found in known:
        raise ConfigurationError(
            f"The database schema is at version {found or 'none'}",
            code="schema_version",
            remedy="run `connector db upgrade`",
        )
    oldest = (
        connection.scalar(select(floor.c.oldest_head)) if inspect(connection).has_table(floor.name) else None
    )
    if oldest not in known:
        raise ConfigurationError(
            f"The database schema, at version {found}, is newer than this program",
            code="schema_newer",
            remedy="install the program that upgraded it, or restore the backup made before",
        )


def keep_floor(connection: Connection, floor: Table) -> None:
    """Write down, after an upgrade, which programs it serves."""
    connection.execute(delete(floor))
    connection.execute(insert(floor).values(oldest_head=OLDEST_HEAD))
