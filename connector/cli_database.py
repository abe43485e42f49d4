"""`connector db copy`: from SQLite, where everybody starts, to PostgreSQL for several workers."""

from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from connector.adapters.jobs.dbos_engine import DbosEngine
from connector.adapters.store.copying import CopiedTable, copy_store
from connector.adapters.store.store import SqlStore
from connector.app import Container
from connector.config import Settings
from connector.errors import ConfigurationError
from connector.secret_key import read_key_file

Containers = Callable[[], AbstractContextManager[Container]]


def add_copy(app: typer.Typer, container: Containers, out: Console) -> None:
    """The command `copy`."""

    @app.command()
    def copy(
        to: Annotated[
            str,
            typer.Option(envvar="CONNECTOR_COPY_TO", help="Address of an empty database, postgresql://…"),
        ],
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Say whether it could be done, and how much there is.")
        ] = False,
        force: Annotated[
            bool, typer.Option("--force", help="Although a worker showed itself a moment ago.")
        ] = False,
    ) -> None:
        """Move the SQLite database into PostgreSQL while the connector is stopped: everything or nothing.

        Row counts and checksums are compared before anything counts. The old file is then set aside, because
        two ledgers at work would send gifts twice. Started again after a failure, it begins anew.
        """
        with container() as box:
            _check_source(box, force=force)
            settings = box.settings.model_copy(update={"database_url": to})
            with closing(SqlStore(settings.store_url, read_key_file(settings.key_file))) as target:
                copied = _copy(box, target, out, dry_run=dry_run)
            if dry_run:
                _tell(copied, out, "would be copied")
                return
            _prepare_jobs(settings)
            box.close()
            aside = _set_aside(Path(box.sql_store.engine.url.database or ""), box)
        _tell(copied, out, "copied and compared")
        out.print(f"The old database is {aside} now.", soft_wrap=True, highlight=False)
        out.print("Set CONNECTOR_DATABASE_URL to the new address and start the connector.")


def _check_source(box: Container, *, force: bool) -> None:
    if box.settings.is_postgresql:
        raise ConfigurationError(
            "The connector's database is PostgreSQL already",
            code="copy_source",
            remedy="use PostgreSQL's own tools to move it on",
        )
    with box.store.read() as unit:
        beat = unit.health.last_beat()
    silent_for = timedelta(seconds=box.settings.worker_silent_seconds)
    if beat is not None and box.clock() - beat < silent_for and not force:
        raise ConfigurationError(
            f"A worker showed itself {(box.clock() - beat).total_seconds():.0f} s ago",
            code="copy_worker_alive",
            remedy=f"stop the connector and wait {silent_for.total_seconds():.0f} s, or use --force",
        )


def _copy(box: Container, target: SqlStore, out: Console, *, dry_run: bool) -> list[CopiedTable]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bars:
        tasks: dict[str, TaskID] = {}

        def show(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=total)
            bars.update(tasks[table], completed=done)

        return copy_store(box.sql_store, target, dry_run=dry_run, progress=show)


def _prepare_jobs(settings: Settings) -> None:
    """The engine begins empty: what is to be done stands in the ledger, where the sweep finds it."""
    DbosEngine(settings.engine_url, settings.worker_id).prepare()


def _set_aside(database: Path, box: Container) -> Path:
    aside = database.with_name(f"{database.name}.moved-{box.clock():%Y%m%dT%H%M%S}")
    return database.rename(aside)


def _tell(copied: list[CopiedTable], out: Console, verb: str) -> None:
    for table in copied:
        if table.rows:
            out.print(f"  {table.name}: {table.rows}", highlight=False)
    out.print(f"{sum(table.rows for table in copied)} rows {verb}.", highlight=False)
