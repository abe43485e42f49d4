"""A database that cannot be reached or read, told apart from statements that it refuses."""

from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from connector.errors import TemporaryError


def is_silent(error: SQLAlchemyError) -> bool:
    """Whether the operator has to act, and not whoever wrote the statement."""
    return isinstance(error, OperationalError) or is_damaged(error)


def is_damaged(error: SQLAlchemyError) -> bool:
    """Of a SQLite file: it is told by DatabaseError itself, of which all other errors are kinds."""
    return type(error) is DatabaseError


def silent_database(error: SQLAlchemyError) -> TemporaryError:
    """What a command or a process that needs the database ends with."""
    return TemporaryError(
        "The database does not answer",
        code=type(error).__name__,
        remedy="start it, or correct CONNECTOR_DATABASE_URL; `connector doctor` says why",
    )
