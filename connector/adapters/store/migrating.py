"""Alembic, which few processes need: whoever meets the schema that they expect goes without it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def alembic_config(connection: Connection | None) -> Config:
    """Alembic's configuration without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest version; does nothing where it is."""
    command.upgrade(alembic_config(connection), "head")


def known_revisions() -> frozenset[str]:
    """The schemas that this program knows: its own and all before it."""
    scripts = ScriptDirectory.from_config(alembic_config(None))
    return frozenset(script.revision for script in scripts.walk_revisions())
