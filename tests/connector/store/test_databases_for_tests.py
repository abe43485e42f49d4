"""A test finds its PostgreSQL as if no other test had been there before."""

from sqlalchemy import create_engine, text

from tests.connector.postgres import borrowed_database, drop_database, give_back, new_database


def contents(address: str) -> dict[str, int]:
    """Rows of each table."""
    engine = create_engine(address)
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) for name in names}  # noqa: S608
    engine.dispose()
    return rows


def change(address: str, statement: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_database_that_was_given_back_is_as_a_new_one() -> None:
    new = new_database()
    borrowed = borrowed_database()
    change(borrowed, "INSERT INTO team (team_id, org_id, name) VALUES ('t', 'o', 'Sales')")
    change(borrowed, "INSERT INTO team_member VALUES ('t', 'u', 'o', 'Rep')")
    held = create_engine(borrowed).connect()
    held.execute(text("SELECT count(*) FROM team"))

    give_back(borrowed)
    again = borrowed_database()

    assert again == borrowed
    assert contents(again) == contents(new)
    held.invalidate()
    held.close()
    drop_database(again)
    drop_database(new)


def test_a_database_whose_tables_a_test_changed_is_not_used_again() -> None:
    for statement in (
        "ALTER TABLE team ADD COLUMN colour text",
        "CREATE SCHEMA dbos CREATE TABLE jobs (id text)",
        "DROP INDEX ix_team_org_id",
        "UPDATE schema_floor SET oldest_head = 'x'",
    ):
        changed = new_database()
        change(changed, statement)

        give_back(changed)

        borrowed = borrowed_database()
        assert borrowed != changed, statement
        drop_database(borrowed)
