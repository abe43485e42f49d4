"""`connector db`: upgrade, copy to PostgreSQL, backup and restore."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from connector.commands.running import container, out, say
from connector.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.progress import TaskID

    from connector.adapters.store.copying import CopiedTable
    from connector.adapters.store.store import SqlStore
    from connector.app import Container
    from connector.config import Settings

app = typer.Typer(no_args_is_help=True, help="The connector's own database.")


@app.command()
def upgrade() -> None:
    """Bring the database to the version of this program."""
    with container(any_schema=True) as box:
        box.sql_store.upgrade()
        box.engine.prepare()
    out.print("The database is up to date.")


def _database_address(given: str) -> str:
    from connector.config import check_database_address

    try:
        return check_database_address(given)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def copy(
    to: Annotated[
        str,
        typer.Option(
            envvar="CONNECTOR_COPY_TO",
            help="Address of an empty database, postgresql://…",
            callback=_database_address,
        ),
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
    from connector.adapters.store.store import SqlStore

    with container(any_schema=True) as box:
        _check_source(box, force=force)
        settings = box.settings.model_copy(update={"database_url": to})
        with closing(SqlStore(settings.store_url, box.keys)) as target:
            copied = _copy(box, target, dry_run=dry_run)
        if dry_run:
            _tell(copied, "would be copied")
            return
        _prepare_jobs(settings)
        box.close()
        aside = _set_aside(Path(box.sql_store.engine.url.database or ""), box)
    _tell(copied, "copied and compared")
    out.print(f"The old database is {aside} now.", soft_wrap=True, highlight=False)
    out.print("Set CONNECTOR_DATABASE_URL to the new address and start the connector.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; must not exist yet.")],
) -> None:
    """Copy the SQLite database into a file, while the connector runs. Keep the key file apart from it.

    Of PostgreSQL, use pg_dump; see the operator's runbook.
    """
    from connector.adapters.store.backup import back_up

    with container(any_schema=True) as box:
        back_up(_sqlite_file(box, "pg_dump"), file)
    say(f"Written to {file}. Its secrets are encrypted: keep the keys as well, and elsewhere.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file of `db backup`.")],
    made_at: Annotated[
        datetime | None,
        typer.Option(help="When the backup was made, in UTC; the file's own time if not said."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Although a worker showed itself a moment ago.")
    ] = False,
) -> None:
    """Put a backup in the place of the SQLite database, while the connector is stopped.

    What is there is set aside. Whatever the backup does not remember sending is looked up before it is sent.
    """
    from connector.adapters.store.backup import restore as put_back

    with container(any_schema=True) as box:
        database = _sqlite_file(box, "pg_restore, then `connector db restored`")
        if database.exists() and not force:
            _check_nobody_works_on_what_may_be_damaged(box)
        made = _utc(made_at) if made_at else datetime.fromtimestamp(file.stat().st_mtime, UTC)
        box.sql_store.close()
        aside = put_back(file, database, box.keys, made_at=made, clock=box.clock)
        _set_jobs_aside(box)
        _prepare_jobs(box.settings)
    say(f"The database is as it was at {made:%Y-%m-%d %H:%M} UTC; the one before is {aside} now.")
    say("Start the connector. Gifts that it does not remember sending are looked up first.")


@app.command()
def restored(
    made_at: Annotated[datetime, typer.Argument(help="When the backup was made, in UTC.")],
) -> None:
    """Tell a database that pg_restore made of a backup how old it is, before anything is started.

    It is looked at first: nothing changes where it holds no ledger, or secrets that the keys do not read.
    """
    from connector.adapters.store.backup import look_at, mark_restored

    with container(any_schema=True) as box:
        look_at(box.sql_store)
        box.sql_store.upgrade()
        mark_restored(box.sql_store, made_at=_utc(made_at), now=box.clock())
        box.engine.prepare()
    say("Gifts that the backup does not remember sending are looked up before they are sent.")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _sqlite_file(box: "Container", instead: str) -> Path:
    if box.settings.is_postgresql:
        raise ConfigurationError(
            "The connector's database is PostgreSQL", code="not_sqlite", remedy=f"use {instead}"
        )
    return Path(box.sql_store.engine.url.database or "")


def _set_jobs_aside(box: "Container") -> None:
    """Jobs of the time after the backup speak of rows that are not there."""
    jobs = Path(str(box.settings.engine_url).removeprefix("sqlite:///"))
    for suffix in ("", "-wal", "-shm"):
        part = jobs.with_name(f"{jobs.name}{suffix}")
        if part.exists():
            part.rename(f"{part}.replaced-{box.clock():%Y%m%dT%H%M%S}")


def _check_source(box: "Container", *, force: bool) -> None:
    if box.settings.is_postgresql:
        raise ConfigurationError(
            "The connector's database is PostgreSQL already",
            code="copy_source",
            remedy="use PostgreSQL's own tools to move it on",
        )
    _check_nobody_works(box, force=force)


def _check_nobody_works(box: "Container", *, force: bool) -> None:
    with box.store.read() as unit:
        beat = unit.health.last_beat()
    silent_for = timedelta(seconds=box.settings.worker_silent_seconds)
    if beat is not None and box.clock() - beat < silent_for and not force:
        raise ConfigurationError(
            f"A worker showed itself {(box.clock() - beat).total_seconds():.0f} s ago",
            code="copy_worker_alive",
            remedy=f"stop the connector and wait {silent_for.total_seconds():.0f} s, or use --force",
        )


def _check_nobody_works_on_what_may_be_damaged(box: "Container") -> None:
    from sqlalchemy.exc import DBAPIError

    try:
        _check_nobody_works(box, force=False)
    except DBAPIError as error:
        raise ConfigurationError(
            f"The database cannot be read ({error.orig}), nor whether a worker goes on with it",
            code="database_unreadable",
            remedy="stop the connector, and use --force",
        ) from None


def _copy(box: "Container", target: "SqlStore", *, dry_run: bool) -> "list[CopiedTable]":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from connector.adapters.store.copying import copy_store

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bars:
        tasks: dict[str, TaskID] = {}

        def show(table: str, done: int, total: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=total)
            bars.update(tasks[table], completed=done)

        return copy_store(box.sql_store, target, dry_run=dry_run, progress=show)


def _prepare_jobs(settings: "Settings") -> None:
    """The engine begins empty: what is to be done stands in the ledger, where the sweep finds it."""
    from connector.adapters.jobs.dbos_engine import DbosEngine

    DbosEngine(settings.engine_url, settings.worker_id).prepare()


def _set_aside(database: Path, box: "Container") -> Path:
    aside = database.with_name(f"{database.name}.moved-{box.clock():%Y%m%dT%H%M%S}")
    return database.rename(aside)


def _tell(copied: "list[CopiedTable]", verb: str) -> None:
    for table in copied:
        if table.rows:
            out.print(f"  {table.name}: {table.rows}", highlight=False)
    out.print(f"{sum(table.rows for table in copied)} rows {verb}.", highlight=False)
