"""What the runbook does with a stopped connector, and on PostgreSQL: each command, in the page's order."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, text

from docgen.examples import CONSOLE, Example, blocks, examples, output_differs
from docgen.session import Session
from tests.connector.postgres import server_url, tool
from tests.docgen.declared import NEEDS_A_STOPPED_CONNECTOR, NEEDS_POSTGRESQL
from tests.docgen.stand import ROOT, readers_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def examples_among(declared: Sequence[tuple[str, str, str]]) -> list[Example]:
    page = ROOT / "docs/runbook.md"
    found = [one for block in blocks(ROOT, page) if block.language == CONSOLE for one in examples(block)]
    return [one for one in found if any(one.command.startswith(begins) for _, begins, _ in declared)]


def follow(session: Session, declared: Sequence[tuple[str, str, str]]) -> None:
    for one in examples_among(declared):
        printed = session.run(one.command)
        missing = output_differs(tuple(session.actual(line) for line in one.output), printed)
        assert missing == "", f"{one.where}: {missing!r} did not come; there came:\n{printed}"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A connector that was initialised and is not running."""
    home = readers_environment(tmp_path / "home")
    environment = {
        **home,
        "PATH": os.pathsep.join((str(ROOT / ".venv/bin"), home["PATH"])),
        "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
    }
    with Session(tmp_path, environment) as session:
        session.run("connector init")
        yield session


@pytest.fixture
def server() -> Iterator[URL]:
    yield (address := server_url())
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for database in ("gifting", "gifting_again"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
        connection.execute(text("DROP ROLE IF EXISTS gifting"))
    engine.dispose()


def on(server: URL, role: str, database: str) -> str:
    address = server.set(drivername="postgresql", username=role, database=database)
    return address.render_as_string(hide_password=False)


def test_a_stopped_connector_is_restored_from_a_backup(session: Session) -> None:
    session.run("connector db backup backup.sqlite")

    follow(session, NEEDS_A_STOPPED_CONNECTOR)

    assert "All is well" not in session.run("ls data")
    assert "replaced" in session.run("ls data")
    session.run("connector status")


def test_a_connector_moves_to_postgresql_and_comes_back_from_its_dump(session: Session, server: URL) -> None:
    bin_folder = Path(tool("pg_dump")).parent
    session.run(f'export PATH="{bin_folder}:$PATH"')
    for role, database in (("postgres", "postgres"), ("gifting", "gifting"), ("gifting", "gifting_again")):
        session.values[f"postgresql://{role}@db.example.com/{database}"] = f"'{on(server, role, database)}'"
    first = session.run("connector keys new").strip()
    assert first

    follow(session, NEEDS_POSTGRESQL)

    assert "gifting_again" in session.run("connector config")
    assert session.run("connector audit verify") == ""
    assert (
        "mend:" not in session.run("connector doctor --offline || true").split("Migrations")[1].split("\n")[0]
    )
