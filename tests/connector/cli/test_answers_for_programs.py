"""`--json` on everything that a script would read, help at once, and completion for shells."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from connector.adapters.store.store import SqlStore
from connector.cli import app
from connector.domain.connections import OrgConnection
from connector.secret_key import KeyRing

runner = CliRunner()
ORG = "00D000000000001AAA"
# What a script reads. What changes something says in its exit code whether it did.
READ_BY_SCRIPTS = [
    "api-key list",
    "approval show",
    "audit verify",
    "budget list",
    "config",
    "doctor",
    "fields show",
    "inbox list",
    "provider list",
    "reconcile",
    "runs",
    "schedules",
    "status",
    "sync",
    "team list",
]
# These take what needs a mapped Campaign; services' tests look at them.
NEED_A_CAMPAIGN = {"runs", "schedules", "sync"}
# test_the_commands looks at these.
ASK_THE_ORG = {"reconcile"}
HEAVY = ("alembic", "connector.app", "connector.web", "dbos", "flask", "pydantic", "requests", "sqlalchemy")


@pytest.fixture(autouse=True)
def an_org_is_connected(ready: Path) -> None:
    store = SqlStore(f"sqlite:///{ready / 'connector.sqlite'}", KeyRing(ready / "secret.key"))
    with store.write() as unit:
        unit.connections.save_org(
            OrgConnection(
                org_id=ORG,
                instance_url="https://x.my.salesforce.com",
                login_url="",
                consumer_key="",
                username="",
            )
        )
    store.close()


def test_exactly_these_commands_answer_programs() -> None:
    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        for inner, leaf in getattr(command, "commands", {"": command}).items():
            if any("--json" in option.opts for option in leaf.params):
                found.add(f"{name} {inner}".strip())

    assert found == set(READ_BY_SCRIPTS)


@pytest.mark.parametrize(
    "command", [name for name in READ_BY_SCRIPTS if name not in NEED_A_CAMPAIGN | ASK_THE_ORG]
)
def test_the_answer_is_json_and_nothing_else(command: str) -> None:
    extra = {"doctor": ["--offline"]}.get(command, [])

    result = runner.invoke(app, [*command.split(), "--json", *extra])

    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), list | dict)


@pytest.mark.parametrize("command", sorted(NEED_A_CAMPAIGN))
def test_where_there_is_nothing_to_tell_standard_output_stays_empty(command: str) -> None:
    arguments = {"runs": ["runs", "Spring"]}.get(command, [command])

    result = runner.invoke(app, [*arguments, "--json"])

    assert result.exit_code == 3
    assert result.stdout == ""
    assert "run `connector map`" in result.stderr


def test_help_and_completion_load_nothing_of_the_application() -> None:
    code = f"import sys, connector.cli; print([n for n in {HEAVY!r} if n in sys.modules])"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize("program", ["connector", "metagen", "localorg", "localgifting"])
def test_shells_complete_the_commands(program: str) -> None:
    shown = subprocess.run(
        [Path(sys.executable).parent / program],
        env={
            "PATH": "/usr/bin:/bin",
            f"_{program.upper()}_COMPLETE": "complete_bash",
            "COMP_WORDS": f"{program} ",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    expected = {"connector": "doctor", "metagen": "render", "localorg": "deploy", "localgifting": "start"}
    assert expected[program] in shown.stdout.split()
