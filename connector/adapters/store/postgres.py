"""PostgreSQL: how connections are opened, and how writers take turns."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, event, make_url, text
from sqlalchemy.orm import Session

# A process that was stopped in the middle of a transaction holds its locks: the server ends such a session.
_IDLE_IN_TRANSACTION_MILLISECONDS = 20_000
_LOCK_WAIT_MILLISECONDS = 60_000
_CONNECT_SECONDS = 10
# Classes of error codes: a value that does not fit its type, and a row that breaks a rule of its table.
_VALUE_REFUSED, _ROW_REFUSED = "22", "23"
# Small pools: a server takes 100 connections by default, and every worker and web process has its own.
_POOL = {"pool_size": 6, "max_overflow": 6, "pool_timeout": 60}
_LEDGER_WRITERS = 0x6769667473  # any numbers that nobody else locks
_SCHEMA_WRITERS = _LEDGER_WRITERS + 1


def database_address(given: str) -> URL:
    """The SQLAlchemy address of what an administrator wrote: postgres://, postgresql:// or sqlite:///."""
    url = make_url(
        given.replace("postgres://", "postgresql://", 1) if given.startswith("postgres:") else given
    )
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def engine_options(url: URL) -> dict[str, Any]:
    """What create_engine is told for a database of this kind."""
    if url.get_backend_name() != "postgresql":
        return {"pool_size": 20, "max_overflow": 60}
    settings = {
        "idle_in_transaction_session_timeout": _IDLE_IN_TRANSACTION_MILLISECONDS,
        "lock_timeout": _LOCK_WAIT_MILLISECONDS,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {**_POOL, "connect_args": {"connect_timeout": _CONNECT_SECONDS, "options": options}}


def take_ledger_turn(session: Session) -> None:
    """Wait for the one place of a ledger writer; it is free again when the transaction ends.

    Read-compute-write on gift rows is what most use cases do. One writer at a time, as on SQLite, keeps them
    free of lost updates and of deadlocks; the transactions hold no network call and last milliseconds.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": _LEDGER_WRITERS})


def take_schema_turn(connection: Connection) -> None:
    """Wait until nobody else changes the schema; others wait until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:place)"), {"place": _SCHEMA_WRITERS})


def keep_data_out_of_errors(engine: Engine) -> None:
    """Errors are logged, and the server's own texts tell what was refused: a value, in the details a row."""

    @event.listens_for(engine, "handle_error")
    def _shorten(context: ExceptionContext) -> None:
        error, wrapped = context.original_exception, context.sqlalchemy_exception
        code = getattr(error, "sqlstate", None) or ""
        if not code.startswith((_VALUE_REFUSED, _ROW_REFUSED)):
            return
        rule = str(error).partition("\n")[0]
        error.args = (rule if code.startswith(_ROW_REFUSED) else f"a value was refused, SQLSTATE {code}",)
        if wrapped is not None:
            wrapped.args = (f"({type(error).__name__}) {error}",)
